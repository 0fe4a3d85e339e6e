"""Records taken out of a WARC file: each is replaced by one of just its length, and all others stay where they are."""

from __future__ import annotations

import shutil
import zlib
from typing import TYPE_CHECKING

from crawler.atomic import replacing
from crawler.clock import stamp
from crawler.errors import CannotRun
from crawler.warc.members import pieces
from crawler.warc.reader import MAX_RECORD, header_fields
from crawler.warc.record import VERSION, record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

_BLOCK = b"taken out\r\n"
#: A gzip member's header up to its comment (RFC 1952): flags say that there is one.
_HEADER = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x02\xff"


class TooShort(CannotRun):
    """One line: a record leaves no room for the one that is to stand in its place."""


def blank(length: int, time: datetime) -> bytes:
    """A ``metadata`` record, packed, of exactly ``length`` bytes; a comment in its gzip header fills what is left.

    :raises TooShort: for fewer bytes than the record takes.
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


Place = tuple[int, int]


def records_about(
    path: Path, is_meant: Callable[[str], bool], *, also: Collection[int] = (), keep: Collection[int] = ()
) -> list[Place]:
    """Offset and length of every record about an address that is meant and of those at ``also``, but for those at ``keep``.

    :param is_meant: is given ``WARC-Target-URI`` and ``WARC-Refers-To-Target-URI``.
    """
    return [
        (offset, length)
        for offset, length, content in pieces(path, 0, MAX_RECORD)
        if offset not in keep and (offset in also or _about(content, is_meant))
    ]


def blank_records(path: Path, out: Collection[Place], time: datetime) -> None:
    """Replace the records at these places; the file is made anew beside its own place, and put there when it is whole.

    :raises TooShort: if there is no room for one.
    :raises OSError: if the disk does not take the file.
    """
    if not out:
        return
    with replacing(path) as temporary:
        shutil.copyfile(path, temporary)
        with temporary.open("r+b") as file:
            for offset, length in out:
                file.seek(offset)
                file.write(blank(length, time))


def _about(content: bytes | str, is_meant: Callable[[str], bool]) -> bool:
    if isinstance(content, str):
        return False
    fields = header_fields(content.partition(b"\r\n\r\n")[0])
    names = (b"warc-target-uri", b"warc-refers-to-target-uri")
    return any(is_meant(fields[name].decode("utf-8", "replace").strip("<>")) for name in names if name in fields)
