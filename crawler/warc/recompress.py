"""A copy of a file of captures in which each record is compressed by itself, so that it can be read by its offset."""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING

from crawler.atomic import atomic
from crawler.warc.members import pieces

if TYPE_CHECKING:
    from pathlib import Path

#: Copies are read twice and thrown away.
_FAST = 1
_END = b"\r\n\r\n"


def recompress(path: Path, target: Path, limit: int) -> tuple[tuple[int, str], ...]:
    """Write a copy of a file with one gzip member a record; return what is lost, with its byte in the file.

    Records of more than ``limit`` bytes are not held in memory.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    faults: list[tuple[int, str]] = []
    with atomic(target, durable=False) as out:
        copy = _Members(out)
        for one in pieces(path, 0, limit, copy):
            if one.fault:
                faults.append((one.offset, one.fault))
            elif one.large:
                copy.end()
            elif one.content:
                copy.begin(one.content)
                copy.end(b"")
        copy.take_back()
    return tuple(faults)


class _Members:
    """Writes gzip members part by part; one that is not ended before the next one begins is taken back."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._start: int | None = None
        self._deflate = zlib.compressobj(_FAST, zlib.DEFLATED, 31)

    def begin(self, head: bytes) -> None:
        """Begin a member."""
        self.take_back()
        self._start, self._deflate = self._out.tell(), zlib.compressobj(_FAST, zlib.DEFLATED, 31)
        self.feed(head)

    def feed(self, data: bytes) -> None:
        """Write the next part."""
        self._out.write(self._deflate.compress(data))

    def end(self, last: bytes = _END) -> None:
        """End the member."""
        self._out.write(self._deflate.compress(last) + self._deflate.flush())
        self._start = None

    def take_back(self) -> None:
        """Remove a member that has no end."""
        if self._start is not None:
            self._out.seek(self._start)
            self._out.truncate()
            self._start = None
