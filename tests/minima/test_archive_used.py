"""What people do with an archive of the blog: they look at it, export, forget and import, and mend a wrong class."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import missing
from tests.minima.declared import NAME, Blog, check_offline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., Path]


# What people do with an archive


def test_a_post_is_explained(archived: Blog) -> None:
    done = archived.run("explain", NAME, "2024-02-29-leap-day-notes", "--json")
    found = {one["part"]: one for one in json.loads(done.stdout)["found"]}
    assert found["title"]["assumed"] == "title.default"
    assert "file name" in found["title"]["doubt"]
    assert archived.run("explain", NAME, "https://blog.example/2024/05/04/left-open.html").returncode == 0


def test_shell_and_parse_show_the_post(archived: Blog) -> None:
    url = "https://blog.example/2024/05/04/left-open.html"
    shell = archived.run("shell", url, "-c", "source(post)")
    assert "This division is never closed." in shell.stdout, shell.stderr
    parsed = archived.run("parse", "--spider", NAME, url)
    assert "Left open" in parsed.stdout, parsed.stderr


@pytest.mark.parametrize("command", ["status", "changes"])
def test_status_and_changes(archived: Blog, command: str) -> None:
    done = archived.run(command, NAME)
    assert done.returncode == 0, done.stderr
    assert done.stdout


FORMATS = ["jsonl", "csv", "parquet", "sqlite", "atom", "hf", "jekyll", "hugo", "wacz", "cdxj"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_export(archived: Blog, tmp_path: Path, kind: str) -> None:
    done = archived.run("export", NAME, "--format", kind, "--output", str(tmp_path / "exported"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_export_for_jekyll_publishes_every_post_at_its_address(archived: Blog, tmp_path: Path, jekyll: str) -> None:
    from tests.replica.build import run_jekyll

    done = archived.run("export", NAME, "--format", "jekyll", "--output", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    run_jekyll(tmp_path / "site", tmp_path / "built")
    for entry in archived.index.values():
        page = tmp_path / "built" / archived_path(entry["url"])
        body = archived.source(entry["id"]).split("---\n", 2)[2].strip()
        body = re.sub(r"\{\{ '(\{[{%])' \}\}", r"\1", body)
        assert body in page.read_text("utf-8")


def archived_path(url: str) -> str:
    from urllib.parse import unquote

    path = unquote(url.removeprefix("https://blog.example/"))
    return f"{path}index.html" if path.endswith("/") else path


def test_forgotten_and_taken_back(archived: Blog, tmp_path: Path) -> None:
    blog = Blog(tmp_path, archived.server)
    shutil.copytree(archived.root, blog.root)
    post, others = "2024-05-04-left-open", dict(blog.index)
    del others[post]
    done = blog.run("forget", NAME, post, "--reason", "asked to")
    # The feed has its text, and tells of nine other posts what their pages do not show.
    assert (done.returncode, "a feed with its text" in done.stdout) == (1, True), done.stdout + done.stderr
    assert blog.index == others
    check_offline(blog)
    blog.crawl("-a", "sweep=1")
    assert post not in blog.index
    done = blog.run("forget", NAME, post, "--undo")
    assert done.returncode == 0, done.stdout + done.stderr
    blog.crawl("-a", "sweep=1")
    assert post in blog.index


def test_a_post_in_no_feed_is_forgotten_without_a_rest(archived: Blog, tmp_path: Path) -> None:
    blog = Blog(tmp_path, archived.server)
    shutil.copytree(archived.root, blog.root)
    done = blog.run("forget", NAME, "2024-02-14-cheese-and-chutney", "--reason", "asked to")
    assert done.returncode == 0, done.stdout + done.stderr
    check_offline(blog)


def test_captures_are_imported_into_a_new_archive(archived: Blog, tmp_path: Path) -> None:
    blog = Blog(tmp_path, archived.server)
    done = blog.run("import", "--site", NAME, *map(str, (archived.archive / "captures").glob("*.warc.gz")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {i: e["sha256"] for i, e in blog.index.items()} == {i: e["sha256"] for i, e in archived.index.items()}
    check_offline(blog)


def test_a_mirror_that_wget_made_is_imported(archived: Blog, tmp_path: Path) -> None:
    """Its posts are those of a crawl: the same files, of the same feed and pages."""
    wget = shutil.which("wget") or missing("wget", "apt-get install wget")
    origin = archived.server.origin("blog.example")
    options = [
        "--quiet",
        "--recursive",
        "--level=3",
        "--warc-file",
        str(tmp_path / "mirror"),
        "--directory-prefix",
        str(tmp_path),
    ]
    subprocess.run([wget, *options, f"{origin}/", f"{origin}/feed.xml"], check=False, timeout=300)
    blog = Blog(tmp_path, archived.server)
    done = blog.run("import", "--site", NAME, str(tmp_path / "mirror.warc.gz"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {i: e["sha256"] for i, e in blog.index.items()} == {i: e["sha256"] for i, e in archived.index.items()}
    check_offline(blog)
    blog.crawl()
    assert all(path.endswith(" 304") or path.startswith("/robots.txt") for path in blog.asked), blog.asked


@pytest.mark.parametrize(
    ("attributes", "code", "told"),
    [
        (
            {"own_permalinks": ()},
            1,
            "https://blog.example/notes/own-address/: the feed has it as a post, but its address is none of",
        ),
        ({"permalink": "pretty"}, 1, "set another permalink if most are so"),
        ({"permalink": "pretty", "feeds": (), "own_permalinks": ()}, 4, "https://blog.example/ shows no post at all"),
        ({"content": (".nothing",)}, 4, "no element for the content: .nothing"),
        ({"title": ("h7",)}, 4, "no element for the title: h7"),
    ],
)
def test_a_wrong_attribute_is_told_by_the_first_crawl(
    archived: Blog, tmp_path: Path, attributes: dict[str, Any], code: int, told: str
) -> None:
    done = Blog(tmp_path, archived.server, **attributes).run("crawl", NAME)
    assert done.returncode == code
    assert told in done.stderr


def test_a_wrong_zone_is_told_by_rendering(archived: Blog, tmp_path: Path, jekyll: str) -> None:
    blog = Blog(tmp_path, archived.server, zone="America/New_York")
    blog.crawl()
    done = blog.run("verify", NAME, "--render", "--jobs", "1")
    assert done.returncode == 1
    assert "Jekyll renders another time than the captured page" in done.stdout
