"""Searching a file for the next record, behind damage."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import BinaryIO

from crawler.warc.frames import READERS
from crawler.warc.packing import begins_with, packing, unpack
from crawler.warc.window import Window

_CHUNK = 1 << 20
_NEXT = re.compile(
    rb"\x1f\x8b\x08[\x00-\x1f]|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|BZh[1-9]1AY|\xfd7zXZ\0"
    rb"|WARC/[01]\.\d{1,3}\r?\n(?=[Ww][Aa][Rr][Cc]-)|(?<![^\n\0])(?:WARC/[01]\.\d{1,3}[ \t\r]*\n"
    rb"|[A-Za-z]{2,10}:[^ \r\n]{1,2000} [0-9A-Fa-f.:]{1,40} \d{14} [^\r\n]{1,200} \d{1,12}\r?\n)"
)
_OVERLAP = 1 << 12
#: How often bytes may be read again in search of the next record: a file that is made for it could otherwise have each byte be
#: read as many times as it has bytes.
_AGAIN = 4
#: What trying a compressed part of another kind than gzip counts as.
_COSTLY = 1 << 20


class Search:
    """Finds records in one file, in time that is in proportion to it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._left = _AGAIN * size + (64 << 20)

    def again(self, start: int, reached: int) -> int:
        """The offset of the next record from ``start`` on; bytes up to ``reached`` were read already."""
        self._left -= max(0, reached - start)
        return self.next(start if self._left > 0 else max(start, reached))

    def spend(self, length: int) -> bool:
        """Whether so many bytes may be read once more, beside what is read of each byte anyway."""
        self._left -= length
        return self._left > 0

    def next(self, start: int) -> int:
        """The offset of the next bytes that begin as a record or a compressed part of them does; the file's end if none do."""
        size = _OVERLAP  # the next record may be near
        while start < self._size:
            before = min(start, 1)
            data = self._read(start - before, size + _OVERLAP)
            for match in _NEXT.finditer(data, before):
                if match.start() >= size + before:
                    break
                position = start - before + match.start()
                if not packing(match[0]) or self._begins_with_record(position):
                    return position
            start, size = start + size, min(2 * size, _CHUNK)
        return self._size

    def _begins_with_record(self, offset: int) -> bool:
        """Whether a compressed part begins here, and a record with it."""
        start = self._read(offset, 512)
        if packing(start) == "gzip":
            inflate, text = zlib.decompressobj(31), b""
            with suppress(zlib.error):  # damage behind the beginning does not matter
                for place in range(0, len(start), 16):
                    text += inflate.decompress(start[place : place + 16], 64)
                    if len(text) > 64:  # noqa: PLR2004 - enough to tell
                        break
            text = text.lstrip(b"\r\n")
            return text.startswith((b"WARC/", b"warc/")) or b"://" in text
        self._left -= _COSTLY
        if packing(start) in READERS:
            return self._left > 0 and bool(begins_with(self._file, offset))
        return self._left > 0 and Window(unpack(self._file, offset), offset).skip_blank()

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)
