"""Where the contents of posts stand that no feed has: what differs between pages of one layout."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from crawler.learn.layouts.anchors import FEW, MOST, anchors_of, largest, named, seen, size
from crawler.learn.layouts.bylines import behind_byline
from crawler.learn.layouts.content import stripped
from crawler.learn.layouts.growing import Piece, grown
from crawler.markup.elements import VOID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.tokens import Token

    Known = Callable[[bytes], bool]

#: So often something that is known of a post is left out before its content.
_ROUNDS = 8
_INLINE = frozenset(b"a abbr b br cite code em i img kbd mark q s small span strong sub sup u".split())
#: So many tokens behind the last one that all pages have, titles and times are looked for.
_NEAR = 40
_VOID = frozenset(name.encode() for name in VOID)
_BACK = 100
_BLOCKS = frozenset(b"p blockquote ul ol pre h2 h3 h4 h5 h6 table".split())
#: The start tag of a block as kramdown writes it.
_PLAIN = re.compile(rb"<[a-z0-9]+(?: id=\"[^\"]*\")?>")
#: So many, for it to be that of the layout that most of them have.
_MANY = 60
#: The start tag of a heading with an identifier, as kramdown makes one of its text.
_HEADING = re.compile(rb"<h[1-6] id=\"[^\"]+\">")
_MARK = re.compile(rb"<(?:div|section|article|main)\s[^>]*?(?:class|id)\s*+=", re.IGNORECASE)


def contents(pages: Sequence[bytes], known: Sequence[Known], begun: Sequence[str] = ()) -> list[Span | None]:
    """The content of each of some posts with one layout; ``None`` for a page that is unlike most others.

    What the pages have in common, each piece once in every page, is the layout's. The content is where most text stands
    between two such pieces.

    :param known: whether a text of a page shows the title or the day of its post, and so is no content.
    :param begun: with which text each content begins, as far as feeds tell; empty where they do not.
    """
    read = [seen(body) for body in pages]
    alike, anchors = anchors_of(read)
    spans: list[Span | None] = [None] * len(pages)
    if not alike or not anchors[0]:
        return spans
    places = largest([read[number] for number in alike], anchors, [begun[number] for number in alike] if begun else ())
    gaps = [_Gap(number, read[number], *place) for number, place in zip(alike, places, strict=True)]
    gaps = _shrunk_from_right(_shrunk_from_left(gaps, known))
    _begin_at_blocks(gaps)
    _balance(gaps)
    _grow(gaps, known)
    if len(gaps) < FEW:
        _take_in_blocks(gaps, known)
    for gap in gaps:
        if gap.low < gap.high:
            spans[gap.number] = stripped(pages[gap.number], gap.found[gap.low].start, gap.found[gap.high - 1].end)
    return spans


@dataclass(slots=True)
class _Gap:
    """The tokens of a page between two that all pages have (``first`` to ``last``), and the content (``low`` to ``high``)."""

    number: int
    found: Sequence[Token]
    first: int
    last: int
    low: int = 0
    high: int = 0

    def __post_init__(self) -> None:
        self.low, self.high = self.first, self.last

    def text_before(self) -> list[int]:
        """How much text there is between the beginning of the content and each of its tokens, and its end."""
        return [0, *accumulate(size(token) for token in self.found[self.low : self.high])]


def _shrunk_from_left(gaps: list[_Gap], known: Sequence[Known]) -> list[_Gap]:
    """Leave out what all have in common, and what shows a title, a time or a name; both as often as one follows the other."""
    for _ in range(_ROUNDS):
        same, gaps = _same(gaps, [gap.found[gap.low : gap.high] for gap in gaps])
        for gap in gaps:
            gap.low += same
        shown = [_behind_known(gap, known[gap.number]) for gap in gaps]
        if sum(place is not None for place in shown) * 2 <= len(gaps):
            shown = [behind_byline(gap.found, gap.low, gap.high) for gap in gaps]
        if sum(place is not None for place in shown) * 2 <= len(gaps):
            return gaps
        for gap, place in zip(gaps, shown, strict=True):
            gap.low = place or gap.low
    return gaps


def _behind_known(gap: _Gap, known: Known) -> int | None:
    """The token behind the element that shows something known of the post, among the first ones of a gap.

    A heading with an identifier of its own, behind which no day stands, is that of a content that begins with its title.
    """
    high = min(gap.high, gap.low + _NEAR)
    shows = [number for number in range(gap.low, high) if not gap.found[number].is_tag and known(gap.found[number].text)]
    if not shows or (len(shows) == 1 and shows[0] > gap.low and _HEADING.fullmatch(gap.found[shows[0] - 1].text)):
        return None
    low = shows[0] + 1
    closers, _ = _unmatched(gap.found[gap.low : high])
    while low < high and (low - gap.low in closers or named(gap.found[low])[1]):
        low += 1
    return low


def _shrunk_from_right(gaps: list[_Gap]) -> list[_Gap]:
    same, gaps = _same(gaps, [gap.found[gap.low : gap.high][::-1] for gap in gaps])
    for gap in gaps:
        gap.high -= same
    return gaps


def _begin_at_blocks(gaps: Sequence[_Gap]) -> None:
    """Take back the beginning of a paragraph that contents begin in: it is the same in all of them, and no layout has it."""
    starts = []
    for gap in gaps:
        nearest, start = max(0, gap.low - _BACK), gap.low
        for place in reversed(_unmatched(gap.found[nearest : gap.low])[1]):
            token = gap.found[nearest + place]
            if named(token)[0] not in _BLOCKS | _INLINE or (named(token)[0] in _BLOCKS and not _PLAIN.fullmatch(token.text)):
                break
            start = nearest + place if named(token)[0] in _BLOCKS else start
        starts.append(start)
    if sum(start < gap.low for start, gap in zip(starts, gaps, strict=True)) * 2 > len(gaps):
        for start, gap in zip(starts, gaps, strict=True):
            gap.low = start


def _balance(gaps: Sequence[_Gap]) -> None:
    """Take back the tags of elements that contents begin or end with; leave out elements that are only half inside."""
    lefts, rights = Counter[int](), Counter[int]()
    for gap in gaps:
        closers, openers = _unmatched(gap.found[gap.low : gap.high])
        texts = gap.text_before()
        closers = [place for place in closers if texts[place] * 2 <= texts[-1]]
        nearest = max(0, gap.low - _BACK)
        before = [nearest + place for place in _unmatched(gap.found[nearest : gap.low])[1]]
        behind = _unmatched(gap.found[gap.high : gap.last])[0]
        if before and before[-1] >= gap.first and behind and not closers and not openers and _is_inline(gap.found[gap.low]):
            closers, openers = [gap.high - gap.low], [-1]
        lefts[gap.low - before[-min(len(closers), len(before))] if closers and before else 0] += 1
        rights[behind[min(len(openers), len(behind)) - 1] + 1 if openers and behind else 0] += 1
    left, right = _most(lefts), _most(rights)
    for gap in gaps:
        gap.low, gap.high = max(0, gap.low - left), gap.high + right
        closers, openers = _unmatched(gap.found[gap.low : gap.high])
        texts = gap.text_before()
        ends = [place for place in closers if texts[place] * 2 > texts[-1]]
        begins = [place for place in openers if texts[place] * 2 > texts[-1]]
        gap.high = gap.low + min([*ends, *begins, gap.high - gap.low])


def _grow(gaps: Sequence[_Gap], known: Sequence[Known]) -> None:
    """Take in what stands beyond something that each content has once."""
    pieces = [Piece(gap.found, gap.low, gap.high) for gap in gaps]
    spans = grown(pieces, [known[gap.number] for gap in gaps])
    for gap, (low, high) in zip(gaps, spans, strict=True):
        gap.low, gap.high = low, high


def _take_in_blocks(gaps: Sequence[_Gap], known: Sequence[Known]) -> None:
    """Take in the paragraphs before a content that few posts have in common: those of a layout have classes."""
    for gap in gaps:
        while gap.low:
            name, closing = named(gap.found[gap.low - 1])
            opened = gap.low - 2
            depth = 1
            while closing and name in _BLOCKS and depth and opened >= max(0, gap.low - _BACK):
                other, ends = named(gap.found[opened])
                depth += (1 if ends else -1) * (other == name)
                opened -= 1
            if not closing or name not in _BLOCKS or depth or not _PLAIN.fullmatch(gap.found[opened + 1].text):
                break
            if any(known[gap.number](token.text) for token in gap.found[opened + 1 : gap.low] if not token.is_tag):
                break
            gap.low = opened + 1


def _most(counted: Counter[int]) -> int:
    """The greatest number that a third of the pages have: in a few, the content's own tags do not match."""
    return max((number for number, count in counted.items() if count * 3 >= counted.total()), default=0)


def _is_inline(token: Token) -> bool:
    """Whether a token can stand in a paragraph only."""
    return not token.is_tag or named(token)[0] in _INLINE


def _same(gaps: list[_Gap], several: Sequence[Sequence[Token]]) -> tuple[int, list[_Gap]]:
    """With how many tokens all of some rows begin, but for a few that are left out; and the gaps that these are of.

    Comments count as the same, whatever they say.
    """
    rows = list(zip(gaps, several, strict=True))
    count = 0
    while rows:
        texts = [row[count].text if count < len(row) else b"" for _, row in rows]
        text, most = Counter(texts).most_common(1)[0]
        comments = sum(map(_is_comment, texts))
        if text and most * 100 >= (_MANY if _is_marked(text) else MOST) * len(rows):
            kept = [one == text for one in texts]
        elif comments * 100 >= MOST * len(rows):
            kept = list(map(_is_comment, texts))
        else:
            break
        rows = list(compress(rows, kept))
        count += 1
    return count, [gap for gap, _ in rows]


def _is_comment(text: bytes) -> bool:
    return text.startswith(b"<!--") and text.endswith(b"-->")


def _is_marked(text: bytes) -> bool:
    """Whether it is a tag of a layout, rather than of a content: one around others, with a class or an id; or a comment."""
    return text.startswith(b"<!--") or (_MARK.match(text) is not None and b"highlight" not in text)


def _unmatched(found: Sequence[Token]) -> tuple[list[int], list[int]]:
    """The numbers of end tags without a start tag, and of start tags without an end tag."""
    opened: dict[bytes, list[int]] = {}
    closers: list[int] = []
    for number, token in enumerate(found):
        name, closing = named(token)
        if not name or name in _VOID:
            continue
        if not closing:
            opened.setdefault(name, []).append(number)
        elif opened.get(name):
            opened[name].pop()
        else:
            closers.append(number)
    return closers, sorted(number for several in opened.values() for number in several)
