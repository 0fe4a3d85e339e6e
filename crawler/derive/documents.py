"""The captures of documents that tell of many posts: which of them counts for a visit, and what those read last say."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from crawler.archive.newest import Newest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.visits import Read
    from crawler.items import Exchange

T = TypeVar("T")

_FOUND, _NOT_MODIFIED = 200, 304
#: Captures that are read for one visit at most: a post that none of them has is in no such document of that time.
_TRIED = 20
#: How many documents, and of how many bytes together, of which is kept what they say.
_KEPT, _KEPT_BYTES = 64, 32 << 20


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


class Told(Generic[T]):
    """What captured documents say of posts, by their URLs: of those read last. Captures with one payload say the same.

    ``told`` reads it out of a document; one that cannot be read tells nothing.
    """

    def __init__(self, read: Read, told: Callable[[Exchange], dict[str, T]]) -> None:
        self._read, self._told = read, told
        self._kept = Newest[int, dict[str, T]](_KEPT, _KEPT_BYTES)

    def by(self, row: CaptureRow) -> dict[str, T]:
        """What one captured document says."""
        found = self._kept.get(row.payload_id)
        if found is None:
            document = self._read(row)
            found = self._told(document) if document is not None else {}
            self._kept.keep(row.payload_id, found, len(document.body) if document is not None else 0)
        return found
