from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.links.listing import UnreadableListing, sections, whole_links
from tests.replica.build import BUILT

HOME = "https://s/"


def urls(body: bytes) -> list[str]:
    return [link.url for link in whole_links(body, HOME)]


@pytest.mark.parametrize(
    "behind",
    [b"", b"\n", b"<!-- cached -->", b"<script src=/x.js></script>", b"\0\0", b"<a href=/2>late</a>", b"text", b"</html>"],
)
def test_a_page_is_whole_whatever_stands_behind_its_end(behind: bytes) -> None:
    assert urls(b"<html><body><a href=/1>one</a></body></HTML >" + behind)[:1] == ["https://s/1"]


def test_links_behind_the_end_belong_to_the_page() -> None:
    assert urls(b"<html><a href=/1>one</a></html><a href=/2>two</a>") == ["https://s/1", "https://s/2"]


@pytest.mark.parametrize("body", [b"", b"<html><a href=/1>one</a>", b"<html></htm", b"<html></html", b"<html></html2>"])
def test_half_a_page_is_none(body: bytes) -> None:
    with pytest.raises(UnreadableListing, match="was cut off before its end"):
        whole_links(body, HOME)


@pytest.mark.parametrize(
    "small",
    [
        b"<!doctype html><title>t</title><h1>T</h1><ul><li><a href=/1>one</a><li><a href=/2>two</a></ul>",
        b"<html><head><meta charset=utf-8></head><body><div><p>x<ul><li><a href=/1>one</a></li><li><a href=/2>two</a></ul></div>\n\n",
        b"<main><a href=/1>one</a><svg><path d=x /></svg><a href=/2>two</a></main><script src=x></script>",
        b"<ul><li><a href=/1>one</a></li></ul><footer><a href=/2>two</a><br></footer>",
    ],
)
def test_a_page_without_the_end_tags_that_may_be_left_out_is_whole(small: bytes) -> None:
    assert urls(small) == ["https://s/1", "https://s/2"]


@pytest.mark.parametrize("name", ["index.html", "category/dongliribao.html"])
def test_a_page_that_was_cut_anywhere_is_refused_or_has_all_links(name: str) -> None:
    whole = (BUILT / "site" / name).read_bytes()
    small = whole.replace(b"</html>", b"").replace(b"</body>", b"")
    assert urls(small) == urls(whole)
    for page in (whole, small):
        for end in range(0, len(page), 1 if len(page) < 5_000 else 29):
            try:
                found = urls(page[:end])
            except UnreadableListing:
                continue
            assert found == urls(whole)


@pytest.mark.parametrize("opens", [b"<!-- ", b"<script>", b"<a href='", b"<textarea>"])
def test_an_end_that_a_browser_does_not_see_is_none(opens: bytes) -> None:
    with pytest.raises(UnreadableListing, match="never closed"):
        whole_links(b"<html><a href=/1>one</a>" + opens + b"</html>", HOME)


def test_sections_by_any_quoting() -> None:
    body = b"""<a href=/0>0</a><h2 id=a>a</h2><a href=/1>1</a><!-- <h2 id=x> --><H2 class=k ID='b c'>b</H2><h2>none</h2><a href=/2>2</a>
    <h2 id="d"></h2>"""
    found = [(part.name, [link.url for link in part.links]) for part in sections(body, HOME)]
    assert found == [("a", ["https://s/1"]), ("b c", ["https://s/2"]), ("d", [])]


@given(st.binary(max_size=300))
def test_no_bytes_break_a_listing(body: bytes) -> None:
    sections(body, HOME)
    whole_links(b'<a href="">x</a></html>' + body, HOME)
