"""Pages that begin as a layout does, and lack what it has behind the content: the first post has no link to one before it."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from crawler.learn.layouts.anchors import named
from crawler.learn.layouts.content import BLANKS, before, between, stripped
from crawler.learn.layouts.places import grouped, texts_of
from crawler.learn.layouts.tokens import is_marked, sides, tokens
from crawler.learn.learned import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.learn.layouts.layouts import Place, Texts
    from crawler.learn.page import Page

#: So many tags and texts stand before what a page lacks, at most.
_NEAREST = 60
#: So many pages are looked at.
_LOOKED_AT = 60
_GAP = ANYTHING.encode()
#: A start tag of an element that has an inside.
_OPENS = re.compile(rb"<(?!/|(?:area|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[a-z][^>]*(?<!/)>", re.IGNORECASE)


def with_less(left: Iterable[Page], places: Sequence[Place]) -> Iterator[Texts]:
    """The texts around contents of pages that begin as a layout does, and lack what it has directly behind the content.

    So do the first post and the last one where links to the posts before and after stand there.
    """
    for page in left:
        found = ((place, between(page.body, place.start, b"")) for place in places)
        for place, begun in sorted(((place, one) for place, one in found if one), key=lambda one: -one[1][0]):
            _, behind = sides(place.pages[0].body, *place.spans[0])
            known = (number for number, piece in enumerate(behind.pieces) if number and is_marked(piece))
            number = next((number for number in known if page.body.count(behind.pieces[number], begun[0]) == 1), None)
            if number is not None:
                yield place.start, _with_end_tags(page.body, behind.pieces[: number + 1], begun[0])
                break
            end = _end_with_less(page, begun[0], place)
            end = _closed(page.body, begun[0], end) if end else None
            texts = texts_of(grouped([(0, page.body, (begun[0], end))])[0], [(page.body, (begun[0], end))]) if end else None
            if texts is not None:
                yield place.start, texts[1]
                break


def with_less_before(left: Iterable[Page], places: Sequence[Place]) -> Iterator[Texts]:
    """The texts around contents of pages that end as a layout does, and lack something directly before the content: tags, say."""
    wholes = [_tags_before(place.pages[0].body, place.spans[0][0]) for place in places if place.start]
    for page in islice(left, _LOOKED_AT):
        found = list(tokens(page.body))
        mine = [named(token) for token in found]
        for place, whole in zip((place for place in places if place.start), wholes, strict=True):
            number = _start_with_less(mine, whole)
            first = found[number].end if number is not None else 0
            last = before(page.body, place.end.split(_GAP), first) if first and place.end else None
            if last is None:
                continue
            span = stripped(page.body, first, last)
            texts = texts_of(grouped([(0, page.body, span)])[0], [(page.body, span)])
            if texts is not None and between(page.body, texts[0], place.end) == span:
                yield texts[0], place.end
                break


def _tags_before(body: bytes, last: int) -> list[tuple[bytes, bool]]:
    return [named(token) for token in tokens(body[:last])]


def _start_with_less(mine: Sequence[tuple[bytes, bool]], whole: Sequence[tuple[bytes, bool]]) -> int | None:
    """The last token before the content of a page that lacks one run of those which another has before its content."""
    same = 0
    while same < min(len(whole), len(mine)) and whole[same] == mine[same]:
        same += 1
    if (b"body", False) not in mine[:same] or same == len(whole):
        return None
    counts = range(min(len(whole) - same, len(mine) - same, _NEAREST), 0, -1)
    return next((same + count - 1 for count in counts if mine[same : same + count] == whole[-count:]), None)


def _with_end_tags(body: bytes, pieces: Sequence[bytes], first: int) -> bytes:
    """The last of the pieces behind a content, as a page has it behind a byte, with the end tags that come first in both.

    These are of elements around the content. What the page lacks would be between.
    """
    *others, last = pieces
    start = body.find(last, first)
    end = start + len(last)
    start = _closed(body, first, start)
    for piece in reversed(list(takewhile(lambda one: one.startswith(b"</"), others))):
        left = body[first:start].rstrip(BLANKS)
        if not left.endswith(piece):
            break
        start = first + len(left) - len(piece)
    return body[start:end].strip(BLANKS)


def _closed(body: bytes, first: int, last: int) -> int:
    """Where a content ends, without tags at its end that open what goes on behind it: they are the layout's.

    >>> _closed(b"<p>a</p> <p> <a>", 0, 13), _closed(b"<p>a</p> <hr> <a>", 0, 13)
    (8, 13)
    """
    while True:
        *_, found = (None, *tokens(body[first:last]))
        if found is None or not found.is_tag or _OPENS.match(found.text) is None:
            return last
        last = stripped(body, first, first + found.start)[1]


def _end_with_less(page: Page, first: int, place: Place) -> int | None:
    """Where the content ends that begins at this byte of a page which lacks some tags of the layout behind it.

    What stands there is that of another page, without one piece of it, and all the rest of the body has the same tags.
    """
    other = place.pages[0].body
    whole = [named(token) for token in tokens(other, place.spans[0][1])]
    found = list(tokens(page.body, first))
    mine = [named(token) for token in found]
    same = 0
    while same < min(len(whole), len(mine)) and whole[-same - 1] == mine[-same - 1]:
        same += 1
    if (b"body", True) not in mine[len(mine) - same :]:
        return None
    for count in range(min(len(whole) - same, len(mine) - same, _NEAREST), 0, -1):
        start = len(mine) - same - count
        if mine[start : start + count] == whole[:count]:
            return stripped(page.body, first, found[start].start)[1]
    return None
