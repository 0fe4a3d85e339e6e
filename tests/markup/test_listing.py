from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.listing import UnreadableListing, feed_links, sections, whole_links

FEED = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><link href="https://s/feed.xml" rel="self"/>
<entry><title type="html">A &amp;amp; B</title><link href="https://s/a b/1.html" rel="alternate"/></entry>
<entry><title>C</title><link href="https://s/2.html"/></entry></feed>"""
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


@pytest.mark.parametrize("opens", [b"<!-- ", b"<script>", b"<a href='", b"<textarea>"])
def test_an_end_that_a_browser_does_not_see_is_none(opens: bytes) -> None:
    with pytest.raises(UnreadableListing, match="never closed"):
        whole_links(b"<html><a href=/1>one</a>" + opens + b"</html>", HOME)


def test_sections_by_any_quoting() -> None:
    body = b"""<a href=/0>0</a><h2 id=a>a</h2><a href=/1>1</a><!-- <h2 id=x> --><H2 class=k ID='b c'>b</H2><h2>none</h2><a href=/2>2</a>
    <h2 id="d"></h2>"""
    found = [(part.name, [link.url for link in part.links]) for part in sections(body, HOME)]
    assert found == [("a", ["https://s/1"]), ("b c", ["https://s/2"]), ("d", [])]


def test_feed_entries() -> None:
    assert [(link.url, link.text) for link in feed_links(FEED.encode())] == [
        ("https://s/a%20b/1.html", "A &amp; B"),
        ("https://s/2.html", "C"),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", FEED.encode()[:200], b'<!DOCTYPE a [<!ENTITY x "y">]><feed>&x;</feed>'],
    ids=["empty", "html", "cut", "entities"],
)
def test_a_feed_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(UnreadableListing):
        list(feed_links(body))


@given(st.binary(max_size=300))
def test_no_bytes_break_a_listing(body: bytes) -> None:
    sections(body, HOME)
    whole_links(b'<a href="">x</a></html>' + body, HOME)
