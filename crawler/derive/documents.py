"""The captures of documents that tell of many posts: which of them counts for a visit, and what those read last say."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections import OrderedDict
    from collections.abc import Callable, Iterable, Iterator

    from crawler.archive.catalog.schema import CaptureRow

T = TypeVar("T")

_FOUND, _NOT_MODIFIED = 200, 304
#: Captures that are read for one visit at most: a post that none of them has is in no such document of that time.
_TRIED = 20
#: Documents of which is kept what they say.
_KEPT = 64


@dataclass(slots=True)
class Rows:
    """Captures in the order of time, without those that are the same as the one of the same address before."""

    rows: list[CaptureRow] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, captures: Iterable[CaptureRow]) -> Self:
        """The good ones of some captures, which are in the order of time."""
        found, shown = cls(), dict[str, int]()
        for row in captures:
            if row.status in (_FOUND, _NOT_MODIFIED) and shown.get(row.url) != row.payload_id:
                shown[row.url] = row.payload_id
                found.rows.append(row)
                found.times.append(row.time)
        return found

    def around(self, since: str, visited: str, before: str) -> Iterator[CaptureRow]:
        """Those up to a visit and since the one before it, the newest first; then those after it and before the next."""
        first, at, last = (bisect_right(self.times, time) for time in (since, visited, before))
        tried = [*reversed(range(first, at))][:_TRIED] + [*range(at, last)][:_TRIED]
        return map(self.rows.__getitem__, tried)


def kept(known: OrderedDict[int, dict[str, T]], row: CaptureRow, read: Callable[[], dict[str, T]]) -> dict[str, T]:
    """What a captured document says of posts, of those that were read last."""
    if row.payload_id not in known:
        known[row.payload_id] = read()
        if len(known) > _KEPT:
            known.popitem(last=False)
    return known[row.payload_id]
