from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.listing import UnreadableListing, feed_links, links

FEED = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><link href="https://s/feed.xml" rel="self"/>
<entry><title type="html">A &amp;amp; B</title><link href="https://s/a b/1.html" rel="alternate"/></entry>
<entry><title>C</title><link href="https://s/2.html"/></entry></feed>"""


def test_links_in_their_order_with_their_text() -> None:
    body = b'<li><a class="x" href="/a/1.html">A <b>1</b></a></li><li><a href="/b/2.html">B</a></li>'
    assert [(link.href, link.text) for link in links(body)] == [("/a/1.html", "A <b>1</b>"), ("/b/2.html", "B")]


def test_blanks_and_chinese_are_made_safe_and_parentheses_stay() -> None:
    body = '<a href="/category/Career In (x).html">t</a><a href="/\u4e2d.html">t</a>'.encode()
    assert [link.href for link in links(body)] == ["/category/Career%20In%20(x).html", "/%E4%B8%AD.html"]


def test_entities_in_an_address_are_undone() -> None:
    assert [link.href for link in links(b'<a href="/A&amp;B.html">t</a>')] == ["/A&B.html"]


def test_feed_entries() -> None:
    assert [(link.href, link.text) for link in feed_links(FEED.encode())] == [
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
    list(links(body))
    list(links(b'<a href="' + body + b'">x</a>'))
