"""Redaction: records of a WARC file are replaced by placeholders of exactly their length, so all others keep their offsets."""

from __future__ import annotations

import shutil
import zlib
from typing import TYPE_CHECKING

from crawler.atomic import replacing
from crawler.clock import stamp
from crawler.errors import CannotRun
from crawler.warc.heads import header_fields
from crawler.warc.members import iter_members
from crawler.warc.reader import MAX_RECORD
from crawler.warc.record import VERSION, record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

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


#: Offset and length of a record.
Span = tuple[int, int]


def records_about(
    path: Path, matches: Callable[[str], bool], *, also: Collection[int] = (), keep: Collection[int] = ()
) -> list[Span]:
    """The records about matching URLs and those at the offsets ``also``, except those at the offsets ``keep``.

    :param matches: decides by ``WARC-Target-URI`` and ``WARC-Refers-To-Target-URI``.
    """
    return [
        (offset, length)
        for offset, length, content in iter_members(path, 0, MAX_RECORD)
        if offset not in keep and (offset in also or _about(content, matches))
    ]


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
