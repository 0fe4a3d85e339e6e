"""The folder of captures: appends records, closes files at a limit, repairs what a crash left.

A file is open for appending while it is writable. Closing removes the write permission, and a closed file never changes. A run
continues the newest open file, so that a crawl every five minutes does not leave a file behind each time.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from crawler import __version__, clock
from crawler.archive.catalog.uncatalogued import Uncatalogued
from crawler.archive.limits import created, is_closed
from crawler.archive.paths import WARC
from crawler.archive.payloads import Payloads
from crawler.atomic import append_whole, naming, sync
from crawler.warc.reader import DamagedRecord
from crawler.warc.record import (
    RawExchange,
    RefersTo,
    info_record,
    large_response_record,
    record_id,
    request_record,
    response_record,
)
from crawler.warc.scan import ScannedCapture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.limits import Limits

NOT_MODIFIED = 304
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Numbers in the catalog. :attr:`Captures.newest`, in microseconds since 1970:
NEWEST = "newest_capture"
#: The newest row whose record is certainly on the disk; records after it are read again after a crash.
SYNCED = "synced_captures"
#: The newest row up to which posts were derived from captures.
DERIVED = "settled"


class Captures:
    """The WARC files of one archive.

    :param label: comes before the number in the name of each file.
    :param base: the folder of the files that the catalog knows besides those in ``folder``.
    """

    def __init__(  # noqa: PLR0913
        self,
        folder: Path,
        site: str,
        catalog: Catalog,
        limits: Limits,
        about: dict[str, str],
        *,
        label: str = "",
        base: Path | None = None,
    ) -> None:
        self.folder = folder
        self._label, self._base = label, base
        self._site = site
        self._catalog = catalog
        self._limits = limits
        self._about = about
        self._fd = -1
        self._path = folder
        self._size = 0
        self._created = self._latest = clock.now()
        self.payloads = Payloads(self._path_of, catalog.capture)
        #: What :meth:`recover` repaired, a line each.
        self.repaired: list[str] = []

    def _path_of(self, name: str) -> Path:
        path = self.folder / name
        return path if self._base is None or path.exists() else self._base / name

    # Opening and closing

    def recover(self, canonical: Callable[[str], str]) -> None:
        """Add records that the catalog lacks to it; cut a torn record off the end of a file that is still open.

        :param canonical: gives the form of an address under which the catalog has its captures.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, offset in self._catalog.forget_captures_after(self._catalog.number(SYNCED)).items():
            self._catalog.set_file_size(name, offset)
        self.repaired = Uncatalogued(self.folder, self._catalog, canonical).add()
        self._catalog.set_number(SYNCED, self._catalog.last_id)
        self._catalog.commit()

    def close(self) -> None:
        """Finish this run's writing. The file stays open for the next run unless it has reached a limit."""
        self.payloads.close()
        if self._fd >= 0:
            with naming(self._path):
                os.fsync(self._fd)
            sync(self.folder)
            if self._is_full(self._latest):
                self._close_file()
            else:
                os.close(self._fd)
            self._fd = -1
            self._catalog.set_number(SYNCED, self._catalog.last_id)

    @property
    def open_file(self) -> Path | None:
        """The file that is being written; all others are synced."""
        return self._path if self._fd >= 0 else None

    def close_file(self) -> None:
        """Close the file that is being written; what is captured next begins another one."""
        if self._fd >= 0:
            self._close_file()

    def close_all(self) -> None:
        """Close every file, so that what refers to one of them is in a file that comes later, in the order of names."""
        for path in self.folder.glob(f"*{WARC}"):
            path.chmod(0o444)

    def _close_file(self) -> None:
        with naming(self._path):
            os.fsync(self._fd)
            os.fchmod(self._fd, 0o444)
        os.close(self._fd)
        self._fd = -1

    def _is_full(self, now: datetime) -> bool:
        return self._size >= self._limits.size or (now - self._created).total_seconds() >= self._limits.age

    # Writing

    def time(self) -> datetime:
        """The time for a capture made now: later than that of the newest capture, even if the clock was set back.

        Otherwise an edited post would be taken for its own earlier version.
        """
        time = max(clock.now(), self.newest + timedelta(microseconds=1))
        self._catalog.set_number(NEWEST, (time - _EPOCH) // timedelta(microseconds=1))
        return time

    @property
    def newest(self) -> datetime:
        """The time of the newest capture that a crawl made here, or the beginning of 1970."""
        noted = self._catalog.number(NEWEST)
        row = None if noted else self._catalog.capture(self._catalog.last_id)
        return datetime.fromisoformat(row.time) if row else _EPOCH + timedelta(microseconds=noted)

    def store(
        self,
        exchange: RawExchange,
        *,
        now: datetime | None = None,
        payload: CaptureRow | None = None,
        large: tuple[int, Iterable[bytes]] | None = None,
    ) -> CaptureRow:
        """Append one exchange (request and response, or revisit), add it to the catalog and return its row.

        :param now: when it is written, if not when it was captured.
        :param payload: the stored response whose payload it repeats, if the caller knows it.
        :param large: the length of a body that is not in memory, and its parts.
        :raises OSError: if it cannot be written whole, on a full disk for example; nothing of it is kept.
        """
        self._latest = now or exchange.time
        self._prepare(self._latest)
        payload = payload or self._payload(exchange, is_empty=not exchange.body and large is None)
        identifier, offset = record_id(), self._size
        if large is not None and payload is None:
            self._append_all(large_response_record(exchange, identifier, *large))
            length = self._size - offset
        else:
            response = response_record(exchange, identifier, self._refers_to(payload, exchange) if payload else None)
            length = len(response)
            self._append(response + (request_record(exchange, identifier) if exchange.request else b""))
        kind = "response" if payload is None else "revisit"
        found = ScannedCapture(offset, length, kind, exchange.url, exchange.date, exchange.status, exchange.payload_digest)
        row = self._catalog.add_capture(found, self._path.name, payload)
        self._catalog.set_file_size(self._path.name, self._size)
        return row

    def _refers_to(self, payload: CaptureRow, exchange: RawExchange) -> RefersTo:
        """The reference to a payload by the address that its record has, which may be another spelling than its row's."""
        url = payload.url
        if exchange.asked not in ("", exchange.url):
            with suppress(DamagedRecord):
                url = self.payloads.record(payload).url
        return RefersTo(url, payload.time, payload.payload_digest)

    def _payload(self, exchange: RawExchange, *, is_empty: bool) -> CaptureRow | None:
        """The stored response whose payload this exchange repeats."""
        if exchange.status == NOT_MODIFIED:
            latest = self._catalog.latest(exchange.url, good=True)
            return self._catalog.capture(latest.payload_id) if latest else None
        return None if is_empty else self._catalog.with_payload(exchange.payload_digest)

    def _append(self, data: bytes) -> None:
        self._size = append_whole(self._fd, data, self._size, str(self._path))

    def _append_all(self, parts: Iterable[bytes]) -> None:
        size = self._size
        try:
            for part in parts:
                self._append(part)
        except BaseException:
            os.ftruncate(self._fd, size)
            self._size = size
            raise

    def _prepare(self, now: datetime) -> None:
        if self._fd >= 0 and self._is_full(now):
            self._close_file()
        if self._fd < 0:
            self._open(now)

    def _open(self, now: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.glob(f"{self._site}-*{WARC}"), reverse=True):
            if not is_closed(path) and path.stat().st_size < self._limits.size:
                self._created = created(path)
                if (now - self._created).total_seconds() < self._limits.age:
                    self._path, self._size = path, path.stat().st_size
                    self._fd = os.open(path, os.O_WRONLY | os.O_APPEND)
                    return
            if not is_closed(path):
                path.chmod(0o444)
        self._create(now)

    def _create(self, now: datetime) -> None:
        for number in count():
            self._path = self.folder / f"{self._site}-{now:%Y%m%dT%H%M%SZ}-{self._label}{number:05}{WARC}"
            if self._catalog.file_size(self._path.name) or self._path_of(self._path.name).exists():
                continue  # of an earlier crawl in this second, in another folder maybe: rows of the catalog name it
            with suppress(FileExistsError):
                self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o666)
                break
        self._created, self._size = now.replace(microsecond=0), 0
        about = {"software": f"Backfile/{__version__}", "format": "WARC File Format 1.1", "hostname": socket.gethostname()}
        self._append(info_record(self._path.name, now, about | self._about))
