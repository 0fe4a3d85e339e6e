"""Home, tag, category pages and the feed -> the posts they list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from w3lib.url import safe_url_string

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(rb"<a\s[^>]*?href\s*=\s*\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(rb"<h2\s[^>]*?id\s*=\s*\"([^\"]*)\"[^>]*>", re.IGNORECASE)
_END = re.compile(rb"</html\s*>\s*\Z", re.IGNORECASE)
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a listing: its address as written (made safe for a request) and its text."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the home page, a tag, and the links below it."""

    name: str
    links: tuple[Link, ...]


class UnreadableListing(ValueError):
    """A feed that is no XML, or a page that is not whole."""


class StrangePage(UnreadableListing):
    """A page that came to its end, and is none as the site's listings are."""


def links(body: bytes) -> Iterator[Link]:
    """Every ``<a href="…">`` of a listing, in its order.

    >>> [link.href for link in links(b'<li><a href="/x y/2022/03/01/NW1.html">T</a></li>')]
    ['/x%20y/2022/03/01/NW1.html']
    """
    for match in _LINK.finditer(body):
        href = unescape(match[1].decode("utf-8", "replace")).strip()
        yield Link(safe_url_string(href), match[2].decode("utf-8", "replace"))


def whole_links(body: bytes) -> Iterator[Link]:
    """:func:`links` of a page that came to its end: half a listing would pass for one with fewer posts.

    :raises UnreadableListing: if ``</html>`` is missing.
    """
    if not _END.search(body):
        raise UnreadableListing("was cut off before its end")
    return links(body)


def sections(body: bytes) -> Iterator[Section]:
    """The parts of a page that stand under an ``<h2 id="…">``, in their order.

    >>> [(part.name, len(part.links)) for part in sections(b'<a href="/">x</a><h2 id="A&amp;B">A&amp;B</h2><a href="/a">1</a>')]
    [('A&B', 1)]
    """
    heads = list(_HEAD.finditer(body))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        part = body[head.end() : following.start() if following else len(body)]
        yield Section(unescape(head[1].decode("utf-8", "replace")), tuple(links(part)))


def feed_links(body: bytes) -> Iterator[Link]:
    """The entries of an Atom feed, newest first as they stand (RFC 4287).

    :raises UnreadableListing: if it is not well-formed XML, or tries what XML should not.
    """
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise UnreadableListing(f"the feed is not well-formed XML: {error}") from error
    for entry in root.iter(f"{_ATOM}entry"):
        title = entry.findtext(f"{_ATOM}title") or ""
        for link in entry.findall(f"{_ATOM}link"):
            if link.get("rel", "alternate") == "alternate" and link.get("href"):
                yield Link(safe_url_string(link.get("href", "").strip()), title)
