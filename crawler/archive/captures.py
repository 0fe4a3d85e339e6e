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
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler import __version__, clock
from crawler.archive.payloads import Payloads
from crawler.atomic import sync_files, sync_folder
from crawler.warc.members import pieces
from crawler.warc.reader import MAX_RECORD, DamagedRecord, Record, parse
from crawler.warc.record import Refers, Wire, info_record, record_id, request_record, response_record

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.catalog import Catalog
    from crawler.archive.schema import CaptureRow

NOT_MODIFIED = 304
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The catalog's number for :attr:`Captures.newest`, in microseconds since 1970.
_NEWEST = "newest_capture"
#: And for the newest row whose record is on the disk for certain: what came after it is read again after a crash.
SYNCED = "synced_captures"


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
        self._begun = self._latest = clock.now()
        self.payloads = Payloads(lambda name: folder / name, catalog.capture)
        #: What was found and mended when the folder was opened, a line each.
        self.mended: list[str] = []

    # Opening and closing

    def recover(self) -> None:
        """Read what the catalog does not know yet; cut a torn record off the end of a file still open."""
        self.mended.clear()
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = sorted(self.folder.glob("*.warc.gz"))
        for name, offset in self._catalog.forget_captures_after(self._catalog.number(SYNCED)).items():
            self._catalog.set_file_size(name, offset)
        for gone in set(self._catalog.file_names()) - {path.name for path in paths}:
            self._catalog.forget_file(gone)
            self.mended.append(f"{gone} is in the catalog and no longer in {self.folder}: forgotten")
        for path in paths:
            self._catch_up(path)
        self._catalog.set_number(SYNCED, self._catalog.last_id)
        self._catalog.commit()

    def _catch_up(self, path: Path) -> None:
        known, size = self._catalog.file_size(path.name), path.stat().st_size
        if known == size:
            return
        if known > size:
            self._catalog.forget_file(path.name)
            self.mended.append(f"{path.name} is shorter than the catalog knew: read again from its start")
            known = 0
        end = self._read_into_catalog(path, known, size)
        if end < size:
            os.truncate(path, end)
            self.mended.append(f"{path.name}: {size - end} bytes of an unfinished record cut off its end")
        sync_files([path])
        self._catalog.set_file_size(path.name, end)

    def _read_into_catalog(self, path: Path, offset: int, size: int) -> int:
        """Note what lies behind ``offset``; gives where the last whole record ends if the file is still open."""
        for start, length, content in pieces(path, offset, MAX_RECORD):
            try:
                record = None if isinstance(content, str) else parse(content)
            except DamagedRecord as error:
                record, content = None, str(error)  # noqa: PLW2901 - named below like what cannot be cut out at all
            if isinstance(content, str):
                if start + length == size and not _closed(path):
                    return start
                self.mended.append(f"{path.name}: byte {start}: {content}; {length} bytes are passed over")
            elif record is not None:
                self._note(path.name, start, length, record)
        return size

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
        self.payloads.close()
        if self._fd >= 0:
            os.fsync(self._fd)
            sync_folder(self.folder)
            if self._full(self._latest):
                self._finish()
            else:
                os.close(self._fd)
            self._fd = -1
            self._catalog.set_number(SYNCED, self._catalog.last_id)

    def _finish(self) -> None:
        os.fsync(self._fd)
        os.fchmod(self._fd, 0o444)
        os.close(self._fd)
        self._fd = -1

    def _full(self, now: datetime) -> bool:
        return self._size >= self._limits.size or (now - self._begun).total_seconds() >= self._limits.age

    # Writing

    def time(self) -> datetime:
        """The time of a capture made now: never before that of the newest one, even if the clock was set back.

        What is newer must look newer, or an edited post would be taken for its own earlier version.
        """
        time = max(clock.now(), self.newest + timedelta(microseconds=1))
        self._catalog.set_number(_NEWEST, (time - _EPOCH) // timedelta(microseconds=1))
        return time

    @property
    def newest(self) -> datetime:
        """The time of the newest capture that a crawl made here; the beginning of 1970 if there is none."""
        row = self._catalog.capture(self._catalog.last_id)
        noted = _EPOCH + timedelta(microseconds=self._catalog.number(_NEWEST))
        return max(noted, datetime.fromisoformat(row.time)) if row and noted == _EPOCH else noted

    def store(self, wire: Wire, *, now: datetime | None = None, payload: CaptureRow | None = None) -> CaptureRow:
        """Append one exchange (request and response, or revisit) and note it in the catalog.

        :param now: when it is written, if that is not when it was captured.
        :param payload: the stored response whose payload it repeats, if the caller knows.
        :raises OSError: if it cannot be written whole, a full disk for one; nothing of it is kept then.
        """
        self._latest = now or wire.time
        self._ready(self._latest)
        payload = payload or self._payload(wire)
        identifier = record_id()
        refers = None if payload is None else Refers(payload.url, payload.time, payload.payload_digest)
        response = response_record(wire, identifier, refers)
        offset = self._size
        self._append(response + (request_record(wire, identifier) if wire.request else b""))
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


def _closed(path: Path) -> bool:
    return not path.stat().st_mode & stat.S_IWUSR


def _begun(path: Path) -> datetime:
    """When a file was begun, from its name."""
    text = path.name.removesuffix(".warc.gz").rsplit("-", 2)[1]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
