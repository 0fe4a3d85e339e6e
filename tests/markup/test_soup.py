"""Tag soup: links and tags against a parser that builds the tree of the HTML standard, and inputs made to take long."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from w3lib.url import safe_url_string

from crawler.markup.links.address import absolute
from crawler.markup.links.links import head_links, page_links, shown_text
from crawler.markup.tags import tags

PAGE = "https://site.example/a/b.html"

_PIECES = (
    "<a href=/1>", "<a href='/2'>", '<A HREF="/3"\n>', "<a href=/4/>", "<a data-href=/no>", "<a href=/5 href=/no>", "</a>", "<area href=/6>",
    "<a title='>' href=/7>", "<a b=\"'\" href=/8>", "<a ='x' href=/9>", "<a href = \n/10>", "<a/href=/11>", "<a href=>", "<a href>",
    "<p>", "</p>", '<div class="a b">', "</div>", "<b>", "</b>", "<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<br/>", "<i\0>",
    "<!--", "-->", "--!>", "<!-->", "<!--->", "<!---->", "<!", "<?x", "</", "</>", "</ x", "<![CDATA[", "]]>", "<!doctype html>",
    "<script>", "</script>", "</SCRIPT x>", "<style>", "</style>", "<title>", "</title >", "<textarea>", "</textarea>", "<xmp>", "</xmp/>",
    "<iframe>", "</iframe>", "<noscript>", "</noscript>", "<style/>", "<html>", "</html>", "<body>", "</body>", "<head>", "</head>",
    "'", '"', "=", ">", "<", "/", " ", "\n", "\t", "\f", "\r\n", "-", "!", "x", "&amp;", "&lt", "&#39;", "&#x80", "&copy=", "\u4e2d", "\0",
)  # fmt: skip
_FOREIGN = ("<svg>", "</svg>", "<svg/>", "<math>", "</math>", "<foreignObject>", "</foreignObject>", "<desc>", "</desc>")
#: Inside SVG and MathML, start and end tags of HTML's elements follow rules of the tree, which no pass over tags follows.
_OF_TREE = (
    "<body",
    "</body",
    "<html",
    "</html",
    "<head",
    "</head",
    "</div",
    "</b>",
    "</p>",
    "</ul",
    "</table",
    "<table",
    "</>",
    "</a>",
)
_WITH_FOREIGN = tuple(piece for piece in _PIECES if not piece.startswith(_OF_TREE)) + _FOREIGN
_WITH_TEMPLATE = (*_PIECES, "<template>", "</template>")
SOUP = st.sampled_from([_WITH_TEMPLATE, _WITH_FOREIGN]).flatmap(
    lambda pieces: st.lists(st.sampled_from(pieces), max_size=24).map("".join)
)


def seen_by_a_browser(html: str) -> set[str]:
    """Where the links lead of the tree that browsers build."""
    tree = LexborHTMLParser(html.encode())
    inside = {node.mem_id for node in tree.css("template a, template area")}
    found = [node for node in tree.css("a[href], area[href]") if node.mem_id not in inside]
    return {url for node in found if (url := absolute(PAGE, node.attributes["href"] or "")) is not None}


@settings(max_examples=400, derandomize=True)
@given(SOUP)
@example("<math><title><![CDATA[<a href=/1><a href=/1>")
@example("<svg><title><a href=/1></svg>")
def test_links_are_those_of_a_browser(html: str) -> None:
    assert {link.url for link in page_links(html.encode(), PAGE)} == seen_by_a_browser(html)


@given(SOUP)
def test_tags_are_slices_of_the_page(html: str) -> None:
    body = html.encode()
    end = 0
    for tag in tags(body):
        assert tag.start >= end
        end = tag.end
        assert body[tag.start : end].startswith(b"</" if tag.closing else b"<")
        assert body[end - 1 : end] == b">"
        assert body[tag.start + 1 + tag.closing :].lower().replace(b"\0", b"\xef\xbf\xbd").startswith(tag.name.encode())
        assert all(name == name.lower() for name in tag.attributes)


_VALUE = st.text("ab&;=#xX1 \n\r\0ampltcopynotin\u4e2d<>/", max_size=12)


@given(_VALUE)
@example("&notit; &not &notin; &lt= &ampx &#x; &# &#0; &#128; &#xD800; &#1114112;")
def test_values_of_attributes_are_those_of_a_browser(value: str) -> None:
    (tag,) = tags(f'<a t="{value}">'.encode())
    node = LexborHTMLParser(f'<a t="{value}">').css_first("a")
    assert node is not None
    assert tag.attributes["t"] == (node.attributes["t"] or "")


@given(_VALUE.map(lambda text: text.replace("<", "")))
def test_text_is_that_of_a_browser(text: str) -> None:
    node = LexborHTMLParser(f"<p>.{text}.").css_first("p")
    assert node is not None
    assert shown_text(f".{text}.") == " ".join(part for part in re.split(r"[ \t\n\f\r]", node.text()) if part)


@given(
    st.text("ab/.:?#%2e\\@[]!~ ()&=\u4e2d-_0\x08", max_size=20), st.sampled_from([PAGE, "http://h:8000/x/?q", "file:///a/b"])
)
def test_every_address_is_safe_or_none(href: str, base: str) -> None:
    url = absolute(base, href)
    assert url is None or (url.isascii() and url.isprintable() and urlsplit(url).scheme and safe_url_string(url) == url)


@given(
    st.from_regex(
        r"(/(?!/)|//h\.example/|https://site\.example/)[ab()~%2e.-]{0,6}(/[a.-]{0,3}){0,3}(\?[ab=&.]*)?", fullmatch=True
    )
)
def test_the_short_way_to_an_address_is_the_long_one(href: str) -> None:
    parts = urlsplit(urljoin(PAGE, href))
    if not any(part in (".", "..") for part in parts.path.lower().replace("%2e", ".").split("/")):
        assert absolute(PAGE, href) == safe_url_string(urljoin(PAGE, href))


SIZE = 2_000_000
HOSTILE = {
    "less-than signs": b"<",
    "names": b"<a",
    "open tags": b"<a ",
    "open quotes": b"<a href='",
    "quotes of two kinds": b"<a href=\"'",
    "open comments": b"<!--",
    "short comments": b"<!-->",
    "dashes": b"<!----",
    "bogus comments": b"<!",
    "end tags without a name": b"</",
    "CDATA": b"<svg><![CDATA[",
    "scripts": b"<script><!--",
    "scripts in scripts": b"<script><!-- <script></script>",
    "deep": b"<div>",
    "formatting": b"<b><p>x",
    "templates": b"<template>",
    "svg": b"<svg><desc>",
    "ends of svg": b"<svg></desc>",
    "links": b"<a href=/x>",
    "links to nowhere": b"<a href='http://[x'>",
    "ampersands": b"&",
    "references": b"&#1",
    "blanks": b" ",
    "links with dots": b"<a href=/../..>",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_two_megabytes_made_to_take_long(piece: bytes) -> None:
    body = piece * (SIZE // len(piece))
    page_links(body, PAGE)
    head_links(body, PAGE)
    shown_text(body.decode())


@pytest.mark.parametrize("piece", [b"a ", b"/", b"=", b"a='' ", b"a=\"'", b"&", b"&#0", b"./", b"%2e/"])
def test_one_tag_of_two_megabytes(piece: bytes) -> None:
    many = piece * (SIZE // len(piece))
    for tag in (b"<a " + many + b">", b"<a href=" + many + b">", b"<a href='" + many.replace(b"'", b"") + b"'>"):
        page_links(tag, PAGE)


def test_a_long_base_and_many_links() -> None:
    page_links(b"<base href=/" + b"x" * 1_000_000 + b"/>" + b"<a href=x>" * 100_000, PAGE)
