"""Splitting a WARC file into records without trusting it: which bytes are whole records, and which are not."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GZIP = b"\x1f\x8b\x08"
_CHUNK = 1 << 20
#: The first read of a record: most pages' records fit, and what is read beyond one is read again for the next.
_FIRST = 1 << 14
_VERSION = re.compile(rb"(?:\A|(?<=\r\n\r\n))WARC/[01]\.\d\r\n")
#: ``Content-Length`` among the lines of a header.
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_MAX_HEAD = 1 << 16


def iter_members(path: Path, offset: int, limit: int) -> Iterator[tuple[int, int, bytes | str]]:
    """Offset, length and content of each record from ``offset`` on; where there is no record, a text that says why.

    Contents of more than ``limit`` bytes are skipped without being held in memory.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        is_gzip = file.read(5) != b"WARC/"
        while offset < size:
            length, content = _member(file, offset, limit) if is_gzip else _plain(file, offset, size, limit)
            if length == 0:
                length = (_next_member if is_gzip else _next_plain)(file, offset + 1, size) - offset
            yield offset, length, content
            offset += length


def _member(file: BinaryIO, offset: int, limit: int) -> tuple[int, bytes | str]:
    """Length and content of the gzip member at ``offset``; length 0 if it is not whole."""
    file.seek(offset)
    inflate = zlib.decompressobj(31)
    parts: list[bytes] = []
    total = length = 0
    while not inflate.eof:
        data = inflate.unconsumed_tail or file.read(_CHUNK if length else _FIRST)
        if not data:
            return 0, "a record that the file's end cuts short"
        if not inflate.unconsumed_tail:
            length += len(data)
        try:
            part = inflate.decompress(data, _CHUNK)
        except zlib.error as error:
            return 0, f"no whole gzip member: {error}"
        total += len(part)
        if total <= limit:
            parts.append(part)
    length -= len(inflate.unused_data)
    return length, b"".join(parts) if total <= limit else f"a record of {total} bytes, more than {limit}"


def _plain(file: BinaryIO, offset: int, size: int, limit: int) -> tuple[int, bytes | str]:
    """Length and content of the record at ``offset`` of an uncompressed file; length 0 if it is not whole."""
    file.seek(offset)
    head, blank, _ = file.read(_MAX_HEAD).partition(b"\r\n\r\n")
    length = LENGTH.search(head + b"\r\n")
    if not blank or not _VERSION.match(head) or length is None:
        return 0, "no WARC record"
    total = len(head) + 4 + int(length[1])
    if offset + total > size:
        return 0, f"a record of {length[1].decode()} bytes that the file's end cuts short"
    file.seek(offset + total)
    total += 4 if file.read(4) == b"\r\n\r\n" else 0
    if total > limit:
        return total, f"a record of {total} bytes, more than {limit}"
    file.seek(offset)
    return total, file.read(total)


def _next_member(file: BinaryIO, start: int, size: int) -> int:
    """The offset of the next gzip member that has a WARC record; the file's end if there is none."""
    for position in _matches(file, start, re.compile(re.escape(GZIP)), 2):
        file.seek(position)
        try:
            if zlib.decompressobj(31).decompress(file.read(512), 5) == b"WARC/":
                return position
        except zlib.error:
            continue
    return size


def _next_plain(file: BinaryIO, start: int, size: int) -> int:
    return next(_matches(file, start, _VERSION, 16), size)


def _matches(file: BinaryIO, start: int, pattern: re.Pattern[bytes], overlap: int) -> Iterator[int]:
    """The offset of each match of ``pattern`` from ``start`` on."""
    while True:
        file.seek(start)
        data = file.read(_CHUNK)
        for match in pattern.finditer(data):
            yield start + match.start()
        if len(data) < _CHUNK:
            return
        start += len(data) - overlap
