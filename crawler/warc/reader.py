"""Reading one record, and checking its digests."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.clock import stamp
from crawler.warc.content_encoding import MAX_BODY, unchunked
from crawler.warc.members import LENGTH

_GZIP = b"\x1f\x8b"
#: The largest record that is read: a body of the largest size, and its headers.
MAX_RECORD = MAX_BODY + (1 << 20)
#: The length of a ``WARC-Date`` that this project writes, which needs no parsing.
_WITH_MICROSECONDS = 27
_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] [1-9]\d\d[ \r]")
_ALGORITHMS = ("sha1", "sha256")
_CODING = re.compile(rb"\r\n(content-encoding|transfer-encoding):([^\r\n]*)", re.IGNORECASE)


class DamagedRecord(ValueError):
    """There is no whole record where one was expected."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of type ``response`` or ``revisit``.

    ``time`` is in UTC with microseconds. ``status`` and ``headers`` are those of HTTP; ``status`` is 0 if the record has none.
    ``payload`` is the body as it was sent, not decoded.
    """

    type: str
    url: str
    time: str
    payload_digest: str
    status: int
    headers: list[tuple[str, str]]
    payload: bytes

    @property
    def unchunked(self) -> bytes:
        """The payload with its chunks joined, which other archivers may have stored as they came."""
        is_chunked = any(name.lower() == "transfer-encoding" for name, _ in self.headers)
        return unchunked(self.payload) if is_chunked else self.payload


def utc(date: str) -> str:
    """A ``WARC-Date`` of any precision in UTC with microseconds, so that times compare as texts.

    >>> utc("2022-03-03T15:30:00Z")
    '2022-03-03T15:30:00.000000Z'

    :raises DamagedRecord: if it is not a date.
    """
    if len(date) == _WITH_MICROSECONDS and date[-1] == "Z":
        return date
    try:
        parsed = datetime.fromisoformat(date)
    except ValueError:
        raise DamagedRecord(f"WARC-Date {date!r} is no date") from None
    return stamp(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def parse(member: bytes) -> Record | None:
    """The record in the content of one member; ``None`` if it is neither a response nor a revisit of an HTTP URL.

    :raises DamagedRecord: if there is no record, or its length is not the one that it states.
    """
    try:
        for record in ArchiveIterator(BytesIO(member), parse_http=False):
            if record.record_type not in (WarcRecordType.response, WarcRecordType.revisit):
                return None
            head = member.find(b"\r\n\r\n") + 4
            if len(member) not in (head + record.content_length + 4, head + record.content_length):
                raise DamagedRecord(f"Content-Length {record.content_length}, and its block has {len(member) - head - 4} bytes")
            if not (record.headers.get("WARC-Target-URI") or "").lstrip("<").startswith("http"):
                return None  # a DNS record, for example
            if record.is_http:
                record.parse_http()
            return _record(record)
    except OSError as error:
        raise DamagedRecord(str(error)) from None
    raise DamagedRecord("no WARC record")


def quick_body(member: bytes) -> tuple[bytes, list[tuple[str, str]]] | None:
    """Payload and encoding headers of an entirely regular response; ``None`` for any other, which :func:`parse` reads.

    This takes a fifth of the time that FastWARC takes for a single record.
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
    """The named fields of a WARC header; empty if a field is folded over lines or occurs twice."""
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
    """The HTTP status of a record; 0 for a revisit without one.

    :raises DamagedRecord: for a response that is not HTTP.
    """
    http = record.http_headers if record.is_http_parsed else None
    status = (http.status_code if http is not None else None) or 0
    if not status and record.record_type == WarcRecordType.response:
        raise DamagedRecord("a response that does not begin as HTTP does")
    return status


def gunzip_member(data: bytes) -> bytes:
    """The content of one gzip member; data that is not gzip is returned as it is.

    :raises DamagedRecord: if the member is damaged, truncated, followed by other data, or larger than :data:`MAX_RECORD`.
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


def digest_matches(labelled: str, data: bytes) -> bool:
    """Whether a labelled digest (``sha1:`` or ``sha256:``, base32 or hexadecimal) is that of ``data``.

    :raises ValueError: for another algorithm.
    """
    label, _, value = labelled.partition(":")
    name = label.lower().replace("-", "")
    if name not in _ALGORITHMS:
        raise ValueError(f"a digest of an unknown kind: {labelled}")
    hashed = hashlib.new(name, data, usedforsecurity=False).digest()
    if len(value) == 2 * len(hashed):
        return value.lower() == hashed.hex()
    return value.upper().rstrip("=") == base64.b32encode(hashed).decode().rstrip("=")


def digest_fault(record: Record | None, content: bytes) -> str:
    """What is wrong with the digests of a record; empty if they are right. ``content`` is the whole record, uncompressed."""
    head, _, rest = content.partition(b"\r\n\r\n")
    fields = header_fields(head)
    block = rest[: int(fields.get(b"content-length", b"0"))]
    try:
        if b"warc-block-digest" in fields and not digest_matches(fields[b"warc-block-digest"].decode(), block):
            return "the block is not what its digest says"
        stored = record.payload_digest if record is not None and record.type == "response" else ""
        if record is not None and stored and not digest_matches(stored, record.payload):
            return f"the payload of {record.url} is not what its digest says"
    except ValueError as error:
        return str(error)
    return ""
