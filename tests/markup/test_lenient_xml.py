"""Feeds and sitemaps that templates wrote without escaping: what is well-formed in them is read as it would be without the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from crawler.markup.feeds.feed import feed_title, read_feed, read_sitemap
from crawler.markup.links.listing import UnreadableListing

if TYPE_CHECKING:
    from crawler.markup.feeds.feed_entry import FeedEntry

BASE = "https://site.example/feed.xml"
HEAD = '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Site</title><author><name>Ann</name></author>'
GOOD = (
    "<entry><title>Good &amp; well</title><link href='/good/'/><published>2022-03-01</published><category term='sea'/>"
    "<content type='html'>&lt;p>x&lt;/p></content></entry>"
)


def atom(entry: str) -> str:
    return f"{HEAD}\n<entry>{entry}<link href='/bad/'/><category term='salt'/></entry>\n{GOOD}\n</feed>\n"


def rss(item: str) -> str:
    return (
        f"<rss version='2.0'><channel><title>Site</title><item>{item}<link>/bad/</link></item>"
        "<item><title>Good</title><link>/good/</link></item></channel></rss>"
    )


def read(feed: str | bytes) -> tuple[dict[str, FeedEntry], str]:
    said: list[str] = []
    entries = read_feed(feed.encode() if isinstance(feed, str) else feed, BASE, mended=said.append)
    return {entry.url.removeprefix("https://site.example"): entry for entry in entries}, "".join(map(str, said))


@pytest.mark.parametrize(
    ("entry", "title", "content"),
    [
        ("<title>a < b <3 & c</title>", "a < b <3 & c", None),
        ("<title>Lists with <br></title>", "Lists with <br>", None),
        ("<title type='html'>An <em>old ferry</title>", "An old ferry", None),
        ("<title>Good&#8;bye &#x1f;now</title>", "Goodbye now", None),
        ("<title>T</title><content type='html'><p>one<br>two &amp; three<p>four</content>", "T", "<p>one<br>two &amp; three<p>four"),
        ("<title>T</title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a<br></div></content>", "T", "<p>a<br>"),
        ("<title>T</title><content type='html'><![CDATA[<p>a]]></p> b]]></content>", "T", "<p>a]]></p> b"),
        ("<title>T</title><content type='html'><![CDATA[<p>a <entry> b</entry></p>]]></content><x:y>", "T", "<p>a <entry> b</entry></p>"),
        ("<title>T</title><dc:date>2022</dc:date><media:thumb url='/a.png'/>", "T", None),
        ("<title>T</title><!-- a -- b -->", "T", None),
        ("<title>T</title><category term='a' term='b'/>", "T", None),
        ('<title>T</title><category term="the "first" one" scheme="x"/>', "T", None),
        ("<title>T</title><link rel=enclosure href=/a.mp3>", "T", None),
        ("<title>T</title><summary>&nosuchname; x</summary>", "T", None),
        ("<title>T</title><summary>cut", "T", None),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_well_formed_is_read_and_all_others_as_ever(entry: str, title: str, content: str | None) -> None:
    entries, said = read(atom(entry))
    well, nothing = read(atom("<title>T</title>"))
    assert nothing == ""
    assert entries["/good/"] == well["/good/"]
    assert entries.keys() == {"/bad/", "/good/"}
    assert entries["/bad/"].title == title
    assert entries["/bad/"].author == "Ann"
    assert entries["/bad/"].content == content
    assert "salt" in entries["/bad/"].categories
    assert said.endswith(("1 of 2 entries were mended", "nothing is lost by it: each of 2 entries could be read by itself"))
    assert feed_title(atom(entry).encode()) == "Site"


def test_quotes_in_an_attribute_belong_to_it() -> None:
    entries, _ = read(atom('<title>T</title><category term="the "first" one" scheme="x"/>'))
    assert entries["/bad/"].categories == ('the "first" one', "salt")


@pytest.mark.parametrize(
    "item",
    [
        "<title>a < b</title>",
        "<title>Lists with <br></title><description><p>x<br></description>",
        "<title>T</title><dc:creator>Ann</dc:creator><content:encoded><![CDATA[<p>x</p>]]></content:encoded>",
    ],
)
def test_rss_is_read_likewise(item: str) -> None:
    entries, said = read(rss(item))
    assert entries.keys() == {"/bad/", "/good/"}
    assert said.endswith(("entries were mended", "each of 2 entries could be read by itself"))
    assert feed_title(rss(item).encode()) == "Site"
    if "dc:" in item:
        assert (entries["/bad/"].author, entries["/bad/"].content) == ("Ann", "<p>x</p>")


def test_what_stands_around_the_entries_may_be_anything() -> None:
    feed = atom("<title>T</title>")
    wrong = [
        feed.replace("<title>Site</title>", "<title>Site & sea</title><br>"),
        feed + "<script>x && y</script>",
        feed.replace("\n<entry>", "\n<entry><hr></entry><p><entry>", 1),
        "Liquid Warning: x\n" + feed,
    ]
    for one in wrong:
        entries, said = read(one)
        assert entries == read(feed)[0]
        assert said
    assert feed_title(wrong[0].encode()) == "Site & sea"


def test_an_entry_with_bytes_that_are_no_characters_is_lost_and_no_other() -> None:
    entries, said = read(atom("<title>caf\u00e9</title>").encode("latin-1"))
    assert entries.keys() == {"/good/"}
    assert said.endswith("; 1 of 2 entries could not be read")


def test_sitemaps_are_read_likewise() -> None:
    said: list[str] = []
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://site.example/q & a/?x=1&y=2</loc></url>'
        "<url><loc>https://site.example/1/</loc><lastmod>2022-03-01</lastmod></url></urlset>"
    )
    found = read_sitemap(sitemap.encode(), BASE, said.append)
    assert [(one.url, one.updated) for one in found] == [
        ("https://site.example/q%20&%20a/?x=1&y=2", ""),
        ("https://site.example/1/", "2022-03-01"),
    ]
    assert len(said) == 1


@pytest.mark.parametrize(
    "feed",
    [
        atom("<title>a < b</title>")[:-20],
        "<html><body><p>&" + atom("<title>T</title>"),
        '<!DOCTYPE a [<!ENTITY x "y">]>' + atom("<title>&x; < y</title>"),
        "<feed",
        "<feed>&",
    ],
    ids=["cut", "page", "entity", "tag", "open"],
)
def test_what_is_no_feed_or_was_cut_off_is_named(feed: str) -> None:
    with pytest.raises(UnreadableListing):
        read(feed)


@pytest.mark.parametrize(
    "piece",
    [
        *("<entry>", "<entry></entry>", "<title>", "<title><![CDATA[</title>", "<title><![CDATA[", "<a:title>", "<title></title>"),
        *("<!--", "<![CDATA[", "]]>", "]]></title>", "<link a=", '<link a="', "<author>", "<author><name></author>", "&", "<"),
    ],
)  # fmt: skip
def test_a_megabyte_made_to_take_long(piece: str) -> None:
    for before, behind in (("", ""), ("<entry>", "</entry>"), ("<entry>", "]]></title></entry>")):
        with suppress(UnreadableListing):
            read(f"{HEAD}{before}&{piece * (1_000_000 // len(piece))}{behind}</feed>")


def test_a_picture_that_describes_itself_in_xml_is_no_feed() -> None:
    described = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta>'
    with pytest.raises(UnreadableListing):
        read_feed(b"\x89PNG\r\n\x1a\n\x00" + described + b"\xff\x00", "https://blog.test/a.png")


def test_a_broken_feed_without_entries_is_none() -> None:
    with pytest.raises(UnreadableListing):
        read_feed(b'<feed xmlns="http://www.w3.org/2005/Atom"><title>a & b</title></feed>', "https://blog.test/feed.xml")
