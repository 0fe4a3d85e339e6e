"""Records that are too large for memory: their heads, and digests of what goes by."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Self

from crawler.warc.checks import NOT_BLOCK, is_chunked, not_payload, shortfall
from crawler.warc.chunked import Chunked
from crawler.warc.digests import Hashing
from crawler.warc.heads import END
from crawler.warc.packing import packing, unpack
from crawler.warc.reader import AnyRecord, any_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.warc.heads import Head

#: The head of an HTTP message fits into this.
_START = 1 << 20


class Large:
    """A record whose block goes by in parts. ``found`` is the record with the beginning of its block.

    ``length`` is that of the body with its chunks joined; from ``rest_from`` on it is in no chunks.
    """

    def __init__(self, head: Head, head_bytes: bytes) -> None:
        self.head_bytes = head_bytes
        self.found = AnyRecord(head, b"", None)
        self._head = head
        self._start = bytearray()
        #: How many bytes of the block went by.
        self.seen = 0
        self._block = Hashing(self.found.field(b"warc-block-digest"))
        stated = self.found.field(b"warc-payload-digest")
        #: Digests of the payload as it was stored, and of all the block.
        self._readings = [Hashing(stated), Hashing(stated)]
        self._body = _Body(stated)
        self._chunked: Chunked | None = None
        self._is_begun = False

    def feed(self, data: bytes) -> None:
        """Take the next part of the block."""
        self.seen += len(data)
        self._block.update(data)
        self._readings[1].update(data)
        if self._is_begun:
            self._feed_body(data)
            return
        self._start += data
        if len(self._start) >= _START:
            self._begin()

    def _begin(self) -> None:
        start = bytes(self._start)
        self._start.clear()
        self._is_begun = True
        self.found = any_record(self._head, start)
        if self.found.http and is_chunked(self.found.headers):
            self._chunked = Chunked(self._body)
        self._feed_body(start[self.found.http.end :] if self.found.http else start)

    def _feed_body(self, data: bytes) -> None:
        self._readings[0].update(data)
        if self._chunked is None:
            self._body.update(data)
        else:
            self._chunked.feed(data)

    def finish(self) -> None:
        """No more comes."""
        if not self._is_begun:
            self._begin()
        if self._chunked is not None:
            self._chunked.finish()
            assert isinstance(self._chunked.taker, _Body)
            self._body = self._chunked.taker

    @property
    def rest_from(self) -> int:
        """Where in the payload chunks end, -1 if they end with it; without chunks this is 0."""
        return self._chunked.rest_from if self._chunked else 0

    @property
    def sha1(self) -> bytes:
        """The SHA-1 of the body with its chunks joined."""
        return self._body.sha1.digest()

    @property
    def digest(self) -> str:
        """The same as a labelled digest."""
        return "sha1:" + base64.b32encode(self.sha1).decode()

    @property
    def length(self) -> int:
        """The number of bytes of the body with its chunks joined."""
        return self._body.length

    def fault(self) -> str:
        """What its own fields say is wrong."""
        found = self.found
        if found.http and not END.search(found.block):
            return f"a head of HTTP of more than {_START} bytes"
        if found.type == "revisit":
            return ""
        if self._block.contradicts():
            return NOT_BLOCK
        readings = [*self._readings, self._body.stated]
        if found.type in ("response", "resource") and all(one.contradicts() for one in readings):
            return not_payload(found.url)
        return shortfall(found.headers, self.length) if found.type == "response" else ""


def body_parts(path: Path, offset: int, large: Large) -> Iterator[bytes]:
    """The body of a record at an offset of a file, its chunks joined, part by part."""
    found = large.found
    start, end = found.head.end + (found.http.end if found.http else 0), found.head.end + found.head.length
    taken, position = _Taken(), 0
    chunked = Chunked(taken, large.rest_from) if found.http and is_chunked(found.headers) else None
    for data in _unpacked(path, offset):
        part = data[max(0, start - position) : max(0, end - position)]
        position += len(data)
        if chunked is None:
            yield part
        else:
            chunked.feed(part)
            yield taken.all()
        if position >= end:
            break
    if chunked is not None:
        chunked.finish()
        yield taken.all()


def _unpacked(path: Path, offset: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        if packing(file.read(6)):
            yield from (one.data for one in unpack(file, offset))
            return
        file.seek(offset)
        while data := file.read(_START):
            yield data


class _Taken:
    """Keeps what was taken until it is asked for."""

    def __init__(self) -> None:
        self._data = bytearray()

    def update(self, data: bytes) -> None:
        self._data += data

    def copy(self) -> Self:
        raise NotImplementedError("a second reading keeps nothing")

    def all(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data


class _Body:
    """Hashes a body."""

    def __init__(self, stated: str) -> None:
        self.stated = Hashing(stated)
        self.sha1 = hashlib.sha1(usedforsecurity=False)
        self.length = 0

    def update(self, data: bytes) -> None:
        self.stated.update(data)
        self.sha1.update(data)
        self.length += len(data)

    def copy(self) -> Self:
        other = type(self)("")
        other.stated, other.sha1, other.length = self.stated.copy(), self.sha1.copy(), self.length
        return other
