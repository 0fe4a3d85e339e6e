"""A stock Jekyll blog in every format: each name is one, each post has its address, HTML posts stay HTML."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from datasette.app import Datasette
from lxml import etree

from crawler.archive.catalog.changes import Token
from crawler.exporters import post_notes
from crawler.exporters.atom import write_atom
from crawler.exporters.browse.listing import Listing, listing
from crawler.exporters.browse.query import PostQuery
from crawler.exporters.checkpoint import Checkpoint
from crawler.exporters.hugo import remove_from_hugo, write_hugo
from crawler.exporters.jekyll import remove_from_jekyll, write_jekyll
from crawler.exporters.schemas import schema
from crawler.exporters.sqlite import write_sqlite
from tests.conftest import missing
from tests.exporters.blog import HOST, POSTS, STYLES, blog, blog_rows, entry
from tests.exporters.rows import packed
from tests.exporters.test_sites import built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    return blog_rows(tmp_path / "archive", monkeypatch)


def page_of(site: Path, url: str) -> str:
    path = site / unquote(urlsplit(url).path).lstrip("/")
    return (path / "index.html" if path.is_dir() else path).read_text("utf-8")


def titles_in(page: str) -> list[str]:
    return re.findall(r"<li><time [^>]*>[^<]*</time> <a [^>]*>([^<]*)</a>", page)


def names_in(page: str) -> dict[str, str]:
    """Names of categories and tags, and where their links lead."""
    found = re.findall(r'<a href="(/(?:category|tag)/[^"]*)">([^<]*)</a>', page)
    return {unescape(name): address for address, name in found}


def test_index_lines_and_rows_are_as_the_schemas_say(rows: list[dict[str, Any]]) -> None:
    for post, row in zip(POSTS, rows, strict=True):
        jsonschema.validate(entry(post), schema("index"))
        jsonschema.validate({name: value for name, value in row.items() if name != "captures"}, schema("export"))


def test_a_body_is_read_as_its_files_ending_says(rows: list[dict[str, Any]]) -> None:
    texts = {row["id"]: row["text"] for row in rows}
    assert texts["2022-03-01-welcome"] == "This is bold."
    assert "Two *stars*" in texts["raw"]
    assert "and <blanks>" in texts["raw"]


@pytest.mark.parametrize("style", STYLES)
def test_jekyll_publishes_each_post_where_it_was(jekyll: str, tmp_path: Path, monkeypatch: Any, style: str) -> None:
    rows = blog_rows(tmp_path / "archive", monkeypatch, style)
    write_jekyll(rows, tmp_path / "source", blog(style))
    built([jekyll, "build", "--quiet", "--strict_front_matter", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    for row in rows:
        page = page_of(tmp_path / "site", row["url"])
        assert "<article>" in page, row["id"]
        assert set(names_in(page)) == {*row["categories"], *row["tags"]}
    assert "<p>Two *stars*\n\n    and &lt;blanks&gt; Raw</p>" in page_of(tmp_path / "site", rows[2]["url"])
    assert "<strong>bold</strong>" in page_of(tmp_path / "site", rows[0]["url"])


def test_each_category_of_the_jekyll_site_has_a_page(jekyll: str, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    write_jekyll(rows, tmp_path / "source", blog())
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    found = names_in(page_of(tmp_path / "site", "/categories.html"))
    assert set(found) == {"jekyll", "update", "New York"}
    assert titles_in(page_of(tmp_path / "site", found["New York"])) == ["Again", "Hello"]
    assert titles_in(page_of(tmp_path / "site", found["update"])) == ["Hello", "Welcome"]


def test_a_site_below_a_path_and_one_without_tags(jekyll: str, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    rows = [row | {"tags": [], "raw": row["raw"].replace("tags: apple\n", "")} for row in rows if row["id"] != "hello-world"]
    write_jekyll(rows, tmp_path / "source", blog(home=f"{HOST}/my/blog/"))
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    home = page_of(tmp_path / "site", "/")
    assert titles_in(home) == ["Again", "Bare", "Raw", "Welcome"]
    assert set(re.findall(r'href="(/[^"]*)"', home)) >= {"/my/blog/raw/", "/my/blog/archive.css", "/my/blog/categories.html"}


@pytest.mark.parametrize("kind", ["jekyll", "hugo"])
def test_the_home_page_leads_to_posts_without_tags_beside_others(
    jekyll: str, tmp_path: Path, rows: list[dict[str, Any]], kind: str
) -> None:
    assert {bool(row["tags"]) for row in rows} == {True, False}
    if kind == "jekyll":
        write_jekyll(rows, tmp_path / "source", blog())
        built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    else:
        hugo = shutil.which("hugo") or missing("hugo", "apt-get install hugo")
        write_hugo(rows, tmp_path / "source", blog())
        built([hugo, "--quiet", "--destination", str(tmp_path / "site")], tmp_path / "source")
    leads_to = re.findall(r'<a href="([^"]*)"', page_of(tmp_path / "site", "/"))
    assert {urlsplit(row["url"]).path for row in rows} <= set(leads_to)


@pytest.mark.parametrize("style", STYLES)
def test_hugo_publishes_each_post_where_it_was(tmp_path: Path, monkeypatch: Any, style: str) -> None:
    hugo = shutil.which("hugo") or missing("hugo", "apt-get install hugo")
    rows = blog_rows(tmp_path / "archive", monkeypatch, style)
    write_hugo(rows, tmp_path / "source", blog(style))
    built([hugo, "--quiet", "--destination", str(tmp_path / "site")], tmp_path / "source")
    for row in rows:
        page = page_of(tmp_path / "site", row["url"])
        assert "<article>" in page, row["id"]
        assert set(names_in(page)) == {*row["categories"], *row["tags"]}
    assert "<p>Two *stars*\n\n    and &lt;blanks&gt; {{ page.title }}</p>" in page_of(tmp_path / "site", rows[2]["url"])
    about = page_of(tmp_path / "site", rows[1]["url"])
    assert titles_in(page_of(tmp_path / "site", names_in(about)["New York"])) == ["hello-world", "hello-world"]


REMOVALS = [(write_jekyll, remove_from_jekyll), (write_hugo, remove_from_hugo)]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def remove(function: Callable[..., int], target: Path, *ids: str) -> int:
    return function(target, ids, *([blog()] if function is remove_from_jekyll else []))


@pytest.mark.parametrize(("write", "remove_from"), REMOVALS)
@pytest.mark.parametrize("post_id", [post.id for post in POSTS])
def test_a_post_is_removed_by_its_id(
    tmp_path: Path, rows: list[dict[str, Any]], write: Callable[..., int], remove_from: Callable[..., int], post_id: str
) -> None:
    write(rows, tmp_path / "all", blog())
    write([row for row in rows if row["id"] != post_id], tmp_path / "others", blog())
    for name in ("all", "others"):  # a layout of a name that the removed post alone had may stay
        (tmp_path / name / "_layouts" / "article.html").unlink(missing_ok=True)
    assert remove(remove_from, tmp_path / "all", post_id) == 1
    assert files_in(tmp_path / "all") == files_in(tmp_path / "others")
    assert remove(remove_from, tmp_path / "all", post_id) == 0


@pytest.mark.parametrize(("write", "remove_from"), REMOVALS)
@pytest.mark.parametrize("step", ["files_of", "open_file"])
def test_a_removal_that_was_cut_short_is_done_again(
    tmp_path: Path,
    rows: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[..., int],
    remove_from: Callable[..., int],
    step: str,
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    write(rows, tmp_path / "all", blog())
    with monkeypatch.context() as cut:
        cut.setattr(post_notes, step, killed)
        with pytest.raises(KeyboardInterrupt):
            remove(remove_from, tmp_path / "all", "raw")
    remove(remove_from, tmp_path / "all", "raw")
    assert not [path for path in (tmp_path / "all").rglob("*") if path.is_file() and b"stars" in path.read_bytes()]
    assert b'"raw"' not in (tmp_path / "all" / post_notes.NOTES).read_bytes()


@pytest.mark.parametrize(("write", "remove_from"), REMOVALS)
def test_a_post_is_removed_from_an_export_whose_notes_name_no_files(
    tmp_path: Path, rows: list[dict[str, Any]], write: Callable[..., int], remove_from: Callable[..., int]
) -> None:
    write(rows, tmp_path / "old", blog())
    notes = tmp_path / "old" / post_notes.NOTES
    lines = [json.loads(line) for line in notes.read_text("utf-8").splitlines()]
    notes.write_text(
        "".join(json.dumps({name: line[name] for name in line if name != "file"}) + "\n" for line in lines), "utf-8"
    )
    assert remove(remove_from, tmp_path / "old", "bare") == 1
    assert b"Neither title" not in b"".join(files_in(tmp_path / "old").values())


def test_notes_lead_to_no_file_outside_the_export(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "export" / post_notes.NOTES).write_text('{"id": "x", "file": "../mine.md"}\n')
    assert post_notes.remove_files(tmp_path / "export", ["x"]) == 0
    assert (tmp_path / "mine.md").exists()


def test_an_atom_feed_has_each_category_as_one(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    write_atom(rows, tmp_path / "x.atom", blog())
    feed = etree.parse(tmp_path / "x.atom").getroot()
    found = {one.findtext("{*}id"): [name.get("term") for name in one.iter("{*}category")] for one in feed.iter("{*}entry")}
    assert found == {row["url"]: row["categories"] for row in rows}


def shown(database: Path, *, joined: bool = False, **asked: Any) -> Listing:
    """The page of the list of posts that a browser is given."""

    async def find() -> Listing:
        datasette = Datasette([str(database)])
        return await listing(datasette.get_database(database.stem), PostQuery(**asked), joined=joined)

    return asyncio.run(find())


def test_the_browser_lists_and_finds_each_category(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    write_sqlite(packed(rows, "sqlite"), tmp_path / "x.db", blog(), Checkpoint(Token(), "{}"))
    every = shown(tmp_path / "x.db")
    assert dict(every.choices["category"]) == {"New York": 2, "update": 2, "jekyll": 1}
    assert [line.categories for line in every.lines][-2:] == [["New York", "update"], ["jekyll", "update"]]
    assert {line.id for line in shown(tmp_path / "x.db", category="New York").lines} == {
        "hello-world",
        "2023-01-01-hello-world",
    }
    assert shown(tmp_path / "x.db", category="York").lines == []
    as_one = shown(tmp_path / "x.db", joined=True)
    assert dict(as_one.choices["category"]) == {"jekyll update": 1, "New York update": 1, "New York": 1}
