"""Posts whose contents a feed has, and that no others are like beside them: that have no tags, say, or name a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.layouts.content import between
from crawler.learn.layouts.places import shortest
from crawler.learn.layouts.tokens import Side, is_marked, sides

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.layouts.content import Span
    from crawler.learn.page import Page

#: So many posts are looked at, each beside so many others; these may have so many pieces more beside their contents.
_LOOKED_AT, _OTHERS, _MORE = 16, 12, 24
Texts = tuple[bytes, bytes]


def singles(
    pages: Sequence[Page], wrong: Mapping[int, Span], told: Mapping[int, Span], texts: Sequence[Texts]
) -> Iterator[Texts]:
    """Texts around the contents of posts for which those that several have in common find another place, or none.

    :param told: where the contents of all posts stand that a feed has, by the number of the page.
    """
    others = [number for number in told if number not in wrong][:_OTHERS] or list(told)[:_OTHERS]
    near = [sides(pages[number].body, *told[number]) for number in others]
    for number, span in list(wrong.items())[:_LOOKED_AT]:
        body = pages[number].body
        before, behind = sides(body, *span)
        starts = (start for start, _ in texts if (found := between(body, start, b"")) is not None and found[0] == span[0])
        start = next(starts, None) or _as_others(body, span, before, [one for one, _ in near], None)
        if start is None:
            continue
        ends = (end for _, end in texts if between(body, start, end) == span)
        end = next(ends, None) or _marked(body, span, start, behind)
        end = end or _as_others(body, span, behind, [one for _, one in near], start)
        if end is not None:
            yield start, end


def _marked(body: bytes, span: Span, start: bytes, behind: Side) -> bytes | None:
    """The tag directly behind a content, if it says what it is, and finds the end."""
    piece = next(iter(behind.pieces), b"")
    return piece if is_marked(piece) and between(body, start, piece) == span else None


def _as_others(body: bytes, span: Span, mine: Side, others: Sequence[Side], start: bytes | None) -> bytes | None:
    """What stands beside a content, with gaps for what differs in others, which may have more directly beside theirs."""
    best = Side((), ())
    for other in others:
        for more in range(min(_MORE, len(other.pieces))):
            both = mine.with_other(other.beyond(more))
            best = both if len(both.pieces) > len(best.pieces) else best
    return shortest(best, [(body, span, start)], ahead=start is not None)
