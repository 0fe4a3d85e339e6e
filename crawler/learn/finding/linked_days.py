"""The days that stand beside the links to posts in a list: all before the links, or all behind them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.finding.listed import links_to
from crawler.markup.characters import as_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

    DatesIn = Callable[[bytes], Iterable[tuple[int, str]]]

_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>")
#: Elements that end where they begin.
_EMPTY = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())

#: So many tags together are looked at as one: very many links may stand behind one day.
_TOGETHER = 512


@dataclass(frozen=True, slots=True)
class _Pair:
    """A day beside a link, and how deep within elements both lie that have the two in common."""

    day: str
    depth: int


def linked_days(captured: Captured, page: Page, spelt: Mapping[str, str], dates_in: DatesIn) -> Iterator[tuple[str, str]]:
    """The posts that a list leads to, with their days.

    On which side these stand is told by the elements that a day and a link have around both: an item's are more than those of
    the whole list. A link that stands beside the list, such as that of a menu, has fewer around itself and the day of another.
    """
    body = as_utf8(page.body)
    links = [(place, post) for place, _, post in links_to(captured, page, spelt)]
    told = list(dates_in(body)) if links else []
    if not told:
        return
    depths = _Depths(body)
    before, behind = _pairs(links, told, depths, is_before=True), _pairs(links, told, depths, is_before=False)
    both = before.keys() & behind.keys()
    nearer = sum((before[post].depth > behind[post].depth) - (before[post].depth < behind[post].depth) for post in both)
    is_before = nearer > 0 or (nearer == 0 and told[0][0] < links[0][0])
    for post, pair in _usual(before if is_before else behind).items():
        yield post, pair.day


def _pairs(
    links: Sequence[tuple[int, str]], told: Sequence[tuple[int, str]], depths: _Depths, *, is_before: bool
) -> dict[str, _Pair]:
    """The day nearest to the links of each post, on one side of these, with no other post's link in between.

    Of several links of a post, that counts which has most elements around it and the day.
    """
    places = [place for place, _ in told]
    step = 1 if is_before else -1
    found: dict[str, _Pair] = {}
    other: tuple[int, str] = (-1 if is_before else places[-1] + 1, "")
    last = other
    for place, post in links[::step]:
        if post != last[1]:
            other = last
        last = (place, post)
        nearest = bisect_left(places, place) - is_before
        if not 0 <= nearest < len(told):
            continue
        start = places[nearest]
        if other[1] and (start < other[0] if is_before else start > other[0]):
            continue
        pair = _Pair(told[nearest][1], depths.around(min(start, place), max(start, place)))
        if post not in found or found[post].depth < pair.depth:
            found[post] = pair
    return dict(reversed(found.items())) if not is_before else found


def _usual(pairs: Mapping[str, _Pair]) -> Mapping[str, _Pair]:
    """The pairs without those that have fewer elements in common than most have."""
    depth, count = Counter(pair.depth for pair in pairs.values()).most_common(1)[0] if pairs else (0, 0)
    return {post: pair for post, pair in pairs.items() if pair.depth >= depth} if count * 2 > len(pairs) else pairs


class _Depths:
    """How many elements are open at each byte of a page, as its tags say."""

    def __init__(self, body: bytes) -> None:
        self._places: list[int] = []
        self._depths: list[int] = []
        depth = 0
        for tag in _TAG.finditer(body):
            if tag[2].lower() not in _EMPTY:
                depth += -1 if tag[1] else 1
                self._places.append(tag.start())
                self._depths.append(depth)
        starts = range(0, len(self._depths), _TOGETHER)
        self._least = [min(self._depths[start : start + _TOGETHER]) for start in starts]

    def around(self, start: int, end: int) -> int:
        """How many elements are open all the way from one byte to another."""
        first, last = bisect_left(self._places, start), bisect_left(self._places, end)
        outer = [self._depths[first - 1] if first else 0]
        begun, ended = -(-first // _TOGETHER), last // _TOGETHER
        if begun >= ended:
            return min(outer + self._depths[first:last])
        ends = self._depths[first : begun * _TOGETHER] + self._depths[ended * _TOGETHER : last]
        return min(outer + ends + self._least[begun:ended])
