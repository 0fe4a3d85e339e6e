"""What a WARC file holds, record by record: one pass over all of it, past whatever is damaged.

FastWARC reads in bulk, twice as fast as a record at a time. Where it meets anything that is not as it should be, the
rest of the file is read record by record, and every place that cannot be read is named; the records around it are not lost.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.warc.content_encoding import unchunked
from crawler.warc.digests import digest_fault
from crawler.warc.members import GZIP, LENGTH, pieces
from crawler.warc.reader import MAX_RECORD, DamagedRecord, Record, parse, status_of, unpacked, utc
from crawler.warc.record import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RESPONSES = (WarcRecordType.response, WarcRecordType.revisit)
#: Zstandard and LZ4.
_OTHER_PACKINGS = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x5d\x2a\x4d\x18")
_START = 1 << 16
_NO_TYPE = (WarcRecordType.unknown, WarcRecordType.no_type)


class Found(NamedTuple):
    """One response or revisit of a file. ``status`` is 0 where a revisit does not tell it."""

    offset: int
    length: int
    type: str
    url: str
    time: str
    status: int
    payload_digest: str


class Problem(NamedTuple):
    """A place in a file that could not be read, and why."""

    offset: int
    reason: str


class NotSplit(ValueError):
    """A file that is compressed as a whole, and not record by record: no record can be read by its offset."""


def scan(path: Path) -> Iterator[Found | Problem]:
    """Every response and revisit of a file, in its order, and every place that cannot be read.

    :raises OSError: if the file cannot be read at all.
    :raises NotSplit: if it has to be packed anew first.
    """
    size = path.stat().st_size
    if not size:
        yield Problem(0, "the file is empty")
        return
    with path.open("rb") as file:
        if is_packed_otherwise(file.read(_START)):
            raise NotSplit(f"{path} is not compressed record by record")
    position = 0
    try:
        for item, position in _quick(path, size):  # noqa: B007 - where to go on after the last good one
            if item is not None:
                yield item
    except (OSError, DamagedRecord):
        yield from read_on(path, position)


def is_packed_otherwise(start: bytes) -> bool:
    """Whether a file that begins like this is a WARC file in another packing: zstd, LZ4, or in one gzip member."""
    if start.startswith(_OTHER_PACKINGS):
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


def _quick(path: Path, size: int) -> Iterator[tuple[Found | Problem | None, int]]:
    """FastWARC's pass: each record when the next one has begun, and where that is.

    :raises OSError, DamagedRecord: for anything that is not as it should be.
    """
    held: Found | Problem | None = None
    begun = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            position = record.stream_pos
            if position:
                yield _ended(held, position), position
            held, begun = _found(record, position), position
        # FastWARC does not mind a last record that is cut short.
        file.seek(begun)
        _check_last(file.read(min(size - begun, MAX_RECORD)))
    yield _ended(held, size), size


def _check_last(data: bytes) -> None:
    content = unpacked(data)
    head = content.find(b"\r\n\r\n") + 4
    for record in ArchiveIterator(BytesIO(content), parse_http=False):
        if len(content) >= head + record.content_length:
            return
    raise DamagedRecord("cut short")


def _ended(held: Found | Problem | None, end: int) -> Found | Problem | None:
    return held._replace(length=end - held.offset) if isinstance(held, Found) else held


def _found(record: WarcRecord, offset: int) -> Found | Problem | None:
    """What is noted of a record whose length is not known yet."""
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
    return Found(
        offset,
        0,
        kind,
        (fields.get("WARC-Target-URI") or "").strip("<>"),
        utc(fields.get("WARC-Date") or ""),
        status_of(record),
        payload_digest,
    )


def read_on(path: Path, offset: int) -> Iterator[Found | Problem]:
    """The rest of a file from ``offset`` on, a record at a time: what can be read, and what has to be passed over."""
    for one in records(path, offset):
        if one.fault:
            yield Problem(one.offset, one.fault if one.is_piece else f"{one.fault}; {one.length} bytes are passed over")
        elif one.record is not None:
            yield found_in(one.record, one.offset, one.length)


class Stretch(NamedTuple):
    """Some bytes of a file: a piece with a beginning and an end, as a record should be, or what stands where one should be.

    ``record``: if it is a response or revisit that can be read. ``fault``: why nothing can be read, or what is wrong with it.
    """

    offset: int
    length: int
    is_piece: bool
    record: Record | None
    fault: str


def records(path: Path, offset: int = 0, *, check: bool = False) -> Iterator[Stretch]:
    """All of a file from ``offset`` on, read whole, one after the other. ``check``: whether digests have to hold, too."""
    for start, length, content in pieces(path, offset, MAX_RECORD):
        if isinstance(content, str):
            yield Stretch(start, length, False, None, content)
            continue
        try:
            record = parse(content)
        except DamagedRecord as error:
            yield Stretch(start, length, True, None, str(error))
        else:
            yield Stretch(start, length, True, record, digest_fault(record, content) if check else "")


def found_in(record: Record, offset: int, length: int) -> Found:
    """What is noted of a record at a place; a response without a digest gets one."""
    payload_digest = record.payload_digest
    if not payload_digest and record.type == "response":
        chunked = any(name.lower() == "transfer-encoding" for name, _ in record.headers)
        payload_digest = digest(unchunked(record.payload) if chunked else record.payload)
    return Found(offset, length, record.type, record.url, record.time, record.status, payload_digest)
