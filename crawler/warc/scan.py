"""Scanning a file of captures: every record in it, past whatever is damaged.

This is the one reader of rebuild, import and verify.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crawler.warc.members import pieces
from crawler.warc.reader import MAX_RECORD, AnyRecord, DamagedRecord, Record, digest_fault, read_any, record_of
from crawler.warc.record import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ScannedCapture(NamedTuple):
    """One response or revisit of a file. ``status`` is 0 for a revisit without one.

    ``refers_to`` has address and time of the capture that a revisit repeats, as far as it names them.
    """

    offset: int
    length: int
    type: str
    url: str
    time: str
    status: int
    payload_digest: str
    refers_to: tuple[str, str] = ("", "")


class Problem(NamedTuple):
    """A part of a file that cannot be read, and why."""

    offset: int
    reason: str


class Segment(NamedTuple):
    """Some bytes of a file: a record with a beginning and an end, or bytes that are none.

    ``found`` is the record, of whatever type. ``record`` is set for a response or revisit that can be read. ``fault`` says what
    is wrong, if anything is. Only a record that ``is_alone`` can be read by its offset.
    """

    offset: int
    length: int
    is_member: bool
    found: AnyRecord | None
    record: Record | None
    fault: str
    is_alone: bool


def records(path: Path, offset: int = 0, *, check: bool = False, whole: bool = True) -> Iterator[Segment]:
    """All segments of a file from ``offset`` on. With ``check``, a wrong digest is a fault, too.

    Records that are not ``whole`` have neither headers nor payload.

    :raises OSError: if the file cannot be read at all.
    """
    for one in pieces(path, offset, MAX_RECORD):
        if one.fault or not one.content:
            yield Segment(one.offset, one.length, False, None, None, one.fault, False)
            continue
        found = record = None
        fault = ""
        try:
            found = read_any(one.content, one.head)
            record = record_of(found, is_whole=whole)
            fault = digest_fault(found) if check else ""
        except DamagedRecord as error:
            fault = str(error)
        one = one._replace(content=b"")  # noqa: PLW2901 - large, and not needed any more
        yield Segment(one.offset, one.length, True, found, record, fault, one.is_alone)


def scan(path: Path, offset: int = 0) -> Iterator[ScannedCapture | Problem]:
    """Every response and revisit of a file, and every part that cannot be read, in order.

    :raises OSError: if the file cannot be read at all.
    """
    if not path.stat().st_size:
        yield Problem(0, "the file is empty")
    for one in records(path, offset, whole=False):
        if one.fault:
            yield Problem(one.offset, one.fault if one.is_member else f"{one.fault}; {one.length} bytes are passed over")
        elif one.record is not None and not one.is_alone:
            yield Problem(one.offset, f"a record of {one.record.url} that is not compressed by itself")
        elif one.record is not None and one.found is not None:
            record = one.record if one.record.payload_digest else record_of(one.found) or one.record
            yield scanned_capture(record, one.offset, one.length)


def scanned_capture(record: Record, offset: int, length: int) -> ScannedCapture:
    """The capture in a record; a response without a digest gets one."""
    payload_digest = record.payload_digest or (digest(record.unchunked) if record.type == "response" else "")
    return ScannedCapture(offset, length, record.type, record.url, record.time, record.status, payload_digest, record.refers_to)
