"""Scanning a file of captures: every record in it, past whatever is damaged.

This is the one reader of rebuild, import and verify.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crawler.warc.checks import digest_fault, shortfall
from crawler.warc.members import pieces
from crawler.warc.reader import AnyRecord, DamagedRecord, Record, any_record, read_any, record_of
from crawler.warc.record import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crawler.warc.large import Large
    from crawler.warc.piece import Piece

#: Records of more bytes are not held in memory.
HELD = 8 << 20
#: The records that this program writes most: of a response that names neither a revisit nor a web archive, and of a request.
_RESPONSE = re.compile(
    rb"WARC/1\.1\r\nWARC-Type: response\r\nWARC-Record-ID: .++\nWARC-Target-URI: (https?://[!-;=?-~]+)\r\n"
    rb"WARC-Date: (\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{6})Z\r\n(?:WARC-IP-Address: .++\n)?"
    rb"WARC-Payload-Digest: (sha1:[A-Z2-7]{32})\r\nWARC-Block-Digest: .++\n"
    rb"Content-Type: application/http;msgtype=response\r\nContent-Length: \d{1,18}\r\n\r\nHTTP/1\.1 ([1-9]\d\d)[ \r]"
)
_REQUEST = b"WARC/1.1\r\nWARC-Type: request\r\n"


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


class LeftOut(NamedTuple):
    """A record that is left out, because it is a conversion and not what a server sent."""

    offset: int
    url: str


class Segment(NamedTuple):
    """Some bytes of a file: a record with a beginning and an end, or bytes that are none.

    ``found`` is the record, of whatever type, or what there is of it. ``record`` is set for a response, revisit or resource
    that can be read. ``fault`` says what is wrong, if anything is. Only a record that ``is_alone`` can be read by its offset.
    Of one with ``large``, ``found`` has only the beginning of the block, and ``record`` has no payload.
    """

    offset: int
    length: int
    is_member: bool
    found: AnyRecord | None
    record: Record | None
    fault: str
    is_alone: bool
    large: Large | None = None


def records(path: Path, offset: int = 0, *, check: bool = False, whole: bool = True) -> Iterator[Segment]:
    """All segments of a file from ``offset`` on. With ``check``, a wrong digest is a fault, too.

    Records that are not ``whole`` have neither headers nor payload.

    :raises OSError: if the file cannot be read at all.
    """
    for one in pieces(path, offset, HELD):
        yield _segment(one, check=check, whole=whole)


def checked(found: Iterable[Piece]) -> Iterator[Segment]:
    """The segments that pieces are, with their digests checked; records have neither headers nor payload."""
    for one in found:
        yield _segment(one, check=True, whole=False)


def _segment(one: Piece, *, check: bool, whole: bool) -> Segment:
    """The segment that a piece is, as :func:`records` gives it."""
    if one.fault:
        cut = one.large.found if one.large else None
        if one.content and one.head:
            cut = any_record(one.head, one.content[one.head.end :])
        return Segment(one.offset, one.length, False, cut, None, one.fault, False, one.large)
    if one.is_filling:
        return Segment(one.offset, one.length, False, None, None, "", False)
    found = record = None
    fault = ""
    try:
        found = one.large.found if one.large else read_any(one.content, one.head)
        record = record_of(found, is_whole=whole or one.large is not None)
        if check:
            fault = one.large.fault() if one.large else digest_fault(found) or _shortfall(found)
    except DamagedRecord as error:
        fault = str(error)
    if record is not None and one.large:
        record = replace(record, payload=b"")
    return Segment(one.offset, one.length, True, found, record, fault, one.is_alone, one.large)


def _shortfall(found: AnyRecord) -> str:
    return shortfall(found.headers, found.payload) if found.type == "response" and found.http else ""


def scan(path: Path, offset: int = 0) -> Iterator[ScannedCapture | LeftOut | Problem]:
    """Every response, revisit and resource of a file, every conversion, and every part that cannot be read, in order.

    :raises OSError: if the file cannot be read at all.
    """
    if not path.stat().st_size:
        yield Problem(0, "the file is empty")
    yield from scanned(pieces(path, offset, HELD))


def scanned(found: Iterable[Piece]) -> Iterator[ScannedCapture | LeftOut | Problem]:
    """What :func:`scan` gives for some pieces of a file."""
    for piece in found:
        if piece.head is not None and not piece.fault and piece.is_alone:
            if piece.content.startswith(_REQUEST):
                continue
            usual = _usual(piece)
            if usual is not None:
                yield usual
                continue
        one = _segment(piece, check=False, whole=False)
        if one.fault:
            yield Problem(one.offset, one.fault if one.is_member else f"{one.fault}; {one.length} bytes are passed over")
        elif one.record is not None and not one.is_alone:
            yield Problem(one.offset, f"a record of {one.record.url} that is not compressed by itself")
        elif one.record is not None:
            yield scanned_capture(one)
        elif one.found is not None and one.found.type == "conversion":
            yield LeftOut(one.offset, one.found.url)


def _usual(piece: Piece) -> ScannedCapture | None:
    """The capture in a record as this program writes most, by one regular expression, or ``None``."""
    found = _RESPONSE.match(piece.content)
    if found is None:
        return None
    url, time, payload_digest, status = found.groups()
    moment = time.decode()
    with suppress(ValueError):
        datetime.fromisoformat(moment)
        return ScannedCapture(
            piece.offset, piece.length, "response", url.decode(), f"{moment}Z", int(status), payload_digest.decode()
        )
    return None  # no such day


def scanned_capture(one: Segment) -> ScannedCapture:
    """The capture in a record; a response without a digest gets one."""
    record = one.record
    assert record is not None
    payload_digest = record.payload_digest
    if not payload_digest and record.type == "response":
        whole = record if record.payload or one.found is None else record_of(one.found) or record
        payload_digest = one.large.digest if one.large else digest(whole.unchunked)
    return ScannedCapture(
        one.offset, one.length, record.type, record.url, record.time, record.status, payload_digest, record.refers_to
    )
