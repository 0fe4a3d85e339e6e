"""Layouts out of pages whose contents are known: the texts before and behind them that all posts of a layout share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import between
from crawler.learn.layouts.tokens import Side, sides, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.layouts.content import Span

#: A layout's text has so many bytes or more, where the pages have them: a short one may stand in a content too.
_ENOUGH = 40
#: On which sides it is gone over what one page has more than another; the next one for pages that are alone by those before.
_OVER = ((False, False), (True, False), (False, True), (True, True))


@dataclass(slots=True)
class Group:
    """Pages with the same texts around their contents, by number, and what these have in common."""

    before: Side
    behind: Side
    members: list[int] = field(default_factory=list)
    #: Whether what one page has more than another is gone over, before the content and behind it.
    over: tuple[bool, bool] = (False, False)
    sure: bool = False

    def takes(self, before: Side, behind: Side) -> tuple[Side, Side] | None:
        """What the group has in common with one more page, if that still tells where a content begins and ends."""
        over_before, over_behind = self.over
        both = self.before.with_other(before, over_more=over_before), self.behind.with_other(behind, over_more=over_behind)
        is_told = (side.is_telling or side.is_whole or (self.sure and (side.has_structure or side.has_class)) for side in both)
        return both if all(is_told) else None


def grouped(placed: Iterable[tuple[int, bytes, Span]], *, sure: bool = False) -> list[Group]:
    """The pages (by number, with their bytes and the place of their contents), by what stands around these.

    Pages that are unlike all others for a list that is longer in one than in another are put together for what follows it.
    ``sure``: feeds tell the places, so that less has to be the same around them.
    """
    around = [(number, *sides(body, *span)) for number, body, span in placed]
    groups: list[Group] = []
    for over in _OVER:
        found = _grouped(around, over, sure=sure)
        alone = {group.members[0] for group in found if len(group.members) == 1}
        if len(alone) <= 1 or over == _OVER[-1]:
            groups += found
            break
        groups += [group for group in found if len(group.members) > 1]
        around = [one for one in around if one[0] in alone]
    return sorted(groups, key=lambda group: -len(group.members))


def _grouped(around: Iterable[tuple[int, Side, Side]], over: tuple[bool, bool], *, sure: bool) -> list[Group]:
    groups: list[Group] = []
    for number, before, behind in around:
        for group in groups:
            both = group.takes(before, behind)
            if both is not None:
                group.before, group.behind = both
                group.members.append(number)
                break
        else:
            groups.append(Group(before, behind, [number], over, sure))
    return groups


def texts_of(group: Group, pages: Sequence[tuple[bytes, Span]]) -> tuple[bytes, bytes] | None:
    """``start`` and ``end`` of a layout: as few pieces as are enough to find the content in all of some of its pages.

    ``None`` if no number of them finds it.
    """
    start = shortest(group.before, [(body, span, None) for body, span in pages], ahead=False)
    if start is None:
        return None
    end = shortest(group.behind, [(body, span, start) for body, span in pages], ahead=True)
    return (start, end) if end is not None else None


def shortest(side: Side, pages: Sequence[tuple[bytes, Span, bytes | None]], *, ahead: bool) -> bytes | None:
    """As few pieces of a side as are enough to find the contents in some pages; ``ahead``: it stands behind them."""
    best = None
    for count in range(1, len(side.pieces) + 1):
        text = written(side.first(count), ahead=ahead)
        if not text or not all(_finds(text, body, span, start) for body, span, start in pages):
            continue
        best = text
        if len(text) >= _ENOUGH:
            break
    return best


def _finds(text: bytes, body: bytes, span: Span, start: bytes | None) -> bool:
    """Whether a text finds one end of a content: its start without an end, or, with the ``start``, its end."""
    if start is not None:
        return between(body, start, text) == span
    found = between(body, text, b"")
    return found is not None and found[0] == span[0]
