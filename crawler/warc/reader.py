"""Reading records back: one by its offset, or every whole one of a file."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.clock import stamp
from crawler.warc.content_encoding import MAX_BODY
from crawler.warc.members import LENGTH

_GZIP = b"\x1f\x8b"
#: Headers, and a body of the size that a crawl takes at most.
MAX_RECORD = MAX_BODY + (1 << 20)
#: Length of our own ``WARC-Date``, which needs no second look.
_WITH_MICROSECONDS = 27
_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] [1-9]\d\d[ \r]")
_CODING = re.compile(rb"\r\n(content-encoding|transfer-encoding):([^\r\n]*)", re.IGNORECASE)


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
    status: int
    headers: list[tuple[str, str]]
    payload: bytes


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
    return stamp(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


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
            if not (record.headers.get("WARC-Target-URI") or "").lstrip("<").startswith("http"):
                return None  # a look-up of a name, say
            if record.is_http:
                record.parse_http()
            return _record(record)
    except OSError as error:
        raise DamagedRecord(str(error)) from None
    raise DamagedRecord("no WARC record")


def quick_body(member: bytes) -> tuple[bytes, list[tuple[str, str]]] | None:
    """Payload and coding headers of a response in which everything is as it should be; ``None`` for a closer look.

    FastWARC is made for whole files: one record alone costs it five times what this does.
    """
    end = member.find(_END)
    length = LENGTH.search(member, 0, end + 2)
    start = member.find(_END, end + 4) + 4
    if length is None or len(member) != end + 8 + int(length[1]) or start < end + 8 or start > len(member) - 4:
        return None
    if not member.startswith(b"WARC/1.") or not _STATUS.match(member, end + 4):
        return None
    found = _CODING.findall(member, end, start)
    return member[start:-4], [(name.decode(), value.decode("ascii", "replace").strip()) for name, value in found]


def header_fields(head: bytes) -> dict[bytes, bytes]:
    """The named fields of a WARC header, none if one of them is not in a line of its own, or stands twice."""
    lines = head.split(b"\r\n")[1:]
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or line[0] in b" \t":
            return {}
        fields[name.lower()] = value.strip()
    return fields if len(fields) == len(lines) else {}


def _record(record: WarcRecord) -> Record:
    fields, http = record.headers, record.http_headers if record.is_http_parsed else None
    status = status_of(record)
    return Record(
        type="response" if record.record_type == WarcRecordType.response else "revisit",
        url=(fields.get("WARC-Target-URI") or "").strip("<>"),
        time=utc(fields.get("WARC-Date") or ""),
        payload_digest=fields.get("WARC-Payload-Digest") or "",
        status=status,
        headers=list(http.astuples()) if http is not None else [],
        payload=record.reader.read() if http is not None else b"",
    )


def status_of(record: WarcRecord) -> int:
    """The HTTP status in a record; 0 where a revisit does not tell it.

    :raises DamagedRecord: if it is a response and no HTTP.
    """
    http = record.http_headers if record.is_http_parsed else None
    status = (http.status_code if http is not None else None) or 0
    if not status and record.record_type == WarcRecordType.response:
        raise DamagedRecord("a response that does not begin as HTTP does")
    return status


def unpacked(data: bytes) -> bytes:
    """The content of one gzip member; data that is not gzipped as it is.

    :raises DamagedRecord: if the member is damaged, cut short, not alone, or unpacks to more than any record of a page.
    """
    if data[:2] != _GZIP:
        return data
    inflate = zlib.decompressobj(31)
    try:
        content = inflate.decompress(data, MAX_RECORD)
    except zlib.error as error:
        raise DamagedRecord(str(error)) from None
    if not inflate.eof:
        raise DamagedRecord("cut short" if len(content) < MAX_RECORD else f"more than {MAX_RECORD} bytes")
    if inflate.unused_data:
        raise DamagedRecord("longer than the record it holds")
    return content
