"""What a browser asks for to show a page: images, styles, scripts and the like; and where a page sends its readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.characters import as_utf8
from crawler.markup.links.address import absolute
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.markup.tags import Tag

#: The attributes with an address, by element; the others have their own rules.
_SOURCES = {
    "img": ("src", "data-src"),
    "source": ("src", "data-src"),
    "script": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
}
#: Those with several addresses, each with a width or density behind it.
_SETS = ("srcset", "data-srcset", "imagesrcset")
#: What a ``<link>`` has to say for a browser to ask for it.
_RELS = frozenset(
    ("stylesheet", "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "manifest", "preload", "prefetch")
)
_CANDIDATE = re.compile(r"[\s,]*+([^\s,]\S*+)[^,]*+")
#: An address in a style sheet: ``url(...)`` in any quotes, or the text behind ``@import``.
_IN_STYLE = re.compile(
    rb"(?:url\([\t\n\f\r ]*+|@import[\t\n\f\r ]*+(?=[\"']))(?:\"([^\"\n]*+)\"|'([^'\n]*+)'|([^\t\n\f\r )\"';]++))",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})[\t\n\f\r ]?|\\(.)", re.DOTALL)
_REFRESH = re.compile(r"[\s\d.]*+[;,]\s*+(?:url\s*+=\s*+)?+(?:\"([^\"]*+).*+|'([^']*+).*+|(.*+))", re.IGNORECASE | re.DOTALL)
_WEB = ("http://", "https://")
_NAMES = frozenset(name.encode() for name in (*_SOURCES, "link", "style", "base"))


def page_requisites(body: bytes, base: str) -> list[str]:
    """The web addresses of what the page at ``base`` shows, each once, in their order, without fragments.

    >>> page_requisites(b'<img src=a.png srcset="b.png 2x, c.png 3x"><style>p{background:url(d.png)}</style>', "https://s/")
    ['https://s/a.png', 'https://s/b.png', 'https://s/c.png', 'https://s/d.png']
    """
    body = as_utf8(body)
    found = list(tags(body, _NAMES))
    base = _base(found, base)
    return _addresses(base, _written(body, found))


def style_requisites(body: bytes, base: str) -> list[str]:
    """The web addresses that the style sheet at ``base`` names, each once, in their order.

    >>> style_requisites(b'@import "a.css"; p { background: url( "b.png" ) }', "https://s/css/x.css")
    ['https://s/css/a.css', 'https://s/css/b.png']
    """
    return _addresses(base, _of_style(body))


def refresh(body: bytes, base: str) -> str | None:
    """Where the page at ``base`` sends its readers by itself, as Jekyll's redirect stubs do; ``None`` if it does not.

    >>> refresh(b'<meta http-equiv="refresh" content="0; url=/new/">', "https://s/old/")
    'https://s/new/'
    """
    for tag in tags(as_utf8(body), (b"meta",)):
        attributes = tag.attributes
        if attributes.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.fullmatch(attributes.get("content", ""))
            href = next(filter(None, found.groups()), "") if found else ""
            return absolute(base, href) if href else None
    return None


def _base(found: list[Tag], page: str) -> str:
    for tag in found:
        if tag.name == "base" and (href := tag.attributes.get("href")) is not None:
            return absolute(page, href) or page
    return page


def _written(body: bytes, found: list[Tag]) -> Iterator[str]:
    """The addresses as the page has them."""
    for number, tag in enumerate(found):
        if tag.closing:
            continue
        if tag.name == "style":
            end = found[number + 1].start if number + 1 < len(found) else len(body)
            yield from _of_style(body[tag.end : end])
            continue
        attributes = tag.attributes
        if tag.name == "link" and not _RELS.isdisjoint(attributes.get("rel", "").lower().split()):
            yield attributes.get("href", "")
        for name in _SOURCES.get(tag.name, ()):
            yield attributes.get(name, "")
        for name in _SETS:
            for candidate in _CANDIDATE.finditer(attributes.get(name, "")):
                yield candidate[1].rstrip(",")


def _of_style(body: bytes) -> Iterator[str]:
    for found in _IN_STYLE.finditer(body):
        written = next((one for one in found.groups() if one is not None), b"").decode("utf-8", "replace")
        yield _ESCAPE.sub(_character, written)


def _character(found: re.Match[str]) -> str:
    if found[2] is not None:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004 - Unicode's bounds


def _addresses(base: str, written: Iterable[str]) -> list[str]:
    urls = (absolute(base, href) for href in written if href.strip() and not href.lstrip().startswith("#"))
    return list(dict.fromkeys(url.partition("#")[0] for url in urls if url is not None and url.startswith(_WEB)))
