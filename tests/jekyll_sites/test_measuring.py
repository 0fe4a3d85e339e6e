"""What the benchmark counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.given_back import (
    GivenBack,
    count_built,
    count_untold,
    given_posts,
    measure,
    path_of,
    read_archive,
    shows,
    with_feeds,
    with_own_front,
)
from benchmarks.others import others
from tests.jekyll_sites.dumped import Post

if TYPE_CHECKING:
    from pathlib import Path

_POST = Post(
    source="_posts/2024-01-08-hello.md",
    url="/2024/hello/",
    page="2024/hello/index.html",
    title="Hello",
    date="2024-01-08T09:12:33+01:00",
    tags=("a & b",),
    categories=(),
    body="* one\n",
    content="<ul>\n  <li>one</li>\n</ul>\n",
    text="* one\n",
)
_BACK = GivenBack(
    url="https://blog.example/notes/2024/hello/",
    name="2024-01-08-hello.md",
    title="Hello",
    date="2024-01-08T09:12:33+01:00",
    tags=["a & b"],
    categories=[],
    fidelity="rendered",
    source=b"---\ntitle: Hello\n---\n* one\n",
)
_PAGE = '<time datetime="2024-01-08T09:12:33+01:00"></time><i>a &amp; b</i>'


def figures(back: GivenBack, page: str = _PAGE, **more):
    return measure([_POST], "/notes", {path_of(back.url): back}, {_POST.url: page}, **more)


def test_all_the_same() -> None:
    found = figures(_BACK)
    same = (
        "posts",
        "found",
        "source",
        "normalised",
        "items",
        "typed",
        "title",
        "day",
        "time",
        "tags",
        "categories",
        "redirects",
        "rendered",
    )
    assert {row for row, count in found.counts.items() if count} == set(same)
    assert found.told == found.told_same == {"time": 1, "tags": 1, "categories": 1, "redirects": 0}


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"source": b"---\ntitle: Hello\n---\n- one\n"}, {"source"}),
        ({"source": b"---\ntitle: Hello\n---\n- two\n"}, {"source", "normalised", "items", "typed"}),
        ({"source": b"---\ntitle: Hello\n---\n-   one\n"}, {"source", "normalised"}),
        ({"title": "hello"}, {"title"}),
        ({"date": "2024-01-08T00:00:00+01:00"}, {"time"}),
        ({"date": "2024-01-09T09:12:33+01:00"}, {"time", "day"}),
        ({"tags": ["a"]}, {"tags"}),
        ({"categories": ["c"]}, {"categories"}),
    ],
)
def test_each_row_counts_its_own(change: dict, rows: set[str]) -> None:
    found = figures(replace(_BACK, **change))
    assert {row for row, names in found.missing.items() if names} == rows
    assert all(found.missing[row] == [_POST.source] and not found.counts[row] for row in rows)


def test_quotes_count_in_a_row_of_their_own() -> None:
    post = replace(_POST, body="* it's...\n")
    back = replace(_BACK, source="---\n---\n-  it’s…\n".encode())
    found = measure([post], "/notes", {path_of(back.url): back}, {_POST.url: _PAGE})
    assert [found.counts[row] for row in ("source", "normalised", "items", "typed")] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("body", "again", "good"),
    [
        ("* one\n", {}, True),
        ("-   one\n", {"text": "-   one\n"}, True),
        ("{{ page.first }}\n", {"text": "1. one\n"}, False),
        ("{{ page.first }}\n", {"text": "+ one\n"}, True),
        ("<ul>\n  <li>one</li>\n</ul>\n", {"text": "<ul>\n  <li>one</li>\n</ul>\n"}, False),
        ("* one\n", {"content": "<p>other</p>\n"}, False),
    ],
)
def test_what_no_page_tells_is_compared_with_its_liquid_run(body: str, again: dict, good: bool) -> None:
    found = figures(_BACK)
    back = replace(_BACK, source=f"---\n---\n{body}".encode())
    count_untold(found, [_POST], {_POST.source: replace(_POST, **again)}, {_POST.source: back}, frozenset())
    assert (found.counts["untold"], found.missing["untold"]) == ((1, []) if good else (0, [_POST.source]))


def test_what_was_not_found_or_not_built_counts_as_different() -> None:
    found = figures(_BACK)
    count_untold(found, [_POST], {}, {_POST.source: _BACK}, frozenset())
    count_untold(found, [_POST], {_POST.source: _POST}, {}, frozenset())
    count_untold(found, [_POST], {}, {}, frozenset({_POST.source}))
    assert (found.counts["untold"], found.missing["untold"]) == (0, [_POST.source, _POST.source])


def test_a_page_that_does_not_show_it_is_not_counted_among_those_that_do() -> None:
    found = figures(replace(_BACK, tags=[], date="2024-01-08T00:00:00+01:00"), page="<p>Hello</p>")
    assert (found.told["time"], found.told["tags"], found.told["categories"]) == (0, 0, 1)
    assert found.told_same == {"time": 0, "tags": 0, "categories": 1, "redirects": 0}


def test_missing_and_too_many() -> None:
    found = figures(replace(_BACK, url="https://blog.example/notes/about/"))
    assert (found.counts["found"], found.counts["too many"], found.counts["source"]) == (0, 1, 0)
    assert found.missing["found"] == [_POST.source]
    assert found.missing["too many"] == ["/notes/about/"]


def test_samples_are_left_out_of_what_they_told() -> None:
    found = figures(_BACK, leave_out=frozenset({_POST.source}))
    assert (found.counts["posts"], found.counts["too many"]) == (0, 0)
    count_built(found, "content", {_POST.source: "a"}, {}, frozenset({_POST.source}))
    assert found.counts["content"] == 0
    assert found.missing["content"] == []


def test_a_post_that_does_not_come_out_is_different() -> None:
    found = figures(_BACK)
    count_built(found, "page", {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x"}, frozenset())
    assert (found.counts["page"], found.missing["page"]) == (1, ["b", "c"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://a.example/x/", "http://b.example/x/index.html"), ("/k%C3%BCste/", "/küste/"), ("/a%20b.html", "/a b.html")],
)
def test_one_page_has_one_path(one: str, other: str) -> None:
    assert path_of(one) == path_of(other)
    assert path_of(one) != path_of("/x.html")


def test_what_a_page_shows() -> None:
    assert shows("<i> a &amp; b</i>", ["a & b"])
    assert shows('<category term="a"/>', ["a"])
    assert shows("<i>a</i>", [])
    assert not shows("<i>a</i>", ["a", "b"])
    assert not shows("<i>a word</i>", ["a"])


def test_what_feeds_say_is_evidence_of_the_post_they_name(tmp_path: Path) -> None:
    entries = "".join(
        f"<item><link>https://a.example{url}</link><c>{tag}</c></item>" for url, tag in (("/2024/hello/", "x"), ("/b/", "y"))
    )
    (tmp_path / "feed.xml").write_text(f"<rss>{entries}</rss>")
    found = with_feeds(tmp_path, [_POST], {_POST.url: "<p>"})
    assert shows(found[_POST.url], ["x"])
    assert not shows(found[_POST.url], ["y"])


def test_bodies_that_came_back_below_their_own_front_matter(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / _POST.source).write_text(f"---\nlayout: x\n---\n\n{_POST.body}")
    back = {"/notes/2024/hello/": replace(_BACK, name="2024-01-08-hello.html", source=b"---\n---\n<p>b</p>")}
    found = with_own_front(tmp_path, [_POST], "/notes", back)
    assert found == {"_posts/2024-01-08-hello.html": b"---\nlayout: x\n---\n\n<p>b</p>"}
    assert given_posts(back) == {"_posts/2024-01-08-hello.html": b"---\n---\n<p>b</p>"}


def test_an_archive_is_read_with_the_bytes_of_its_posts(tmp_path: Path) -> None:
    assert read_archive(tmp_path) == {}
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / _BACK.name).write_bytes(_BACK.source)
    entry = {name: getattr(_BACK, name) for name in ("url", "title", "date", "tags", "categories", "fidelity")}
    (tmp_path / "index.jsonl").write_text(json.dumps(entry | {"path": f"_posts/{_BACK.name}"}) + "\n", "utf-8")
    assert read_archive(tmp_path) == {"/notes/2024/hello/": _BACK}


def test_converters_of_others_take_a_list_and_give_one() -> None:
    texts = ["<p>a <em>ü</em></p>", "<h2>b</h2>"]
    found = dict(others())
    assert list(found) == ["pandoc", "markdownify", "html-to-markdown", "kramdown"]
    assert "## b" in str(found["html-to-markdown"](texts)[1])
    for convert in found.values():
        if isinstance(convert, str):
            assert "install" in convert
        else:
            assert ["ü" in text for text in convert(texts)] == [True, False]
