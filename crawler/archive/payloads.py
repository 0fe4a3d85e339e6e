"""Reading captures: from a row of the catalog to its record, and to the payload that the record has or repeats."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING

from crawler.archive.newest import Newest
from crawler.invocation import command
from crawler.items import CaptureRef, Exchange
from crawler.markup.links.address import absolute, from_header
from crawler.warc.content_encoding import UnreadableCoding, decoded
from crawler.warc.reader import MAX_RECORD, DamagedRecord, Record, gunzip_member, parse, quick_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.archive.catalog.schema import CaptureRow

_NOT_MODIFIED = 304
_OPEN_FILES = 64
#: Posts are read in about the order of their records, and so are their answers elsewhere in the file: so many bytes are read
#: ahead at so many places.
_AHEAD, _PLACES = 1 << 16, 4
#: So many bodies are kept in memory, and so many bytes of them: more than a crawl has in progress, but for huge pages.
_KEPT, _KEPT_BYTES = 128, 1 << 23
_FRAMING = frozenset({"content-length", "content-encoding", "transfer-encoding"})


def reference(row: CaptureRow) -> CaptureRef:
    """The reference to the capture of a row, as items and index have it."""
    return CaptureRef(row.url, row.time, row.file, row.offset, row.payload_digest)


class Payloads:
    """Reads the records of catalog rows. ``path_of`` gives the path of a file by its name, ``capture`` a row by its ID."""

    def __init__(self, path_of: Callable[[str], Path], capture: Callable[[int], CaptureRow | None]) -> None:
        self._path_of = path_of
        self._capture = capture
        self._open: OrderedDict[str, int] = OrderedDict()
        self._ahead: list[tuple[str, int, bytes]] = []
        self._kept = Newest[int, bytes](_KEPT, _KEPT_BYTES)

    def keep(self, row: CaptureRow, body: bytes) -> None:
        """Keep the decoded body of a response in memory, because a post is about to be derived from it."""
        self._kept.keep(row.id, body, len(body))

    def close(self) -> None:
        """Close the files that reading opened."""
        self._kept.clear()
        self._ahead.clear()
        while self._open:
            os.close(self._open.popitem()[1])

    def _fd(self, name: str) -> int:
        fd = self._open.get(name)
        if fd is None:
            fd = self._open[name] = os.open(self._path_of(name), os.O_RDONLY)
            if len(self._open) > _OPEN_FILES:
                os.close(self._open.popitem(last=False)[1])
        else:
            self._open.move_to_end(name)
        return fd

    def _bytes(self, row: CaptureRow) -> bytes:
        for number, (file, begin, data) in enumerate(self._ahead):
            start = row.offset - begin
            if file == row.file and start >= 0 and start + row.length <= len(data):
                if number:
                    self._ahead.insert(0, self._ahead.pop(number))
                return data[start : start + row.length]
        if row.length > MAX_RECORD:
            raise DamagedRecord(f"{row.file}: byte {row.offset}: a record of {row.length} bytes, more than {MAX_RECORD}")
        data = os.pread(self._fd(row.file), max(row.length, _AHEAD), row.offset)
        if row.length > _AHEAD:
            return data  # too large to be kept
        self._ahead[_PLACES - 1 :] = []
        self._ahead.insert(0, (row.file, row.offset, data))
        return data[: row.length]

    def record(self, row: CaptureRow) -> Record:
        """The record of a row as it is in its file; a revisit has no payload.

        :raises DamagedRecord: if the file does not have the record whole.
        """
        try:
            data = self._bytes(row)
        except OSError as error:
            raise DamagedRecord(f"{row.file}: {error.strerror or error}") from None
        try:
            record = parse(gunzip_member(data)) if len(data) == row.length else None
        except DamagedRecord as error:
            raise DamagedRecord(f"{row.file}: byte {row.offset}: {error}") from None
        if record is None:
            raise DamagedRecord(
                f"{row.file}: byte {row.offset}: no whole response; make the catalog again with: {command('catalog')}"
            )
        return record

    def _payload_row(self, row: CaptureRow) -> CaptureRow:
        return row if row.payload_id == row.id else self._capture(row.payload_id) or row

    def read(self, row: CaptureRow) -> Record:
        """The record of a row with its payload, or the payload that it repeats; a 304 updates the stored headers.

        :raises DamagedRecord: if the files do not have the records whole.
        """
        record, payload_row = self.record(row), self._payload_row(row)
        if payload_row is row:
            return record
        payload = self.record(payload_row)
        confirms = row.status == _NOT_MODIFIED
        headers = _freshened(payload.headers, record.headers) if confirms or not record.headers else record.headers
        status = payload.status if confirms else row.status
        return Record("response", row.url, row.time, row.payload_digest, status, headers, payload.payload)

    def asked(self, row: CaptureRow) -> str:
        """The address that was asked for a row, whatever the one that it is filed under; empty if it cannot be read."""
        try:
            return self.record(row).url
        except DamagedRecord:
            return ""

    def location(self, row: CaptureRow) -> str:
        """The absolute address that the redirect of a row leads to; empty if it names none, or cannot be read."""
        try:
            headers = self.record(row).headers
        except DamagedRecord:
            return ""
        target = next((value for name, value in headers if name.lower() == "location"), "")
        return absolute(row.url, from_header(target.encode("latin-1", "replace"))) or ""

    def exchange(self, row: CaptureRow) -> Exchange | None:
        """The exchange of a row, with its body decoded; ``None`` if it cannot be read or decoded."""
        try:
            return self.exchange_or_fault(row)
        except (DamagedRecord, UnreadableCoding):
            return None

    def exchange_or_fault(self, row: CaptureRow) -> Exchange:
        """The exchange of a row, with its body decoded.

        :raises DamagedRecord: if the record cannot be read.
        :raises crawler.warc.content_encoding.UnreadableCoding: if its body cannot be decoded.
        """
        payload_row = self._payload_row(row)
        body = self._kept.get(payload_row.id)
        if body is None:
            body = decoded(*self._encoded_body(payload_row))
        status = payload_row.status if row.status == _NOT_MODIFIED else row.status
        return Exchange(row.url, status, body, reference(row))

    def _encoded_body(self, row: CaptureRow) -> tuple[bytes, list[tuple[str, str]]]:
        """The body of a response as it was sent, and the headers that tell its encoding."""
        try:
            data = self._bytes(row)
            found = quick_body(gunzip_member(data)) if len(data) == row.length else None
        except (OSError, DamagedRecord):
            found = None  # record() says what is wrong
        if found is None:
            record = self.record(row)
            return record.payload, record.headers
        return found


def _freshened(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Stored headers updated by those of a 304 (RFC 9111, 3.2)."""
    fresh = {name.lower() for name, _ in new} - _FRAMING
    kept = [(name, value) for name, value in old if name.lower() not in fresh]
    return kept + [(name, value) for name, value in new if name.lower() in fresh]
