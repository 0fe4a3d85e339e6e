from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.feeds.feed import read_feed, read_sitemap
from crawler.markup.feeds.feed_entry import FeedEntry
from crawler.markup.links.listing import UnreadableListing

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://site.example/blog/feed.xml"
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://site.example/"><link href="/feed.xml" rel="self"/><author><name>Site</name></author>
<entry><title type="html">A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title><link rel="enclosure" href="/x.mp3"/><link href="p q/1.html" rel="alternate"/>
<published>2022-03-01T10:00:00+08:00</published><updated>2022-03-02T00:00:00Z</updated><author><name>One</name></author><author><name>Two</name></author>
<category term="news"/><category term=" news "/><category term="x"/><content type="html">&lt;p&gt;A &amp;amp; B&lt;/p&gt;</content></entry>
<entry xml:base="deep/"><title> C
 &lt; D </title><link xml:base="er/" href="2.html"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p class="a&amp;b">x<br/>y &lt;</p>z</div></content></entry>
<entry><title>no address</title></entry><entry><title>broken</title><link href="http://[x"/></entry>
<entry><title/><link href="https://other.example/3"/><content type="image/png">iVBO</content></entry>
<entry><title/><link type="application/pdf" href="/4.pdf"/><link type="text/html" href="/4"/><content src="/4"/></entry>
</feed>"""  # fmt: skip
RSS2 = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>t</title><link>https://site.example/</link>
<item><title>A &amp;amp; B</title><link> 1.html </link><guid isPermaLink="false">tag:1</guid><pubDate>Tue, 01 Mar 2022 10:00:00 +0800</pubDate>
<category>n</category><dc:subject>s</dc:subject><dc:creator>One</dc:creator><author>a@b.example</author><description>short</description>
<content:encoded><![CDATA[<p>long&nbsp;</p>]]></content:encoded></item>
<item><guid>https://site.example/2.html</guid><description>&lt;p&gt;d&lt;/p&gt;</description><pubDate>yesterday</pubDate></item>
<item><guid isPermaLink="false">https://site.example/3.html</guid></item></channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="/"><title>t</title></channel><item rdf:about="/1.html"><title>A</title><link>/1.html</link><dc:date>2022-03-01</dc:date></item>
<item rdf:about="/2.html"><title>B</title></item></rdf:RDF>"""


def read(feed: str | bytes) -> list[FeedEntry]:
    return read_feed(feed.encode() if isinstance(feed, str) else feed, BASE)


def urls(feed: str | bytes) -> list[str]:
    return [entry.url.removeprefix("https://site.example") for entry in read(feed)]


def test_atom() -> None:
    one, two, three, four = read(ATOM)
    assert one == FeedEntry(
        "https://site.example/p%20q/1.html",
        "A & B",
        "2022-03-01T10:00:00+08:00",
        "2022-03-02T00:00:00Z",
        ("news", "news", "x"),
        "One, Two",
        "<p>A &amp; B</p>",
        written_title="A &amp; <b>B</b>",
    )
    assert (two.url, two.title, two.author) == ("https://site.example/deep/er/2.html", "C < D", "Site")
    assert two.content == '<p class="a&amp;b">x<br />y &lt;</p>z'
    assert (three.url, three.title, three.content) == ("https://other.example/3", "", None)
    assert (four.url, four.content) == ("https://site.example/4", None)


def test_rss_2() -> None:
    one, two = read(RSS2)
    content = "<p>long&nbsp;</p>"
    date = "2022-03-01T10:00:00+08:00"
    assert one == FeedEntry("https://site.example/blog/1.html", "A & B", date, "", ("n", "s"), "One", content, summary="short")
    assert (two.url, two.published, two.content) == ("https://site.example/2.html", "yesterday", "<p>d</p>")


def test_rss_1() -> None:
    assert urls(RDF) == ["/1.html", "/2.html"]
    assert read(RDF)[0].published == "2022-03-01"


def test_older_feeds() -> None:
    item = "<item><title>A</title><link>/1.html</link></item>"
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.example/rss-0.91.dtd">'
    assert urls(f'<?xml version="1.0"?>{doctype}<rss version="0.91"><channel>{item}</channel></rss>') == ["/1.html"]
    old = '<RDF xmlns="http://my.netscape.com/rdf/simple/0.9/">'
    assert urls(f"{old}{item}</RDF>") == ["/1.html"]
    assert urls(ATOM.replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"))[:2] == [
        "/p%20q/1.html",
        "/deep/er/2.html",
    ]


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "Site"}],
        "items": [
            {"id": "1", "url": "1.html", "title": " A &  B ", "content_html": "<p>", "date_published": "2022-03-01T10:00:00Z", "tags": ["n", 1]},
            {"id": "https://site.example/2", "content_text": "a < b", "author": {"name": "One"}},
            {"id": "3"},
            {"id": "4", "url": "http://[x"},
            "no item",
        ],
    }  # fmt: skip
    one, two = read(b"\xef\xbb\xbf" + json.dumps(feed).encode())
    date = "2022-03-01T10:00:00Z"
    assert one == FeedEntry("https://site.example/blog/1.html", "A & B", date, "", ("n",), "Site", "<p>")
    assert (two.url, two.author, two.content) == ("https://site.example/2", "One", "a &lt; b")


@pytest.mark.parametrize(
    "feed",
    [
        ATOM.encode("utf-8-sig"),
        b"\n \n" + ATOM.encode(),
        ATOM.replace('encoding="utf-8"', "").encode(),
        ATOM.replace("utf-8", "x-none").encode(),
        ATOM.replace("utf-8", "utf-16").encode("utf-16"),
        ATOM.replace("utf-8", "utf-16").encode("utf-16-le"),
        ATOM.replace("utf-8", "utf-16").encode("utf-16-be"),
        ATOM.replace("utf-8", "GBK").replace("<title/>", "<title>\u4e2d</title>").encode("gbk"),
        ATOM.replace("utf-8", "iso-8859-1").replace("<title/>", "<title>\u00e9</title>").encode("latin-1"),
        ATOM.replace("<title/>", "<title>a&nbsp;b\x08&hellip;</title>").encode(),
    ],
    ids=["mark", "blanks", "none", "unknown", "utf-16", "utf-16-le", "utf-16-be", "gbk", "latin-1", "not quite XML"],
)
def test_encodings_and_what_xml_forbids(feed: bytes) -> None:
    assert urls(feed) == ["/p%20q/1.html", "/deep/er/2.html", "https://other.example/3", "/4"]


@pytest.mark.parametrize(
    "feed",
    [
        b"",
        b"<html>",
        b"<html><body/></html>",
        b"<feed/>",
        ATOM.encode()[:600],
        b'<!DOCTYPE a [<!ENTITY x "y">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&x;</title></feed>',
        b"{",
        b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b"[]",
    ],
)
def test_what_is_no_feed_is_named(feed: bytes) -> None:
    with pytest.raises(UnreadableListing):
        read(feed)


def test_a_feed_without_entries() -> None:
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"/>') == read("<rss><channel/></rss>") == []


@given(st.binary(max_size=200))
def test_no_bytes_break_a_feed(body: bytes) -> None:
    for feed in (body, ATOM.encode().replace(b"no address", body), RSS2.encode().replace(b"yesterday", body)):
        try:
            read(feed)
        except UnreadableListing:
            continue


_ENTRY = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/"/>'


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [
        ("", "<a>", ""),
        ("", "&nbsp;", ""),
        ("", "<!--", ""),
        ("", "<![CDATA[", ""),
        ("<?xml ", "encoding ", ""),
        (_ENTRY, "<link/>", "</entry></feed>"),
        (_ENTRY, "<category term='x'/>", "</entry></feed>"),
        (_ENTRY + "<title type='html'>", "&lt;b>", "</title></entry></feed>"),
        (_ENTRY[:-23], _ENTRY[-23:] + "</entry>", "</feed>"),
        (_ENTRY + "<content type='xhtml'>" + "<i>" * 200_000, "x", "</i>" * 200_000 + "</content></entry></feed>"),
        ("<rss><channel><item><link>/</link><pubDate>", "Tue, ", "</pubDate></item></channel></rss>"),
        ("<rss><channel><item><link>/</link><pubDate>", "(", "</pubDate></item></channel></rss>"),
        ("{", '"a":{', ""),
    ],
)
def test_two_megabytes_made_to_take_long(head: str, piece: str, tail: str) -> None:
    with suppress(UnreadableListing):
        read(head + piece * (2_000_000 // len(piece)) + tail)


def test_a_list_that_jekylls_feed_wrote_as_one_text_is_its_names() -> None:
    entries = read(
        ATOM.replace('term="news"', 'term="[&quot;north sea&quot;, &quot;tide&quot;]"').replace(
            'term="x"', 'term="[&quot;x&quot;"'
        )
    )
    assert entries[0].categories == ("north sea", "tide", "news", '["x"')


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("100% & more", "100% & more"),
        ("Lists with <br>", "Lists with <br>"),
        ("An <em>old & new</em> ferry", "An old & new ferry"),
        ("a < b && c", "a < b && c"),
        ("Caf&eacute; &#38; bar", "Café & bar"),
    ],
)
def test_titles_as_they_were_typed_in_a_feed_that_was_written_by_hand(title: str, shown: str) -> None:
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{title}</title><link href="/q%20&%20a/?b&c=1"/></entry>'
        '<entry><title><![CDATA[A & <b>]]></title><link href="/2/"/></entry></feed>'
    )
    entries = read(feed)
    assert [(entry.title, entry.url) for entry in entries] == [
        (shown, "https://site.example/q%20&%20a/?b&c=1"),
        ("A & <b>", "https://site.example/2/"),
    ]


def test_two_slashes_behind_the_host_are_one() -> None:
    link = "https://site.example//posts/1/"
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><link href="{link}"/><id>{link}</id></entry></feed>'
    )
    rss = f"<rss><channel><item><title>a</title><link>{link}</link><guid>{link}</guid></item></channel></rss>"
    assert urls(atom) == urls(rss) == ["/posts/1/"]
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{link}</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(sitemap.encode(), BASE)] == ["https://site.example/posts/1/"]


@pytest.mark.parametrize(
    ("read", "begin", "many"),
    [
        (read_sitemap, '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "<url/>"),
        (read_feed, '<feed xmlns="http://www.w3.org/2005/Atom">', "<entry/>"),
        (read_feed, '{"version": "https://jsonfeed.org/version/1.1", "items": [', "{},"),
        (read_feed, '{"version": "https://jsonfeed.org/version/1.1", "items": ', "["),
    ],
)
def test_what_was_made_to_fill_the_memory_is_refused(read: Callable[[bytes, str], object], begin: str, many: str) -> None:
    with pytest.raises(UnreadableListing, match="more than 1,000,000 are not read"):
        read((begin + many * 1_000_001).encode(), "https://blog.test/")
