"""Pictures that a layout shows first, directly before the content: those of the front matter, which the head names, too."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.learn.layouts.toc import selector_of
from crawler.markup.elements import elements, first_element
from crawler.markup.links.address import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.layouts.content import Span
    from crawler.learn.page import Page
    from crawler.markup.elements import Element

_BLANKS = b" \t\n\r\f\v"
#: A picture, or an element that layouts have around one; a paragraph without a class is what Markdown makes around a picture.
_BEGUN = re.compile(rb"<(?:img|figure|div|a|span|picture|center|p(?=[\t\n\f\r ][^>]*?\bclass=))[\t\n\f\r />]", re.IGNORECASE)
_IMAGE = re.compile(rb"<img[\t\n\f\r ][^<>]*>", re.IGNORECASE)
_SRC = re.compile(rb"""[\t\n\f\r ](?:src|data-src|data-original)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: What closes each picture in an element that kramdown wrote anew, where an author typed HTML.
_KRAMDOWNS = b" />"
_TAG = re.compile(rb"<[^<>]*>")
#: No such element is longer, in bytes.
_LONGEST = 4000
#: So many posts have to begin with their picture, and so many out of a hundred of those whose head has one of their own.
_LEAST, _MOST = 3, 90


def leads(
    pages: Sequence[Page], spans: Sequence[Span], by_feed: Iterable[int], heads: Sequence[str]
) -> tuple[tuple[str, ...], int]:
    """The selectors for pictures that a layout shows before contents, and in how many posts; none if they may be typed.

    They are the layout's where nearly all posts begin with one whose head names a picture, in a form that kramdown does not
    write, and no feed has it in a content. What the heads of several posts name, of which none begins with it, is the site's.

    :param by_feed: the numbers of the pages whose contents a feed has.
    :param heads: selectors for the elements of the head that name the picture.
    """
    named = [_named(page.body, heads) for page in pages]
    found = [_lead_at(page.body, start, address) for page, (start, _), address in zip(pages, spans, named, strict=True)]
    if any(found[number] is not None for number in by_feed):
        return (), 0
    having = Counter(address for address, one in zip(named, found, strict=True) if one is not None)
    lacking = Counter(address for address, one in zip(named, found, strict=True) if one is None and address)
    without = sum(count for address, count in lacking.items() if address in having or count < _LEAST)
    count = having.total()
    if count < _LEAST or count * 100 < _MOST * (count + without):
        return (), 0
    return tuple(dict.fromkeys(selector_of(one) for one in found if one is not None)), count


def without_lead(body: bytes, span: Span, selectors: Sequence[str], heads: Sequence[str]) -> Span:
    """The place of a content without the picture at its start, if a selector finds that, and the head names it.

    >>> page = b'<meta property="og:image" content="https://a.b/c.png"><img src="/c.png" class="wide"> <p>d</p>'
    >>> start, end = without_lead(page, (page.find(b"<img"), len(page)), ["img.wide"], ['meta[property="og:image"]'])
    >>> page[start:end]
    b'<p>d</p>'
    """
    if _BEGUN.match(body, span[0]) is None:
        return span
    found = _lead_at(body, span[0], _named(body, heads))
    if found is None or found.end > span[1]:
        return span
    if not any(one.start == found.start for selector in selectors for one in elements(body, selector)):
        return span
    rest = body[found.end : span[1]]
    return found.end + len(rest) - len(rest.lstrip(_BLANKS)), span[1]


def _named(body: bytes, heads: Sequence[str]) -> str:
    """The path of the picture that the head names; empty if it names none."""
    found = next(filter(None, (first_element(body, selector) for selector in heads)), None)
    return _path(found.attributes.get("content", "")) if found else ""


def _path(address: str) -> str:
    parts = split(address.strip())
    return unquote(f"/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")) if parts.path.strip("/") else ""


def _lead_at(body: bytes, start: int, address: str) -> Element | None:
    """The element at a byte that shows the picture with this address, and nothing else."""
    if not address or _BEGUN.match(body, start) is None:
        return None
    found = next(iter(elements(body, lambda tag: tag.start == start)), None)
    if found is None or found.end - found.start > _LONGEST:
        return None
    whole = body[found.start : found.end]
    images = _IMAGE.findall(whole)
    if len(images) != 1 or _TAG.sub(b"", whole).strip() or (found.name != "img" and images[0].endswith(_KRAMDOWNS)):
        return None
    shown = (_path((one or two).decode("utf-8", "replace")) for one, two in _SRC.findall(images[0]))
    return found if address in shown else None
