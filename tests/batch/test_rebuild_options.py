"""What ``scrapy rebuild`` is told: which posts, into which folder, and whether to show only what differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.archives import a_post, index
from tests.batch.conftest import tree
from tests.batch.rebuilding import rebuild
from tests.replica.crawl import run


def test_lines_of_the_index_that_would_change_are_shown(archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    own = json.dumps(entry["source"], ensure_ascii=False)
    lines = (archive / "index.jsonl").read_text("utf-8").splitlines(keepends=True)[:-1]
    changed = [line.replace(f'"source":{own}', '"source":"another"') if entry["id"] in line else line for line in lines]
    (archive / "index.jsonl").write_text("".join(changed), "utf-8")
    (archive / "catalog.sqlite").unlink()  # else the index is written again from there
    done = rebuild(archive_root, "--diff")
    assert done.returncode == 1
    assert f'index.jsonl: {entry["id"]}: source "another" -> {own}\n' in done.stdout
    assert "index: 1 new, 1 changed, " in done.stdout
    told = json.loads(rebuild(archive_root, "--diff", "--json").stdout)
    assert (told["exit_code"], [change["path"] for change in told["changes"]]) == (1, ["index.jsonl"])
    assert rebuild(archive_root).returncode == 0
    assert rebuild(archive_root, "--diff").returncode == 0


def test_since_leaves_older_posts_alone(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = tree(archive)
    for path in archive.glob("_posts/**/*.md"):
        path.write_bytes(b"defaced")
    assert rebuild(archive_root, "--since", "2022-03-02").returncode == 0
    made = {entry["path"] for entry in index(archive) if "/2022/03/01/" not in entry["url"] and "/2021/" not in entry["url"]}
    after = tree(archive)
    assert after.pop("index.jsonl") == before["index.jsonl"]
    assert {path for path, content in after.items() if content != b"defaced"} == made
    assert 0 < len(made) < len(after)
    assert all(after[path] == before[path] for path in made)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "nowhere.warc.gz", "--diff"), 2, "nowhere.warc.gz is not there"),
        (("--from", "README.md"), 2, "--from needs --output"),
        ((), 2, "there are no captures in"),
        (("--from", "README.md", "--output", "crawler"), 2, "crawler holds something else than an archive"),
        (("--jobs", "0"), 2, "'0' is no whole number"),
        (("--since", "soon"), 2, "--since 'soon' cannot be read"),
        (("--from", "gopher://x/y.warc.gz", "--diff"), 2, "gopher://x/y.warc.gz cannot be read"),
    ],
)
def test_what_cannot_run_says_so_in_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = rebuild(tmp_path, *arguments)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_archive_with_captures_of_its_own_is_no_target(crawled: Path, archive_root: Path) -> None:
    done = rebuild(crawled, "--output", str(archive_root / "finews"))
    assert done.returncode == 2
    assert "has captures of its own" in done.stderr


def test_the_same_folder_said_in_other_words(archive_root: Path) -> None:
    (archive_root / "x").mkdir()
    done = rebuild(archive_root, "--output", str(archive_root / "x" / ".." / "finews"))
    assert done.returncode == 0, done.stdout
    assert "0 files written" in done.stdout


def test_no_such_site(tmp_path: Path) -> None:
    done = run("rebuild", "nosuch", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no site 'nosuch'" in done.stderr


def test_a_period_without_posts_is_no_error(archive_root: Path) -> None:
    before = tree(archive_root / "finews")
    for words in (("--since", "2099-01-01"), ("--until", "1999-12"), ("--since", "2099-01-01", "--diff")):
        done = rebuild(archive_root, *words)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "0 posts rebuilt" in done.stdout
        assert tree(archive_root / "finews") == before


def test_times_choose_to_the_second(crawled: Path, archive_root: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    time = entry["date"][:19]
    for path in {other["path"] for other in index(archive)}:
        (archive / path).unlink()
    done = rebuild(archive_root, "--since", time, "--until", time, "--json")
    told = json.loads(done.stdout)
    same = [other for other in index(crawled / "finews") if other["date"][:19] == time]
    assert (done.returncode, told["exit_code"], told["posts"], told["files_written"]) == (0, 0, len(same), len(same))
    assert {path.name for path in archive.rglob("_posts/**/*.md")} == {Path(other["path"]).name for other in same}


def test_json_tells_what_differs(archive_root: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    (archive / entry["path"]).write_text("defaced\n")
    done = rebuild(archive_root, "--diff", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], done.stderr) == (1, 1, "")
    (change,) = told["changes"]
    assert change["path"] == entry["path"]
    assert "-defaced" in change["diff"]
