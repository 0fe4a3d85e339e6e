"""Pages that begin as a layout does, and lack what it has behind the content: the first post has no link to one before it."""

from __future__ import annotations

import re
from itertools import accumulate, islice, takewhile
from typing import TYPE_CHECKING

from crawler.learn.layouts.anchors import named
from crawler.learn.layouts.content import BLANKS, before, between, stripped
from crawler.learn.layouts.places import grouped, texts_of
from crawler.learn.layouts.tokens import is_marked, sides, tokens
from crawler.learn.learned import ANYTHING
from crawler.markup.elements import VOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.learn.layouts.layouts import Place, Texts
    from crawler.learn.layouts.tokens import Token
    from crawler.learn.page import Page

#: So many tags and texts stand before what a page lacks, at most.
_NEAREST = 60
#: So many pages are looked at, and held against so many of a layout.
_LOOKED_AT, _OTHERS = 60, 8
_GAP = ANYTHING.encode()
_VOID = frozenset(name.encode() for name in VOID)
#: The start tag of a block as kramdown writes it.
_PLAIN = re.compile(
    rb'<(?:p|h[1-6]|ul|ol|dl|blockquote|pre|table|hr|div)(?: id="[^"]*"| class="(?:language-|highlighter)[^"]*")?\s?/?>'
)
_Key = tuple[bytes, bool, bool]
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
    """The texts around contents of pages that end as a layout does, and lack what others have before the content, as tags."""
    wholes = [
        (place, _tags_before(page.body, span[0]))
        for place in places
        for page, span in islice(zip(place.pages, place.spans, strict=True), _OTHERS)
        if place.start and not page.is_large
    ]
    for page in islice(left, _LOOKED_AT):
        found = list(tokens(page.body))
        for place, whole in wholes:
            number = _start_with_less(found, whole)
            first = found[number].end if number is not None else 0
            last = before(page.body, place.end.split(_GAP), first) if first and place.end else None
            if last is None:
                continue
            span = stripped(page.body, first, last)
            texts = texts_of(grouped([(0, page.body, span)])[0], [(page.body, span)])
            if texts is not None and between(page.body, texts[0], place.end) == span:
                yield texts[0], place.end
                break


def _tags_before(body: bytes, last: int) -> list[_Key]:
    return [_key(token) for token in tokens(body[:last])]


def _key(token: Token) -> _Key:
    """What has to be the same of two tags: the name, and whether they have a class."""
    return (*named(token), b" class=" in token.text)


def _start_with_less(found: Sequence[Token], whole: Sequence[_Key]) -> int | None:
    """The last token before the content of a page that lacks one run of those which another has before its content.

    Where that run ends directly before the content, this has to begin as Markdown does.
    """
    mine = [_key(token) for token in found[: len(whole) + _NEAREST]]
    same = 0
    while same < min(len(whole), len(mine)) and whole[same] == mine[same]:
        same += 1
    if not same or (b"body", False) not in [one[:2] for one in mine[:same]] or same == len(whole):
        return None
    counts = range(min(len(whole) - same, len(mine) - same, _NEAREST), 0, -1)
    end = next((same + count - 1 for count in counts if mine[same : same + count] == whole[-count:]), None)
    is_directly = same < len(mine) and (not found[same].is_tag or _PLAIN.fullmatch(found[same].text))
    return same - 1 if end is None and is_directly and _is_whole(whole[same:]) else end


def _is_whole(run: Sequence[_Key]) -> bool:
    """Whether these are whole elements, and few."""
    depths = list(accumulate(-1 if closing else 1 for name, closing, _ in run if name and name not in _VOID))
    return len(run) <= _NEAREST and bool(depths) and min(depths) >= 0 and depths[-1] == 0


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
    found = list(tokens(body[first:last]))
    end = last
    while found and found[-1].is_tag and _OPENS.match(found[-1].text):
        end = first + found.pop().start
    return stripped(body, first, end)[1] if end < last else last


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
