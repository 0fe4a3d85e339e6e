from __future__ import annotations

import pytest

from crawler.markup.links.links import head_links, page_links, shown_text

PAGE = "https://site.example/a/b.html"


def urls(html: str | bytes, base: str = PAGE) -> list[str]:
    return [link.url for link in page_links(html.encode() if isinstance(html, str) else html, base)]


def texts(html: str) -> list[str]:
    return [link.text for link in page_links(html.encode(), PAGE)]


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="/x">',
        "<a href='/x'>",
        "<a href=/x>",
        "<A HREF=/x>",
        '<a\nclass="k"\thref = "/x" >',
        '<a href=" \n/x\t">',
        '<a href="/&#120;">',
        '<a title="a > b" href="/x">',
        '<a data-href="/old" href="/x">',
        '<a href="/x" href="/second">',
        "<a\0 href=/y><a href=/x>",
        '<a/href="/x"/>',
        '<a "href=/no" href="/x">',
        "<area href=/x>",
        "<svg><a href=/x></svg>",
        "<svg><style/><a href=/x></svg>",
        "<svg><title>t</title><style>a{}</style></svg><a href=/x>",
        "<svg><foreignObject><style><a href=/no></style></foreignObject></svg><a href=/x>",
        "<svg><![CDATA[<a href=/no>]]></svg><a href=/x>",
        "<noscript><a href=/x></noscript>",
        "<!--><a href=/x>-->",
        "<!--->x<a href=/x>",
        "<!-- --!><a href=/x>",
        "<!x <a href=/no>><a href=/x>",
        "<?php a?><a href=/x>",
        "</ <a href=/no>><a href=/x>",
        "<template></template></template><a href=/x>",
        "<script><!-- <script> </script><a href=/no> --></script><a href=/x>",
        "<script><!--><script></script><a href=/x>",
        "< a href=/no><3<a href=/x>",
    ],
)
def test_one_link_however_it_is_written(tag: str) -> None:
    assert urls(tag) == ["https://site.example/x"]


@pytest.mark.parametrize(
    "html",
    [
        '<a data-href="/x">',
        "<a>",
        "<a class=href>",
        "<!-- <a href=/x> -->",
        "<![CDATA[<a href=/x>]]>",
        "<script>'<a href=/x>'</script>",
        "<style><a href=/x></style>",
        "<textarea><a href=/x></textarea>",
        "<title><a href=/x></TITLE >",
        "<iframe><a href=/x></iframe>",
        "<xmp><a href=/x></xmp>",
        "<plaintext><a href=/x></plaintext><a href=/x>",
        "<template><template></template><a href=/x></template>",
        '<p title="<a href=/x>">',
        '<a href="/x>',
        "<a href=/x",
        "<abbr href=/x><ax href=/x>",
        "&lt;a href=/x>",
    ],
)
def test_what_is_no_link(html: str) -> None:
    assert urls(html) == []


@pytest.mark.parametrize(
    "href",
    [
        "http://[x",
        "http://[IP-Adresse]/2022/03/01/x.html",
        "http://h:99999/",
        "http://h:port/",
        "http://",
        "https:///",
        "http://a b/",
        "http://&#60;/",
        "http://a/" + "x" * 5_000,
    ],
)
def test_an_address_that_is_none_costs_itself_alone(href: str) -> None:
    assert urls(f'<a href="/1"><a href="{href}"><a href="/2">') == ["https://site.example/1", "https://site.example/2"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c.html", "https://site.example/a/c.html"),
        ("", PAGE),
        ("?p=2", f"{PAGE}?p=2"),
        ("#top", f"{PAGE}#top"),
        ("//other.example/x", "https://other.example/x"),
        ("//OTHER.example:8080/x", "https://other.example:8080/x"),
        ("../../../x", "https://site.example/x"),
        ("/a/./b/../c", "https://site.example/a/c"),
        ("https://site.example/a/%2e%2E/c?x=/../y", "https://site.example/c?x=/../y"),
        ("/a\\b?c\\d", "https://site.example/a/b?c%5Cd"),
        ("///other.example/x", "https://other.example/x"),
        ("/x y.html", "https://site.example/x%20y.html"),
        ("/a\n\t b/c", "https://site.example/a%20b/c"),
        ("/\u4e2d(x).html", "https://site.example/%E4%B8%AD(x).html"),
        ("/?a=1&copy=2&amp;b=&lt;", "https://site.example/?a=1&copy=2&b=%3C"),
        ("/\x08x", "https://site.example/%08x"),
        ("&#xD800;", "https://site.example/a/%EF%BF%BD"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("javascript:void(0)", "javascript:void(0)"),
    ],
)
def test_where_a_link_leads(href: str, url: str) -> None:
    assert urls(f'<a href="{href}">') == [url]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("<base href=/deep/er/>", "https://site.example/deep/er/x"),
        ("<base href='../'>", "https://site.example/x"),
        ("<base target=_top><base href=https://other.example/d/e><base href=/second/>", "https://other.example/d/x"),
        ("<!-- <base href=/no/> -->", "https://site.example/a/x"),
        ("<base href='http://[x'>", "https://site.example/a/x"),
        ("<base href=javascript:x>", "https://site.example/a/x"),
    ],
)
def test_the_first_base_counts_for_every_link(base: str, url: str) -> None:
    assert urls(f"<a href=x>{base}<a href=x>") == [url, url]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("A <b>1</b>", "A 1"),
        ("<b>A</b>B", "AB"),
        ("  two\n blanks ", "two blanks"),
        ("\u3000full\u3000width", "full\u3000width"),
        ("A &amp; B &lt;c&gt; & <", "A & B <c> & <"),
        ("&amp;lt;", "&lt;"),
        ("A<br>B<p>C</p>D", "A B C D"),
        ("A<!-- x -->B<?y?>C<script>d</script>E<template>f</template>", "ABCE"),
        ("<img src=x>", ""),
    ],
)
def test_the_text_of_a_link_and_of_a_title_are_the_same(inside: str, text: str) -> None:
    assert texts(f"<a href=/x>{inside}</a> more") == [text]
    assert shown_text(inside) == text


def test_a_title_with_the_end_of_a_link_in_it() -> None:
    assert texts("<a href=/x>A</a>B</a>") == [shown_text("A</a>B")] == ["A"]


def test_a_link_ends_where_the_next_begins() -> None:
    assert texts("<a href=/1>one <a href=/2>two</a> three") == ["one", "two"]


def test_relations() -> None:
    assert page_links(b"<a rel='TAG next\ntag' href=/x>", PAGE)[0].rel == {"tag", "next"}


def test_alternatives_of_an_area() -> None:
    assert texts("<area href=/x alt=' a  &amp; b '>") == ["a & b"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "big5", "shift_jis"])
def test_encodings(encoding: str) -> None:
    html = f'<meta charset="{encoding.removesuffix("-sig")}"><a href="/\u4e2d">\u4e2d</a>'
    (link,) = page_links(html.encode(encoding), PAGE)
    assert (link.url, link.text) == ("https://site.example/%E4%B8%AD", "\u4e2d")


@pytest.mark.parametrize("name", ["punycode", "utf-7", "unicode_escape", "base64", "undefined", "nosuch"])
def test_encodings_that_no_browser_reads(name: str) -> None:
    assert urls(f"<meta charset={name}><a href=/x>\x81</a>".encode("latin-1")) == ["https://site.example/x"]


def test_links_of_a_head() -> None:
    found = head_links(
        b"""<head><base href=/b/><link rel="Alternate" type="application/Atom+XML" title="News" hreflang=EN href=feed.xml>
        <link rel=stylesheet><template><link href=no></template><!-- <link href=no> --><link rel='prev next' href='http://[x'>
        <link rel='next' href=p2></head><link rel=next href=no>""",
        PAGE,
    )
    assert [(link.url, link.rel, link.type, link.title, link.hreflang) for link in found] == [
        ("https://site.example/b/feed.xml", {"alternate"}, "application/atom+xml", "News", "en"),
        ("https://site.example/b/p2", {"next"}, "", "", ""),
    ]
