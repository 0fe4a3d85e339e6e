"""What the pages of one layout have in common, and where most text stands between two pieces of that."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.learn.layouts.begun import begins_in
from crawler.learn.layouts.toc import tocs
from crawler.learn.layouts.tokens import Token, tokens
from crawler.reconstruct.end_tags import left_out, missing_ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.learn.layouts.content import Span

#: Texts in these are nothing that a reader reads.
_UNSEEN = (b"script", b"style", b"select", b"noscript", b"textarea", b"template")
_BODY = re.compile(rb"<body(?:\s[^>]{0,2000}+)?>", re.IGNORECASE)
_NAME = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*+)")
#: So many pages out of a hundred have to have something for it to be the layout's.
MOST = 90
#: Of fewer pages, contents may be alike by accident.
FEW = 12
#: A tag of a block as kramdown writes it: each of a few contents may have one of these once.
_OF_CONTENTS = re.compile(rb"</?(?:p|blockquote|ul|ol|li|pre|h[2-6]|table)>")

#: Where a block of code begins, or a heading as kramdown writes it; where such a heading ends.
_BLOCK = re.compile(rb'<(?:(?:div|figure)\s[^>]*?class="(?:[^"]*\s)?highlight(?:er-rouge)?"|h[2-6] id="[^"]*">)')
_HEADING = re.compile(rb"</h[2-6]>")


def seen(body: bytes) -> list[Token]:
    """The tokens of a page's body, but for tables of contents; of a script and its like, one token."""
    opening = _BODY.search(body)
    found: list[Token] = []
    inside, last = b"", 0
    left_out = [(one.start, one.end) for one in tocs(body)]
    for token in _with_ends(body, opening.end() if opening else 0):
        if any(start <= token.start < end for start, end in left_out):
            continue
        name, closing = named(token)
        last = token.end
        if inside:
            if closing and name == inside:
                found[-1] = _up_to(last, found[-1], body)
                inside = b""
            continue
        found.append(token)
        inside = name if name in _UNSEEN and not closing else b""
    if inside:
        found[-1] = _up_to(last, found[-1], body)
    return found


def _up_to(end: int, token: Token, body: bytes) -> Token:
    return Token(body[token.start : end], token.start, end)


def _with_ends(body: bytes, start: int) -> Iterator[Token]:
    """The tokens of a page from a byte on; with those of the end tags that its layout leaves out, which have no length."""
    kind = left_out(body)
    missing = deque(one for one in missing_ends(body, kind) if one[0] >= start) if kind else deque[tuple[int, str]]()
    for token in tokens(body, start):
        while missing and missing[0][0] <= token.start:
            place, name = missing.popleft()
            yield Token(f"</{name}>".encode(), place, place)
        yield token
    yield from (Token(f"</{name}>".encode(), place, place) for place, name in missing)


def anchors_of(read: Sequence[Sequence[Token]]) -> tuple[list[int], list[list[int]]]:
    """The pages that are like most others, and the numbers of the tokens that each of them has exactly once, in one order."""
    single = [
        {text for text, count in Counter(token.text for token in found).items() if count == 1} - _in_blocks(found)
        for found in read
    ]
    often = Counter(text for texts in single for text in texts)
    if len(read) < FEW:
        often = Counter({text: count for text, count in often.items() if not _OF_CONTENTS.fullmatch(text)})
    usual = {text for text, count in often.items() if count * 100 >= MOST * len(read)}
    alike = [number for number, texts in enumerate(single) if len(texts & usual) * 100 >= MOST * len(usual)]
    once = usual.intersection(*(single[number] for number in alike))
    places = [{token.text: place for place, token in enumerate(read[number]) if token.text in once} for number in alike]
    order = sorted(once, key=places[0].__getitem__) if places else []
    for place in places[1:]:
        order = [order[number] for number in _rising([place[text] for text in order])]
    return alike, [[place[text] for text in order] for place in places]


def _in_blocks(found: Sequence[Token]) -> set[bytes]:
    """The tokens of blocks of code, and those in headings with an id: what a layout puts into them is in the content, too."""
    inside: set[bytes] = set()
    name, first, depth = b"", 0, 0
    for number, token in enumerate(found):
        if not name:
            if _BLOCK.match(token.text):
                name, first, depth = named(token)[0], number, 1
            continue
        other, closing = named(token)
        depth += (-1 if closing else 1) * (other == name)
        if not depth:
            is_heading = _HEADING.match(token.text) is not None
            inside |= {one.text for one in found[first + is_heading : number]}
            name = b""
    return inside


def _rising(values: Sequence[int]) -> list[int]:
    """The numbers of the longest rising row among some values."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, value in enumerate(values):
        place = bisect_left(tops, value)
        before.append(ends[place - 1] if place else -1)
        ends[place : place + 1] = [number]
        tops[place : place + 1] = [value]
    row: list[int] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        row.append(number)
        number = before[number]
    return row[::-1]


def largest(read: Sequence[Sequence[Token]], anchors: Sequence[Sequence[int]], begun: Sequence[str] = ()) -> list[Span]:
    """For each page the tokens between the two anchors that have most text between them; what several pages have counts once.

    A list of the newest posts, which most pages have alike, may be longer than short contents.

    :param begun: with which texts contents begin, by what feeds have of them: they stand there, if anywhere.
    """
    bounds = [[-1, *row, len(found)] for found, row in zip(read, anchors, strict=True)]
    differing: list[dict[bytes, int]] = [{} for _ in bounds[0][1:]]
    for found, row in zip(read, bounds, strict=True):
        for texts, (one, two) in zip(differing, pairwise(row), strict=True):
            between = found[one + 1 : two]
            texts[b"".join(token.text for token in between)] = sum(map(size, between))
    sums = [sum(texts.values()) for texts in differing]
    told = [0] * len(sums)
    for found, row, text in zip(read, bounds, begun, strict=False):
        for place, (one, two) in enumerate(pairwise(row)) if text else ():
            told[place] += begins_in(found[one + 1 : two], text)
    best = max(range(len(sums)), key=lambda place: (told[place], sums[place]))
    return [(row[best] + 1, row[best + 1]) for row in bounds]


def size(token: Token) -> int:
    """How much text a token is."""
    return 0 if token.is_tag or token.text.startswith(b"<") else len(token.text)


def is_code(token: Token) -> bool:
    """Whether a block of code begins with a tag, or a heading as kramdown writes it."""
    return _BLOCK.match(token.text) is not None


def named(token: Token) -> tuple[bytes, bool]:
    """The name of a tag, and whether it is an end tag; empty for a text."""
    found = _NAME.match(token.text) if token.is_tag else None
    return (found[2].lower(), bool(found[1])) if found else (b"", False)
