"""The links of a page, as a browser finds them: which elements are links, where they lead, and which text they show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.characters import as_utf8, in_text, shown
from crawler.markup.links.address import LeftOut, absolute, passed_over
from crawler.markup.tags import NO_TEXT, RAW_NAMES, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.markup.tags import Tag

_BLANKS = re.compile(r"[\t\n\f\r ]+")
_LINKING = frozenset((b"a", b"area", b"base", b"template"))
_HEAD = frozenset((b"link", b"base", b"template", b"head", b"body"))
_NO_WORDS: frozenset[str] = frozenset()
_NOT_AS_BASE = ("data:", "javascript:")
#: Their text stands on lines of its own.
_BLOCKS = frozenset(
    name.decode()
    for name in b"address article aside blockquote br center dd details div dl dt fieldset figcaption figure footer form h1"
    b" h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)


@dataclass(frozen=True, slots=True)
class Link:
    """An ``<a>`` or ``<area>``: its absolute address, safe for a request; the text that a browser shows; its ``rel``."""

    url: str
    text: str
    rel: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A ``<link>`` of a page's head. ``rel``, ``type`` and ``hreflang`` are in lower case."""

    url: str
    rel: frozenset[str]
    type: str
    title: str
    hreflang: str


def page_links(body: bytes, base: str, left_out: LeftOut = passed_over) -> list[Link]:
    """The links of the page at ``base`` in their order; one whose address no browser can follow is left out.

    :param left_out: is told the address of each of those, as it is written.

    >>> page_links(b"<!-- <a href=/1> --><A title='a>b' HREF= '2 3'>T &amp; <b>U</b></A>", "https://s/p/")
    [Link(url='https://s/p/2%203', text='T & U', rel=frozenset())]
    """
    body = as_utf8(body)
    return [link for _, link in placed_links(body, base, left_out)]


def page_addresses(body: bytes, base: str, wanted: Callable[[str], bool] = bool, left_out: LeftOut = passed_over) -> list[str]:
    """The addresses of :func:`page_links` alone, in their order, without the work that their texts make.

    :param wanted: whether a link is followed up, by its ``href`` as it is written; all that are not empty if not given.
    :param left_out: is told the wanted addresses that no browser can follow.
    """
    body = as_utf8(body)
    found = list(_outside_templates(tags(body, _LINKING)))
    base = _base(found, base)
    hrefs = [tag.attributes.get("href") for tag in found if tag.name != "base" and not tag.closing]
    urls = (_noted(base, href, left_out) for href in hrefs if href is not None and wanted(href))
    return [url for url in urls if url is not None]


def placed_links(body: bytes, base: str, left_out: LeftOut = passed_over) -> Iterator[tuple[int, Link]]:
    """The links of a page in UTF-8, each with the byte of its tag."""
    found = list(_outside_templates(tags(body, _LINKING)))
    base = _base(found, base)
    for tag, end in _with_ends(found, len(body)):
        attributes = tag.attributes
        url = _noted(base, attributes["href"], left_out) if "href" in attributes else None
        if url is not None:
            text = _evened(attributes.get("alt", "")) if tag.name == "area" else _text(body[tag.end : end])
            yield tag.start, Link(url, text, _words(attributes.get("rel", "")))


def head_links(body: bytes, base: str) -> list[HeadLink]:
    """The ``<link href>`` of a page up to where its head is written to end: its feeds, its next page.

    >>> head_links(b"<head><link rel=Next href=/page2/><body><link href=x>", "https://s/")[0].url
    'https://s/page2/'
    """
    body = as_utf8(body)
    found = list(_outside_templates(_of_head(tags(body, _HEAD))))
    base = _base(found, base)
    links = []
    for tag in found:
        attributes = tag.attributes if tag.name == "link" else {}
        url = absolute(base, attributes["href"]) if attributes.get("href") else None
        if url is not None:
            kind, language = attributes.get("type", ""), attributes.get("hreflang", "")
            rel = _words(attributes.get("rel", ""))
            links.append(HeadLink(url, rel, kind.strip().lower(), attributes.get("title", ""), language.strip().lower()))
    return links


def shown_text(html: str) -> str:
    """The text that a browser shows of a piece of HTML, as :attr:`Link.text` has it: a title as a page pastes it in.

    An end tag of a link ends it, as it would on the page. Contents of scripts, text boxes and their like are left out.

    >>> shown_text("A&amp;B  <b>C</b> & D<br>E")
    'A&B C & D E'
    """
    if "<" not in html and "&" not in html:
        return _evened(html)
    return _text(html.encode("utf-8", "replace"))


def _noted(base: str, href: str, left_out: LeftOut) -> str | None:
    url = absolute(base, href)
    if url is None:
        left_out(href)
    return url


def _outside_templates(found: Iterable[Tag]) -> Iterator[Tag]:
    """Those of the page itself: what stands in a ``<template>`` is none of its elements."""
    depth = 0
    for tag in found:
        if tag.name == "template":
            depth = max(0, depth - 1) if tag.closing else depth + 1
        elif not depth:
            yield tag


def _of_head(found: Iterable[Tag]) -> Iterator[Tag]:
    for tag in found:
        if (tag.name == "head" and tag.closing) or (tag.name == "body" and not tag.closing):
            return
        yield tag


def _base(found: Iterable[Tag], page: str) -> str:
    """The address that those of a page are relative to: of its first ``<base href>``, else its own."""
    for tag in found:
        if tag.name == "base" and not tag.closing and (href := tag.attributes.get("href")) is not None:
            url = absolute(page, href)
            return page if url is None or url.startswith(_NOT_AS_BASE) else url
    return page


def _with_ends(found: list[Tag], end: int) -> list[tuple[Tag, int]]:
    """The start tags of links, each with where its text ends: at the end tag, or where the next link begins."""
    links = []
    for tag in reversed(found):
        if tag.name != "base" and not tag.closing:
            links.append((tag, end))
        if tag.name == "a":
            end = tag.start
    return links[::-1]


def _text(html: bytes) -> str:
    """The text of an element, up to the end of the link that it stands in."""
    if b"<" not in html:
        return _evened(in_text(shown(html)))
    pieces, start, hidden, depth = [], 0, False, 0
    for tag in tags(html):
        if not hidden and not depth:
            pieces.append(NO_TEXT.sub(b"", html[start : tag.start]))
        if tag.name == "template":
            depth = max(0, depth - 1) if tag.closing else depth + 1
        elif tag.name == "a" and not depth:
            break
        elif tag.name in _BLOCKS:
            pieces.append(b" ")
        start, hidden = tag.end, tag.name in RAW_NAMES and not tag.closing
    else:
        if not hidden and not depth:
            pieces.append(NO_TEXT.sub(b"", html[start:]))
    return _evened(in_text(shown(b"".join(pieces))))


def _evened(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("\0", "")).strip()


def _words(value: str) -> frozenset[str]:
    return frozenset(value.lower().split()) if value else _NO_WORDS
