"""Reading records back: one by its offset, or every whole one of a file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.archive.record import timestamp

_CHUNK = 1 << 16
#: Length of our own ``WARC-Date``, which needs no second look.
_WITH_MICROSECONDS = 27


class DamagedRecord(ValueError):
    """No whole record where one was expected."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of type ``response`` or ``revisit``.

    ``time`` is in UTC with microseconds, ``status`` and ``headers`` are of HTTP (``status`` 0: the record does not
    tell), ``payload`` is as sent, content coding and all.
    """

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


def utc(date: str) -> str:
    """A ``WARC-Date`` of any precision as all of ours are, so that they compare as text.

    >>> utc("2022-03-03T15:30:00Z")
    '2022-03-03T15:30:00.000000Z'

    :raises DamagedRecord: if it is no date.
    """
    if len(date) == _WITH_MICROSECONDS and date[-1] == "Z":
        return date
    try:
        parsed = datetime.fromisoformat(date)
    except ValueError:
        raise DamagedRecord(f"WARC-Date {date!r} is no date") from None
    return timestamp(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def parse(member: bytes) -> Record | None:
    """The record in one member; ``None`` for request, warcinfo and other types.

    :raises DamagedRecord: if the member holds no record, or one of another length than it says.
    """
    try:
        for record in ArchiveIterator(BytesIO(member), parse_http=False):
            if record.record_type not in (WarcRecordType.response, WarcRecordType.revisit):
                return None
            head = member.find(b"\r\n\r\n") + 4
            if len(member) not in (head + record.content_length + 4, head + record.content_length):
                raise DamagedRecord(f"Content-Length {record.content_length}, and its block has {len(member) - head - 4} bytes")
            if record.is_http:
                record.parse_http()
            return _record(record)
    except OSError as error:
        raise DamagedRecord(str(error)) from None
    raise DamagedRecord("no WARC record")


def _record(record: WarcRecord) -> Record:
    fields, http = record.headers, record.http_headers if record.is_http_parsed else None
    return Record(
        type="response" if record.record_type == WarcRecordType.response else "revisit",
        url=(fields.get("WARC-Target-URI") or "").strip("<>"),
        time=utc(fields.get("WARC-Date") or ""),
        payload_digest=fields.get("WARC-Payload-Digest") or "",
        refers_digest_url=(fields.get("WARC-Refers-To-Target-URI") or "").strip("<>"),
        status=(http.status_code or 0) if http is not None else 0,
        headers=list(http.astuples()) if http is not None else [],
        payload=record.reader.read() if http is not None else b"",
    )


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
