"""Where the content of a post stands in its page: between two texts of its layout."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.learn.layouts.lead import without_lead
from crawler.learn.layouts.toc import without_toc
from crawler.learn.learned import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.learned import Layout

Span = tuple[int, int]
#: What Jekyll's templates and compressors take for white space.
BLANKS = b" \t\n\r\f\v"
_OF_LAYOUTS = re.compile(rb"<(?:!doctype|html|head|body|frameset)[\s>]", re.IGNORECASE)
_GAP = ANYTHING.encode()
#: A text that is one element, such as the link to a tag: a post may have several of them before its content.
_ELEMENT = re.compile(rb"<(\w+)\b[^<>]*>[^<>]*</\1>")
#: What may stand between two of them, besides white space.
_BETWEEN = rb"\s*+(?:[,;|/]|\xc2\xb7|\xe2\x80\xa2)?+\s*+"


def content_of(page: bytes, layouts: Iterable[Layout]) -> tuple[Layout, int, int] | None:
    """The layout of a post's page, and the first byte of its content with the one behind its last.

    Of several layouts whose texts stand in the page, that counts which leaves least between them, but something, and of equals
    the first: the others are those of pages that lack something of this one. ``None`` if no layout is that of the page.
    """
    found = [
        (layout, *span) for layout in layouts if (span := between(page, layout.start.encode(), layout.end.encode())) is not None
    ]
    best = min(found, key=lambda one: (one[1] == one[2], one[2] - one[1]), default=None)
    if best is None:
        return None
    layout, *place = best
    span = without_lead(page, (place[0], place[1]), layout.lead, layout.image) if layout.lead else (place[0], place[1])
    return (layout, *(without_toc(page, span, layout.toc) if layout.toc else span))


def between(page: bytes, start: bytes, end: bytes) -> Span | None:
    r"""What stands between two texts, without the white space at its ends: behind the first ``start``, before the last ``end``.

    A ``start`` that is one element is the last of those that follow each other. Without both, a page is all content, if it has
    nothing of a layout.

    >>> page = b"<h2>T</h2>\n<p>a</p>\n</div><hr></div>"
    >>> between(page, b"<h2>{{*}}</h2>", b"</div><hr>")
    (11, 19)
    >>> page = b'<a class="tag" href="/a/">a</a>, <a class="tag" href="/b/">b</a> c</div>'
    >>> page[slice(*between(page, b'<a class="tag" href="{{*}}/">{{*}}</a>', b"</div>"))]
    b'c'
    """
    if not start and not end and not is_bare(page):
        return None
    first = behind(page, start.split(_GAP))
    if first is not None and (same := _more_of(start)) and (more := same.match(page, first)):
        first = more.end()
    last = before(page, end.split(_GAP), first) if first is not None else None
    return stripped(page, first, last) if first is not None and last is not None else None


def is_bare(page: bytes) -> bool:
    """Whether a page has nothing of a layout: Jekyll writes a post without one as its content alone.

    >>> is_bare(b"<p>a</p>"), is_bare(b"<!DOCTYPE html><p>a</p>")
    (True, False)
    """
    return _OF_LAYOUTS.search(page) is None


@lru_cache(maxsize=64)
def _more_of(start: bytes) -> re.Pattern[bytes] | None:
    """Further elements like the one that a text is; ``None`` if the text is no such element."""
    if _GAP not in start or not _ELEMENT.fullmatch(start):
        return None
    one = rb"[^<>]*?".join(map(re.escape, start.split(_GAP)))
    return re.compile(rb"(?:%s%s)+" % (_BETWEEN, one))


def behind(page: bytes, parts: Sequence[bytes]) -> int | None:
    """The byte behind the last of some texts, each searched behind the one before it."""
    place = 0
    for part in parts:
        found = page.find(part, place)
        if found < 0:
            return None
        place = found + len(part)
    return place


def before(page: bytes, parts: Sequence[bytes], first: int) -> int | None:
    """The first byte of some texts, each searched before the one behind it, and none before the byte ``first``."""
    place = len(page)
    for part in reversed(parts):
        place = page.rfind(part, first, place)
        if place < 0:
            return None
    return place


def stripped(page: bytes, start: int, end: int) -> Span:
    r"""A part of a page without the white space at its ends; empty at its end if it is nothing else.

    >>> stripped(b"<p> \n x </p>", 3, 8), stripped(b"<p>  </p>", 3, 5)
    ((6, 7), (5, 5))
    """
    part = page[start:end]
    begun = part.lstrip(BLANKS)
    first = start + len(part) - len(begun)
    return first, first + len(begun.rstrip(BLANKS))
