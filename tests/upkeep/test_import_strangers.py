"""``scrapy import --url``: captures and folders of built HTML of a site that nobody described."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.archive import Archive
from crawler.sites.learned.strangers import stranger
from crawler.upkeep.folders import FolderImporter, address
from crawler.upkeep.learning import keep_site
from tests.replica.crawl import run
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    import subprocess

URL = ("--url", "https://blog.example/", "--name", "shore")


def built(folder: Path, site: Stranger, below: str = "") -> Path:
    """The site's pages as files, as Jekyll builds them."""
    for path, page in site.pages.items():
        file = folder / below / path.removeprefix(site.base).lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.body)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return folder


def take(root: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    done = run("import", *words, settings={"ARCHIVE_ROOT": str(root)} | settings)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def index(archive: Path) -> dict[str, dict[str, Any]]:
    lines = map(json.loads, (archive / "index.jsonl").read_text("utf-8").splitlines())
    return {line["url"]: line for line in lines}


def posts(archive: Path) -> dict[str, bytes]:
    return {str(path.relative_to(archive)): path.read_bytes() for path in (archive / "_posts").rglob("*.*")}


def sound(root: Path) -> None:
    for command in (("rebuild", "shore", "--diff"), ("verify", "shore")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(root)})
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_folder_gives_the_posts_that_a_crawl_gives(tmp_path: Path) -> None:
    with Stranger() as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
        folder = built(tmp_path / "_site", site)
    done = take(tmp_path, str(folder), *URL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "15 captures taken" in done.stdout
    assert "8 new" in done.stdout
    assert posts(tmp_path / "shore") == posts(crawled.archive)
    entries = index(tmp_path / "shore")
    assert {entry["first_seen"] for entry in entries.values()} == {"2023-11-14T22:13:20.000000Z"}
    sound(tmp_path)
    again = take(tmp_path, str(folder), *URL)
    assert (again.returncode, "0 captures taken, 15 were there already" in again.stdout) == (0, True), again.stdout


def test_an_edited_folder_gives_versions(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
        assert take(tmp_path, str(folder), *URL).returncode == 0
        page = folder / site.path(3).strip("/") / "index.html"
        page.write_bytes(page.read_bytes().replace(b"number 3", b"number three"))
    done = take(tmp_path, str(folder), "--url", "https://blog.example/", "--name", "shore")
    assert "0 new, 1 changed" in done.stdout
    assert index(tmp_path / "shore")[f"https://blog.example{site.path(3)}"]["version"] == 2
    sound(tmp_path)


def test_captures_of_a_stranger(tmp_path: Path) -> None:
    with Stranger() as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
    done = take(tmp_path, str(crawled.archive / "captures"), *URL)
    assert done.returncode == 0, done.stderr
    assert posts(tmp_path / "shore") == posts(crawled.archive)
    sound(tmp_path)


def test_a_base_path_is_where_the_folder_lies(tmp_path: Path) -> None:
    with Stranger(base="/notes/") as site:
        folder = built(tmp_path / "_site", site)
    done = take(tmp_path, str(folder), "--url", "https://blog.example/notes")
    assert done.returncode == 0, done.stderr
    assert len(index(tmp_path / "blog.example-notes")) == 8
    assert all(url.startswith("https://blog.example/notes/20") for url in index(tmp_path / "blog.example-notes"))


def test_what_is_no_page_stays_out(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    secret = tmp_path / "secret.html"
    secret.write_text("secret", "utf-8")
    (folder / "out.html").symlink_to(secret)
    (folder / "away").symlink_to(tmp_path)
    (folder / "in.html").symlink_to(folder / "about/index.html")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref", "utf-8")
    (folder / "big.bin").write_bytes(b"x" * 2000)
    os.mkfifo(folder / "pipe")
    done = take(tmp_path / "root", str(folder), *URL, ASSET_MAXSIZE="1999")
    assert done.returncode == 1
    assert "1 link to files outside of it; not taken" in done.stderr
    assert "big.bin: 2,000 bytes are more than ASSET_MAXSIZE=1999" in done.stderr
    with_all = Archive(tmp_path / "root" / "shore", "shore", read_only=True)
    captured = {url.removeprefix("https://blog.example/") for url in with_all.catalog.urls()}
    assert "in.html" in captured
    assert not {"out.html", ".git/HEAD", "big.bin", "pipe", "away/secret.html"} & captured


def test_a_killed_import_goes_on(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    root = tmp_path / "root"
    shore = stranger("https://blog.example/", "shore")
    half = Archive(root / "shore", "shore")
    half.recover(shore.canonical)
    FolderImporter(half, shore, 1 << 20).import_folder(folder)
    half.close()
    keep_site(root / "shore", shore.learned)
    done = take(root, str(folder), *URL)
    assert done.returncode == 0, done.stderr
    assert len(index(root / "shore")) == 8
    sound(root)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say of which site it is: --url"),
        (("--name", "shore"), "name its home page too: --url"),
        (("--url", "nothing"), "'nothing' is no address of a site"),
        (("--url", "https://blog.example/", "--name", "../x"), "a site cannot be called '../x'"),
        (("--url", "https://blog.example/", "--name", "finews"), "finews is the name of a declared site"),
        (("--url", "https://blog.example/", "--site", "finews"), "give one of them"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site" / "index.html").write_text("<html></html>", "utf-8")
    done = take(tmp_path / "root", str(tmp_path / "_site"), *words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert told in done.stderr


def test_addresses_are_those_of_a_server() -> None:
    assert [address(path) for path in ("a/index.html", "index.htm", "x y.html")] == ["a/", "", "x%20y.html"]


@pytest.mark.parametrize("broken", ["deleted", "no text", "no toml"])
def test_a_lost_site_toml_is_written_anew_as_the_errors_say(tmp_path: Path, broken: str) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    root = tmp_path / "root"
    assert take(root, str(folder), *URL).returncode == 0
    file = root / "shore" / "site.toml"
    text = file.read_text("utf-8")
    if broken == "deleted":
        file.unlink()
    else:
        file.write_bytes(b"a\n\xff" if broken == "no text" else b"name = \n")
    settings = {"ARCHIVE_ROOT": str(root)}
    again = () if broken == "deleted" else (("import", str(folder), *URL),)  # which makes one where there is none
    for words in (("learn", "shore"), *again, ("rebuild", "shore")):
        done = run(*words, settings=settings)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "site.toml" in done.stderr
        assert "--url HOME" in done.stderr
    wrong = run("learn", "shore", "--url", "https://other.example/", "--overwrite", settings=settings)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1), wrong.stderr
    assert "has no capture of https://other.example/" in wrong.stderr
    done = run("learn", "shore", "--url", "https://blog.example/", "--overwrite", settings=settings)
    assert done.returncode == 0, done.stderr
    assert file.read_text("utf-8") == text
    sound(root)


def test_what_gives_no_post_is_said(tmp_path: Path) -> None:
    (tmp_path / "_site").mkdir()
    root = tmp_path / "root"
    empty = take(root, str(tmp_path / "_site"), *URL)
    assert (empty.returncode, empty.stderr.count("\n")) == (2, 1), empty.stderr
    assert "has neither pages (.html) nor files of captures" in empty.stderr
    (tmp_path / "_site" / "index.html").write_text("<html><p>Nothing here.</p></html>", "utf-8")
    done = take(root, str(tmp_path / "_site"), *URL)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "no page was found to be a post's" in done.stderr
    learned = run("learn", "shore", settings={"ARCHIVE_ROOT": str(root)})
    assert learned.stderr.startswith("no page was found to be a post's")
    status = run("status", "shore", settings={"ARCHIVE_ROOT": str(root)})
    assert (status.returncode, "OVERDUE" in status.stdout) == (0, False), "nobody awaits a run"
    elsewhere = take(root, str(root / "shore"), "--url", "https://other.example/")
    assert (elsewhere.returncode, elsewhere.stderr.count("\n")) == (0, 1), elsewhere.stderr
    assert "no capture is of a page below https://other.example/" in elsewhere.stderr


@pytest.mark.parametrize("words", [URL, ()])
@pytest.mark.parametrize("kind", ["noise", "half", "empty", "elsewhere"])
def test_an_import_of_which_nothing_can_be_read_leaves_nothing(tmp_path: Path, kind: str, words: tuple[str, ...]) -> None:
    with Stranger() as site:
        crawled = Crawled(tmp_path / "crawled", site)
        crawled.crawl()
    whole = next((crawled.archive / "captures").glob("*.warc.gz")).read_bytes()
    file = tmp_path / "broken.warc.gz"
    file.write_bytes({"noise": os.urandom(3000), "half": whole[:60], "empty": b"", "elsewhere": whole}[kind])
    if kind == "elsewhere":
        words = ("--url", "https://other.example/", "--name", "shore") if words else ()
    root = tmp_path / "new" / "output"
    done = take(root, str(file), *words)
    assert (done.returncode, done.stdout.count("\n")) == (0 if kind == "elsewhere" else 1, 1), done.stdout + done.stderr
    assert "nothing was taken" in done.stderr
    assert not (tmp_path / "new").exists()
    (root / "shore").mkdir(parents=True)
    (root / "shore" / "mine.txt").write_text("mine", "utf-8")
    take(root, str(file), *words)
    assert (root / "shore" / "mine.txt").read_text("utf-8") == "mine"


def test_pages_that_gave_no_post_are_named_as_long_as_they_give_none(tmp_path: Path) -> None:
    """An import tells of them once; who looks later has to learn of them, too."""
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    strange = folder / "2019" / "05" / "06" / "unlike-the-others" / "index.html"
    strange.parent.mkdir(parents=True)
    strange.write_text("<html><body><p>Nothing that the others have.</p></body></html>", "utf-8")
    root = tmp_path / "output"
    taken = take(root, str(folder), *URL)
    assert (taken.returncode, "no post: https://blog.example/2019/05/06/" in taken.stderr) == (1, True), taken.stderr
    settings = {"ARCHIVE_ROOT": str(root)}
    said = "Pages that failed or gave no post: 1, one is https://blog.example/2019/05/06/unlike-the-others"
    assert said in run("status", "shore", settings=settings).stdout
    assert json.loads(run("status", "shore", "--json", settings=settings).stdout)["pages"]["failed"] == 1
    assert run("report", "shore", "--all", settings=settings).returncode == 0
    assert "unlike-the-others" in (root / "shore" / "report.html").read_text("utf-8")
    assert run("rebuild", "shore", settings=settings).returncode == 1
    assert "Pages to be requested again: the next run finds out" in run("status", "shore", settings=settings).stdout
    assert json.loads(run("status", "shore", "--json", settings=settings).stdout)["pages"] is None


def test_file_names_that_are_no_utf8(tmp_path: Path) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
        page = site.pages["/about/"].body
        for name in (b"caf\xe9.html", b"\xff\xfe/index.html", b"new\nline.html"):
            file = Path(os.fsdecode(os.fsencode(folder) + b"/odd/" + name))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page + name)
        (folder / os.fsdecode(b"\xff.png")).write_bytes(b"x" * 2000)
        done = take(tmp_path / "root", str(folder), *URL, "--json", ASSET_MAXSIZE="1900")
    (result,) = json.loads(done.stdout)["sites"]
    assert any("\\xff.png: 2,000 bytes are more" in line for line in result["unreadable"])
    listed = run("warc", str(tmp_path / "root" / "shore" / "captures")).stdout
    for path in ("caf%E9.html", "%FF%FE/", "new%0Aline.html"):
        assert f"https://blog.example/odd/{path}" in listed
    sound(tmp_path / "root")
