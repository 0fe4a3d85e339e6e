"""Scanning a WARC file: every capture in it, past whatever is damaged.

FastWARC reads the file in bulk, twice as fast as a record at a time. After the first irregularity, the rest of the file is read
record by record; every unreadable part is reported, and the records around it are not lost.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.warc.members import GZIP, LENGTH, iter_members
from crawler.warc.reader import MAX_RECORD, DamagedRecord, Record, digest_fault, gunzip_member, parse, status_of, utc
from crawler.warc.record import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RESPONSES = (WarcRecordType.response, WarcRecordType.revisit)
#: Zstandard and LZ4.
_OTHER_FORMATS = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x5d\x2a\x4d\x18")
_START = 1 << 16
_NO_TYPE = (WarcRecordType.unknown, WarcRecordType.no_type)


class ScannedCapture(NamedTuple):
    """One response or revisit of a file. ``status`` is 0 for a revisit without one."""

    offset: int
    length: int
    type: str
    url: str
    time: str
    status: int
    payload_digest: str


class Problem(NamedTuple):
    """A part of a file that cannot be read, and why."""

    offset: int
    reason: str


class NotRecordCompressed(ValueError):
    """A file is not compressed record by record, so no record can be read by its offset."""


def scan(path: Path) -> Iterator[ScannedCapture | Problem]:
    """Every response and revisit of a file, and every part that cannot be read, in order.

    :raises OSError: if the file cannot be read at all.
    :raises NotRecordCompressed: if the file has to be recompressed first.
    """
    size = path.stat().st_size
    if not size:
        yield Problem(0, "the file is empty")
        return
    with path.open("rb") as file:
        if needs_recompression(file.read(_START)):
            raise NotRecordCompressed(f"{path} is not compressed record by record")
    position = 0
    try:
        for item, position in _scan_in_bulk(path, size):  # noqa: B007 - after an error, reading continues there
            if item is not None:
                yield item
    except (OSError, DamagedRecord):
        yield from scan_by_member(path, position)


def needs_recompression(start: bytes) -> bool:
    """Whether a file that begins like this is a WARC file in zstd, LZ4, or a single gzip member."""
    if start.startswith(_OTHER_FORMATS):
        return True
    if not start.startswith(GZIP):
        return False
    try:
        content = zlib.decompressobj(31).decompress(start, _START)
    except zlib.error:
        return False
    head, _, rest = content.partition(b"\r\n\r\n")
    length = LENGTH.search(head + b"\r\n")
    return length is not None and rest[int(length[1]) + 4 :].startswith(b"WARC/")


def _scan_in_bulk(path: Path, size: int) -> Iterator[tuple[ScannedCapture | Problem | None, int]]:
    """Each capture, once the start of the next record tells its length, and that start.

    :raises OSError, DamagedRecord: for any irregularity.
    """
    held: ScannedCapture | Problem | None = None
    start = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            position = record.stream_pos
            if position:
                yield _with_length(held, position), position
            held, start = _capture(record, position), position
        # FastWARC accepts a truncated last record.
        file.seek(start)
        _check_last(file.read(min(size - start, MAX_RECORD)))
    yield _with_length(held, size), size


def _check_last(data: bytes) -> None:
    content = gunzip_member(data)
    head = content.find(b"\r\n\r\n") + 4
    for record in ArchiveIterator(BytesIO(content), parse_http=False):
        if len(content) >= head + record.content_length:
            return
    raise DamagedRecord("cut short")


def _with_length(held: ScannedCapture | Problem | None, end: int) -> ScannedCapture | Problem | None:
    return held._replace(length=end - held.offset) if isinstance(held, ScannedCapture) else held


def _capture(record: WarcRecord, offset: int) -> ScannedCapture | Problem | None:
    """The capture in a record, without its length, which is not known yet."""
    if record.record_type in _NO_TYPE:
        raise DamagedRecord("a record of no known type")
    if record.record_type not in _RESPONSES:
        return None
    if record.content_length > MAX_RECORD:
        return Problem(offset, f"a record of {record.content_length} bytes, more than {MAX_RECORD}")
    fields = record.headers
    if not (fields.get("WARC-Target-URI") or "").lstrip("<").startswith("http"):
        return None
    payload_digest = fields.get("WARC-Payload-Digest") or ""
    kind = "response" if record.record_type == WarcRecordType.response else "revisit"
    if kind == "response" and not payload_digest:
        raise DamagedRecord("no digest: it has to be read whole")
    if record.is_http:
        record.parse_http()
    return ScannedCapture(
        offset,
        0,
        kind,
        (fields.get("WARC-Target-URI") or "").strip("<>"),
        utc(fields.get("WARC-Date") or ""),
        status_of(record),
        payload_digest,
    )


def scan_by_member(path: Path, offset: int) -> Iterator[ScannedCapture | Problem]:
    """The captures and problems of a file from ``offset`` on, read one record at a time."""
    for one in records(path, offset):
        if one.fault:
            yield Problem(one.offset, one.fault if one.is_member else f"{one.fault}; {one.length} bytes are passed over")
        elif one.record is not None:
            yield scanned_capture(one.record, one.offset, one.length)


class Segment(NamedTuple):
    """Some bytes of a file: a member with a beginning and an end, or bytes that are none.

    ``record`` is set for a response or revisit that can be read. ``fault`` says what is wrong, if anything is.
    """

    offset: int
    length: int
    is_member: bool
    record: Record | None
    fault: str


def records(path: Path, offset: int = 0, *, check: bool = False) -> Iterator[Segment]:
    """All segments of a file from ``offset`` on. With ``check``, a wrong digest is a fault, too."""
    for start, length, content in iter_members(path, offset, MAX_RECORD):
        if isinstance(content, str):
            yield Segment(start, length, False, None, content)
            continue
        try:
            record = parse(content)
        except DamagedRecord as error:
            yield Segment(start, length, True, None, str(error))
        else:
            yield Segment(start, length, True, record, digest_fault(record, content) if check else "")


def scanned_capture(record: Record, offset: int, length: int) -> ScannedCapture:
    """The capture in a record; a response without a digest gets one."""
    payload_digest = record.payload_digest or (digest(record.unchunked) if record.type == "response" else "")
    return ScannedCapture(offset, length, record.type, record.url, record.time, record.status, payload_digest)
