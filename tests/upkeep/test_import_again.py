"""A second import into a site that is known, folders of pages with captures in them, and imports that belong to nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import PROJECT, run
from tests.spiders.stranger import WORDS, Crawled, Stranger
from tests.upkeep.test_import_strangers import URL, built, index, posts, sound, take

if TYPE_CHECKING:
    from pathlib import Path


def test_a_first_import_says_what_is_next_and_status_is_content(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    done = take(tmp_path, str(folder), *URL)
    lines = done.stdout.splitlines()
    assert lines[-2] == f"the posts: {tmp_path}/shore/_posts; what was learned: {tmp_path}/shore/site.toml"
    assert lines[-1].startswith("next: scrapy learn shore shows what was learned, scrapy verify shore --render")
    assert "; 8 new, 0 changed posts; 0 losses" in done.stdout
    assert "next: " not in take(tmp_path, str(folder), *URL).stdout
    status = run("status", "shore", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (status.returncode, status.stdout.splitlines()[:2]) == (0, ["Last runs: none", "What is here was imported."])
    assert "OVERDUE" not in status.stdout
    report = run("report", "shore", "--all", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert report.returncode == 0
    assert "no run: what is here was imported" in (tmp_path / "shore" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("kept", [(), ("catalog",), ("rebuild",)])
def test_status_tells_of_an_import_that_was_cut_short(tmp_path: Path, kept: tuple[str, ...]) -> None:
    """Ctrl-C when it learns the site: the captures are there, and no post."""
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    root = tmp_path / "root"
    settings = {"ARCHIVE_ROOT": str(root)}
    code = (
        "import crawler.upkeep.import_posts as posts, sys; from scrapy.cmdline import execute\n"
        "def stop(*_, **__): raise KeyboardInterrupt\n"
        "posts.learn_and_keep = stop\n"
        "execute(['scrapy', *sys.argv[1:]])"
    )
    words = ["import", str(folder), *URL, f"-sARCHIVE_ROOT={root}"]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        130,
        "interrupted; what was taken is kept, and the same command goes on\n",
    )
    for command in kept:
        run(command, "shore", settings=settings)
    told = run("status", "shore", settings=settings)
    assert (told.returncode, told.stderr) == (1, "")
    assert " was cut short; the same command goes on, or scrapy import FILE ... --site shore\n" in told.stdout
    assert "OVERDUE" not in told.stdout
    assert "was imported" not in told.stdout
    found = json.loads(run("status", "shore", "--json", settings=settings).stdout)
    assert (found["overdue"], found["import_cut_short"] is None) == (None, False)
    assert take(root, str(folder), "--site", "shore").returncode == 0
    told = run("status", "shore", settings=settings)
    assert (told.returncode, "What is here was imported." in told.stdout) == (0, True)
    assert len(posts(root / "shore")) == 8


@pytest.mark.parametrize("words", [("--name", "shore"), ("--site", "shore"), URL])
def test_a_known_site_needs_its_name_alone_and_learns_a_new_layout(tmp_path: Path, words: tuple[str, ...]) -> None:
    with Stranger() as site:
        assert take(tmp_path, str(built(tmp_path / "old", site)), *URL).returncode == 0
        before = posts(tmp_path / "shore")
        for number in range(20, 26):
            site.posts[number] = f"<p>Another <em>layout</em> {number} of the {WORDS[number % 20]}.</p>"
        site.feed_size = 6
        site.build()
        for number in range(20, 26):
            page = site.pages[site.path(number)].body
            page = page.replace(b'<div class="post-content">', b'<section id="words"><div>')
            site.put(site.path(number), page.replace(b"\n</div></article>", b"\n</div></section></article><hr>"))
        folder = built(tmp_path / "new", site)
    for file in folder.rglob("*.*"):
        os.utime(file, (1_700_100_000, 1_700_100_000))  # as a later build has it
    done = take(tmp_path, str(folder), *words)
    assert done.returncode == 0, done.stderr
    assert "; 6 new, " in done.stdout
    assert len(index(tmp_path / "shore")) == 14
    assert before.items() <= posts(tmp_path / "shore").items()
    assert (tmp_path / "shore" / "site.toml").read_text("utf-8").count("[[layouts]]") == 2
    sound(tmp_path)


def test_captures_in_a_folder_of_pages_hide_no_page(tmp_path: Path) -> None:
    with Stranger(4) as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
    with Stranger(8) as site:
        folder = built(tmp_path / "_site", site)
    (folder / "old").mkdir()
    for path in (crawled.archive / "captures").iterdir():
        (folder / "old" / path.name).write_bytes(path.read_bytes())
    done = take(tmp_path, str(folder), *URL)
    assert done.returncode == 0, done.stderr
    assert f"{folder} has files of captures as well as pages; both are taken" in done.stderr
    assert len(index(tmp_path / "shore")) == 8
    sound(tmp_path)


def test_an_archive_of_ours_is_its_captures_and_not_its_pages(tmp_path: Path) -> None:
    with Stranger() as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
    assert run("report", "shore", settings={"ARCHIVE_ROOT": str(crawled.root)}).returncode == 0
    for given in (crawled.archive, crawled.root):
        root = tmp_path / f"root of {given.name}"
        done = take(root, str(given), *URL)
        assert done.returncode == 0, done.stderr
        assert "both are taken" not in done.stderr
        assert posts(root / "shore") == posts(crawled.archive)
        assert b"report.html" not in b"".join(path.read_bytes() for path in (root / "shore").glob("index.jsonl"))


def test_samples_of_a_known_site_are_told_where_they_go(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    assert take(tmp_path, str(folder), *URL).returncode == 0
    sample = tmp_path / "2024-04-04-rope-3.md"
    sample.write_text("---\ntitle: x\n---\nText\n", "utf-8")
    done = take(tmp_path, str(folder), "--name", "shore", "--samples", str(sample))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "for shore: scrapy learn shore --samples ... and then scrapy rebuild shore" in done.stderr


def test_a_file_without_captures_is_not_said_to_be_of_another_site(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no WARC")
    done = take(tmp_path, str(tmp_path / "notes.txt"), "--url", "https://blog.example/", "--name", "blog")
    assert done.returncode == 1
    assert done.stderr.startswith("cannot be read: notes.txt: byte 0: ")
    assert done.stderr.endswith("; nothing was taken: what was given has no captures; scrapy import -h tells what is read\n")
    assert done.stderr.count("\n") == 1


def test_a_file_that_nobody_can_read_concerns_no_site(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    assert take(tmp_path, str(folder), *URL).returncode == 0
    damaged = tmp_path / "garbage.warc.gz"
    damaged.write_bytes(b"no gzip at all")
    done = take(tmp_path, str(damaged))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stdout + done.stderr
    assert "garbage.warc.gz: byte 0: " in done.stderr
    captures = tmp_path / "shore" / "captures"
    both = take(tmp_path, str(damaged), str(captures))
    assert (both.returncode, both.stdout.count("\n"), both.stderr.count("\n")) == (1, 1, 1), both.stdout + both.stderr
    assert both.stdout.startswith(f"{tmp_path}/shore: 0 captures taken, ")


def test_captures_of_nobody_s_are_said_in_one_line(tmp_path: Path) -> None:
    """Whatever sites there are: a line about each of them that got nothing would hide what matters."""
    with Stranger() as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
        folder = built(tmp_path / "_site", site)
    for file in folder.rglob("*.*"):  # pages that name another host as their own were built for that
        file.write_bytes(file.read_bytes().replace(site.host.encode(), b"other.example"))
    captures = str(crawled.archive / "captures")
    assert take(tmp_path, str(folder), "--url", "https://other.example/", "--name", "other").returncode == 0
    done = take(tmp_path, captures)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", 1), done.stdout + done.stderr
    assert done.stderr.startswith(
        "nothing was taken: no capture is of a page below https://finews.withounder.com/, https://other"
    )
    as_json = json.loads(take(tmp_path, captures, "--json").stdout)
    assert [one["site"] for one in as_json["sites"]] == ["finews", "other"]
    typo = take(tmp_path, captures, "--url", "https://blgo.example/", "--name", "blgo")
    assert "no capture is of a page below https://blgo.example/" in typo.stderr
    assert run("list", settings={"ARCHIVE_ROOT": str(tmp_path)}).stdout.split() == ["finews", "jekyll", "other"]
    known = take(tmp_path, captures, "--url", "https://blog.example/", "--name", "shore")
    assert known.returncode == 0
    again = take(tmp_path, captures)
    assert again.stdout.count("\n") == 1, "of the sites, only that which has them"
    assert again.stdout.startswith(f"{tmp_path}/shore: 0 captures taken, ")
