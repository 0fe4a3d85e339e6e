"""The folder of captures: appends records, closes files at a limit, mends what a crash left.

A file is open for appending while it is writable; closing takes the write permission away, and a closed file
never changes. A run carries the newest open file on, so that a crawl every five minutes does not
leave a file behind each time.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler import __version__
from crawler.archive.catalog import CaptureRow, Catalog
from crawler.archive.coding import UnreadableCoding, decoded
from crawler.archive.reader import DamagedRecord, Record, members, parse, read_at
from crawler.archive.record import Refers, Wire, info_record, record_id, request_record, response_record
from crawler.items import CaptureRef, Exchange

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Limits:
    """When a file is closed: at ``size`` bytes, or ``age`` seconds after it was begun."""

    size: int = 1_000_000_000
    age: float = 86_400


class Captures:
    """The WARC files of one archive."""

    def __init__(self, folder: Path, site: str, catalog: Catalog, limits: Limits, about: dict[str, str]) -> None:
        self.folder = folder
        self._site = site
        self._catalog = catalog
        self._limits = limits
        self._about = about
        self._fd = -1
        self._path = folder
        self._size = 0
        self._begun = self._latest = datetime.now(UTC)
        #: What was found and mended when the folder was opened, a line each.
        self.mended: list[str] = []

    # Opening and closing

    def recover(self) -> None:
        """Read what the catalog does not know yet; cut a torn record off the end of a file still open."""
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = sorted(self.folder.glob("*.warc.gz"))
        for gone in set(self._catalog.file_names()) - {path.name for path in paths}:
            self._catalog.forget_file(gone)
            self.mended.append(f"{gone} is in the catalog and no longer in {self.folder}: forgotten")
        for path in paths:
            self._catch_up(path)
        self._catalog.commit()

    def _catch_up(self, path: Path) -> None:
        known, size = self._catalog.file_size(path.name), path.stat().st_size
        if known == size:
            return
        if known > size:
            self._catalog.forget_file(path.name)
            self.mended.append(f"{path.name} is shorter than the catalog knew: read again from its start")
            known = 0
        end = self._read_into_catalog(path, known)
        if end < size and not _closed(path):
            os.truncate(path, end)
            self.mended.append(f"{path.name}: {size - end} bytes of an unfinished record cut off its end")
            size = end
        elif end < size:
            self.mended.append(f"{path.name}: damaged from byte {end} on; what lies behind cannot be read")
        self._catalog.set_file_size(path.name, size)

    def _read_into_catalog(self, path: Path, offset: int) -> int:
        end = offset
        with path.open("rb") as file:
            for start, length, content in members(file, offset):
                end = start + length
                try:
                    record = parse(content)
                except DamagedRecord as error:
                    self.mended.append(f"{path.name}: no record at byte {start}: {error}")
                    continue
                if record is not None:
                    self._note(path.name, start, length, record)
        return end

    def _note(self, name: str, offset: int, length: int, record: Record) -> None:
        payload_id = None
        if record.type == "revisit":
            payload = self._catalog.with_payload(record.payload_digest)
            if payload is None:
                self.mended.append(f"{name}: the revisit at byte {offset} refers to a payload that is not here")
                return
            payload_id = payload.id
        self._catalog.add_capture(
            url=record.url,
            time=record.time,
            status=record.status,
            file=name,
            offset=offset,
            length=length,
            payload_digest=record.payload_digest,
            payload_id=payload_id,
        )

    def close(self) -> None:
        """End this run's writing; the file stays open for the next run unless it reached a limit."""
        if self._fd < 0:
            return
        os.fsync(self._fd)
        if self._full(self._latest):
            self._finish()
        else:
            os.close(self._fd)
        self._fd = -1

    def _finish(self) -> None:
        os.fsync(self._fd)
        os.fchmod(self._fd, 0o444)
        os.close(self._fd)
        self._fd = -1

    def _full(self, now: datetime) -> bool:
        return self._size >= self._limits.size or (now - self._begun).total_seconds() >= self._limits.age

    # Writing

    def store(self, wire: Wire) -> CaptureRow:
        """Append one exchange (request and response, or revisit) and note it in the catalog.

        :raises OSError: if it cannot be written whole, a full disk for one; nothing of it is kept then.
        """
        self._latest = wire.time
        self._ready(wire.time)
        payload = self._payload(wire)
        identifier = record_id()
        refers = None if payload is None else Refers(payload.url, payload.time, payload.payload_digest)
        response = response_record(wire, identifier, refers)
        offset = self._size
        self._append(response + request_record(wire, identifier))
        row = self._catalog.add_capture(
            url=wire.url,
            time=wire.date,
            status=wire.status,
            file=self._path.name,
            offset=offset,
            length=len(response),
            payload_digest=wire.payload_digest if payload is None else payload.payload_digest,
            payload_id=None if payload is None else payload.id,
        )
        self._catalog.set_file_size(self._path.name, self._size)
        return row

    def _payload(self, wire: Wire) -> CaptureRow | None:
        """The stored response whose payload this exchange repeats."""
        if wire.status == NOT_MODIFIED:
            latest = self._catalog.latest(wire.url, good=True)
            return self._catalog.capture(latest.payload_id) if latest else None
        return self._catalog.with_payload(wire.payload_digest) if wire.body else None

    def _append(self, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fd, data[written:] if written else data)
        except OSError:
            os.ftruncate(self._fd, self._size)
            raise
        self._size += len(data)

    def _ready(self, now: datetime) -> None:
        if self._fd >= 0 and self._full(now):
            self._finish()
        if self._fd < 0:
            self._open(now)

    def _open(self, now: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.glob(f"{self._site}-*.warc.gz"), reverse=True):
            if not _closed(path) and path.stat().st_size < self._limits.size:
                self._begun = _begun(path)
                if (now - self._begun).total_seconds() < self._limits.age:
                    self._path, self._size = path, path.stat().st_size
                    self._fd = os.open(path, os.O_WRONLY | os.O_APPEND)
                    return
            if not _closed(path):
                path.chmod(0o444)
        self._begin(now)

    def _begin(self, now: datetime) -> None:
        number = 0
        while True:
            self._path = self.folder / f"{self._site}-{now:%Y%m%dT%H%M%SZ}-{number:05}.warc.gz"
            try:
                self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
                break
            except FileExistsError:
                number += 1
        self._begun, self._size = now.replace(microsecond=0), 0
        about = {"software": f"Backfile/{__version__}", "format": "WARC File Format 1.1", "hostname": socket.gethostname()}
        self._append(info_record(self._path.name, now, about | self._about))

    # Reading

    def read(self, row: CaptureRow) -> Record:
        """The record of a catalog row, with the payload of the capture that a revisit stands for.

        :raises crawler.archive.reader.DamagedRecord: if the file does not hold it.
        """
        record = read_at(self.folder / row.file, row.offset)
        if row.payload_id == row.id:
            return record
        payload_row = self._catalog.capture(row.payload_id)
        if payload_row is None:
            return record
        payload = read_at(self.folder / payload_row.file, payload_row.offset)
        headers = _freshened(payload.headers, record.headers) if row.status == NOT_MODIFIED else record.headers
        status = payload.status if row.status == NOT_MODIFIED else record.status
        return Record("response", record.url, record.time, record.payload_digest, "", status, headers, payload.payload)

    def exchange(self, row: CaptureRow) -> Exchange | None:
        """What the site said, content coding undone; ``None`` if the record or its coding cannot be read."""
        try:
            record = self.read(row)
            return Exchange(row.url, record.status, decoded(record.payload, record.headers), reference(row))
        except (OSError, DamagedRecord, UnreadableCoding):
            return None


def reference(row: CaptureRow) -> CaptureRef:
    """Where the capture of this row lies, as items and index have it."""
    return CaptureRef(row.url, row.time, row.file, row.offset, row.payload_digest)


def _closed(path: Path) -> bool:
    return not path.stat().st_mode & stat.S_IWUSR


def _begun(path: Path) -> datetime:
    """When a file was begun, from its name."""
    text = path.name.removesuffix(".warc.gz").rsplit("-", 2)[1]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _freshened(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Stored headers updated by those of a 304 (RFC 9111, 3.2)."""
    fresh = {name.lower() for name, _ in new} - {"content-length", "content-encoding", "transfer-encoding"}
    kept = [(name, value) for name, value in old if name.lower() not in fresh]
    return kept + [(name, value) for name, value in new if name.lower() in fresh]
