"""Redaction: records of a WARC file are replaced by placeholders of exactly their length, so all others keep their offsets."""

from __future__ import annotations

import shutil
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from crawler.atomic import replacing
from crawler.clock import stamp
from crawler.errors import CannotRun
from crawler.warc.heads import Head, header_fields, read_head
from crawler.warc.members import iter_members
from crawler.warc.reader import MAX_RECORD
from crawler.warc.record import VERSION, record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

#: Bytes of a file in which a request lies whole, or whatever else is usual, and the most that are unpacked of it.
_ROOMS, _UNPACKED = (2048, 1 << 20), 1 << 22
_END = b"\r\n\r\n"
_BLOCK = b"taken out\r\n"
#: The header of a gzip member up to its comment (RFC 1952); a flag says that there is a comment.
_HEADER = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x02\xff"


class TooShort(CannotRun):
    """One line: a record is shorter than its placeholder would be."""


def placeholder(length: int, time: datetime) -> bytes:
    """A compressed ``metadata`` record of exactly ``length`` bytes; a comment in its gzip header pads it.

    :raises TooShort: if the record needs more bytes.
    """
    lines = (
        "WARC-Type: metadata",
        f"WARC-Record-ID: {record_id()}",
        f"WARC-Date: {stamp(time)}",
        "Content-Type: text/plain",
        f"Content-Length: {len(_BLOCK)}",
    )
    content = VERSION + "\r\n".join(lines).encode() + b"\r\n\r\n" + _BLOCK + b"\r\n\r\n"
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(content) + deflate.flush()
    trailer = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    room = length - len(_HEADER) - len(data) - len(trailer) - 1
    if room < 0:
        raise TooShort(f"a record of {length} bytes is too short to be replaced")
    return _HEADER + b" " * room + b"\0" + data + trailer


def is_redacted(path: Path, offset: int) -> bool:
    """Whether there is a placeholder at a byte of a file; ``False`` if the file cannot be read."""
    content = b""
    with suppress(OSError), path.open("rb") as file:
        content, _ = _member_at(file, offset)
    return content.startswith(VERSION + b"WARC-Type: metadata") and content.endswith(_END + _BLOCK + _END)


#: Offset and length of a record.
Span = tuple[int, int]


def records_about(  # noqa: PLR0913
    path: Path,
    matches: Callable[[str], bool],
    known: Mapping[int, tuple[int, str]],
    *,
    text: bytes = b"",
    also: Collection[int] = (),
    keep: Collection[int] = (),
) -> list[Span]:
    """The records about matching URLs and those at the offsets ``also``, except those at the offsets ``keep``.

    :param matches: decides by ``WARC-Target-URI`` and ``WARC-Refers-To-Target-URI``.
    :param known: length and URL of responses, by their offsets: they are most of a file, and need not be unpacked.
    :param text: what every matching URL has in it, unless it has a ``%``.
    """
    return [
        (offset, length)
        for offset, length, about in _walk(path, known, text, also)
        if offset not in keep and (offset in also or (matches(about) if isinstance(about, str) else _about(about, matches)))
    ]


def _walk(
    path: Path, known: Mapping[int, tuple[int, str]], text: bytes, also: Collection[int]
) -> Iterator[tuple[int, int, bytes | str]]:
    """Offset, length and content of records; for a ``known`` one its URL, and nothing for what is no record.

    Records that have neither ``text`` nor a ``%`` may be left out, but for those at the offsets ``also``.
    """
    offset, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while offset < size:
            if offset in known:
                length, url = known[offset]
                yield offset, length, url
                offset += length
                continue
            content, length = _member_at(file, offset)
            if not length:
                break
            if text in content or b"%" in content or offset in also:
                if not _is_one_record(content):
                    break
                yield offset, length, content
            offset += length
    for start, length, found in iter_members(path, offset, MAX_RECORD) if offset < size else ():
        if isinstance(found, bytes):
            yield start, length, found


def _member_at(file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """The content and the length of a gzip member of no unusual size; 0 for anything else."""
    for room in _ROOMS:
        file.seek(offset)
        data, unpacking = file.read(room), zlib.decompressobj(31)
        try:
            content = unpacking.decompress(data, _UNPACKED)
        except zlib.error:
            break
        if unpacking.eof:
            return content, len(data) - len(unpacking.unused_data)
    return b"", 0


def _is_one_record(content: bytes) -> bool:
    head = read_head(content, 0, len(content))
    return isinstance(head, Head) and head.end + head.length + len(_END) == len(content) and content.endswith(_END)


def redact_records(path: Path, spans: Collection[Span], time: datetime) -> None:
    """Replace these records by placeholders. A changed copy of the file is written and then replaces it, whole or not at all.

    :raises TooShort: if a record is shorter than its placeholder.
    :raises OSError: if the disk does not take the file.
    """
    if not spans:
        return
    with replacing(path) as temporary:
        shutil.copyfile(path, temporary)
        with temporary.open("r+b") as file:
            for offset, length in spans:
                file.seek(offset)
                file.write(placeholder(length, time))


def _about(content: bytes | str, matches: Callable[[str], bool]) -> bool:
    if isinstance(content, str):
        return False
    fields = header_fields(content.partition(b"\r\n\r\n")[0])
    names = (b"warc-target-uri", b"warc-refers-to-target-uri")
    return any(matches(fields[name].decode("utf-8", "replace").strip("<>")) for name in names if name in fields)
