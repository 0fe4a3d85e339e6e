"""Records that a catalog lacks: those after the end that it knows of each capture file, as after a crash."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crawler.archive.limits import is_closed
from crawler.archive.paths import WARC
from crawler.atomic import sync_files
from crawler.counted import counted
from crawler.warc.scan import ScannedCapture, records, scanned_capture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog


class Uncatalogued:
    """Adds the records in the files of ``folder`` to a catalog.

    :param canonical: gives the form of an address under which the catalog has its captures.
    """

    def __init__(self, folder: Path, catalog: Catalog, canonical: Callable[[str], str]) -> None:
        self._folder, self._catalog, self._canonical = folder, catalog, canonical
        self._repaired: list[str] = []
        #: Revisits whose payload was not there yet: of two files of one second, the name tells nothing of what came first, nor
        #: does it after a clock was put back.
        self._waiting: list[tuple[str, ScannedCapture]] = []
        self._ends: dict[str, int] = {}

    def add(self) -> list[str]:
        """Add them, and cut a torn record off the end of a file that is still open; what was repaired, a line each."""
        paths = sorted(self._folder.glob(f"*{WARC}"))
        for gone in set(self._catalog.file_names()) - {path.name for path in paths}:
            self._catalog.forget_file(gone)
            self._repaired.append(f"{gone} is in the catalog and no longer in {self._folder}: forgotten")
        for path in paths:
            self._catch_up(path)
        for name, found in self._waiting:
            payload = self._catalog.payload_of(found)
            if payload is None:
                self._repaired.append(f"{name}: the revisit at byte {found.offset} refers to a payload that is not here")
            else:
                self._catalog.add_capture(found, name, payload)
        for name, end in self._ends.items():
            self._catalog.set_file_size(name, end)
        return self._repaired

    def _catch_up(self, path: Path) -> None:
        known, size = self._catalog.file_size(path.name), path.stat().st_size
        if known == size:
            return
        if known > size:
            self._catalog.forget_file(path.name)
            self._repaired.append(f"{path.name} is shorter than the catalog knew: read again from its start")
            known = 0
        end = self._read(path, known, size)
        if end < size:
            os.truncate(path, end)
            self._repaired.append(f"{path.name}: {counted(size - end, 'byte')} of an unfinished record cut off its end")
        sync_files([path])
        self._ends[path.name] = end

    def _read(self, path: Path, offset: int, size: int) -> int:
        """Add the records after ``offset``, and return where the last whole record ends.

        In a closed file a torn record at the end is reported and stays, so the end is that of the file.
        """
        for one in records(path, offset):
            if one.record is not None and one.is_alone:
                self._add(path.name, scanned_capture(one))
            elif (one.fault or not one.is_member) and one.offset + one.length == size and not is_closed(path):
                return one.offset
            elif one.fault or one.record is not None:
                reason = one.fault or "a record that is not compressed by itself"
                self._repaired.append(f"{path.name}: byte {one.offset}: {reason}; {one.length} bytes are passed over")
        return size

    def _add(self, name: str, found: ScannedCapture) -> None:
        refers_url, refers_time = found.refers_to
        found = found._replace(url=self._canonical(found.url), refers_to=(self._canonical(refers_url), refers_time))
        payload = None
        if found.type == "revisit":
            payload = self._catalog.payload_of(found)
            if payload is None:
                self._waiting.append((name, found))
                return
        self._catalog.add_capture(found, name, payload)
