"""Reading records back: one by its offset, or every whole one of a file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator

_CHUNK = 1 << 16


class DamagedRecord(ValueError):
    """No whole record where one was expected."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of type ``response`` or ``revisit``; ``headers`` are of HTTP, ``payload`` with content coding."""

    type: str
    url: str
    time: str
    payload_digest: str
    refers_digest_url: str
    status: int
    headers: list[tuple[str, str]]
    payload: bytes


def members(file: BinaryIO, offset: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and content of every whole gzip member from ``offset`` on.

    Stops before a member that is cut short or damaged; who reads compares the end with the file's size.
    """
    file.seek(offset)
    pending = b""
    while True:
        inflate = zlib.decompressobj(31)
        content: list[bytes] = []
        length = 0
        while not inflate.eof:
            data = pending or file.read(_CHUNK)
            pending = b""
            if not data:
                return
            try:
                content.append(inflate.decompress(data))
            except zlib.error:
                return
            length += len(data) - len(inflate.unused_data)
        pending = inflate.unused_data
        yield offset, length, b"".join(content)
        offset += length


def parse(member: bytes) -> Record | None:
    """The record in one member; ``None`` for request, warcinfo and other types."""
    for record in ArchiveIterator(BytesIO(member)):
        if record.rec_type not in ("response", "revisit"):
            return None
        fields = record.rec_headers
        http = record.http_headers
        if http is None:
            return None
        return Record(
            type=record.rec_type,
            url=fields.get_header("WARC-Target-URI"),
            time=fields.get_header("WARC-Date"),
            payload_digest=fields.get_header("WARC-Payload-Digest") or "",
            refers_digest_url=fields.get_header("WARC-Refers-To-Target-URI") or "",
            status=int(http.get_statuscode()),
            headers=list(http.headers),
            payload=record.raw_stream.read(),
        )
    return None


def read_at(path: Path, offset: int) -> Record:
    """The record at ``offset`` of a WARC file.

    :raises DamagedRecord: if there is none, or it is cut short.
    """
    with path.open("rb") as file:
        for _, _, content in members(file, offset):
            record = parse(content)
            if record is not None:
                return record
            break
    raise DamagedRecord(f"{path}: no whole response at byte {offset}; make the catalog again with: scrapy catalog")
