"""Captures of other archivers -> captures of ours: checked, each once, under the site's address and its own time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import clock
from crawler.batch.scanning import origin_undone
from crawler.warc.content_encoding import unchunked
from crawler.warc.record import Wire
from crawler.warc.scan import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.archive import Archive
    from crawler.archive.schema import CaptureRow
    from crawler.batch.inputs import Input
    from crawler.sites.site import Site
    from crawler.warc.reader import Record

_NOT_MODIFIED = 304


@dataclass(slots=True)
class Imported:
    """What an import came to. ``counts``: ``stored``, ``known``, ``elsewhere`` (of no site's host), ``forgotten``."""

    counts: Counter[str] = field(default_factory=Counter)
    #: Records that were not taken, a line each.
    problems: list[str] = field(default_factory=list)


class Importer:
    """Files captures into the archive of one site."""

    def __init__(self, archive: Archive, site: Site, origins: dict[str, str]) -> None:
        self._archive = archive
        self._hosts = site.hosts
        self._about = site.about
        self._address: Callable[[str], str] = origin_undone(site, origins)
        self.result = Imported()

    def take(self, inputs: list[Input]) -> None:
        """File every response of the inputs, then every revisit: what it stands for may lie in a later file.

        :raises OSError: if the disk does not take them, or an input cannot be read.
        """
        now = clock.now()
        for revisits in (False, True):
            for one in inputs:
                for offset, record in self._records(one, revisits=revisits):
                    reason = self._file(record, now)
                    if reason:
                        self.result.problems.append(f"{one.name}: byte {offset}: {reason}")
        self._archive.catalog.commit()

    def _records(self, one: Input, *, revisits: bool) -> Iterator[tuple[int, Record]]:
        for found in records(Path(one.path), check=True):
            if found.fault and not revisits:
                self.result.problems.append(f"{one.name}: byte {found.offset}: {found.fault}; not taken")
            if found.record is not None and not found.fault and (found.record.type == "revisit") == revisits:
                yield found.offset, found.record

    def _file(self, record: Record, now: datetime) -> str:
        """File one record; gives why it could not be."""
        url = self._address(record.url)
        host = url.split("/", 3)[2] if url.startswith("http") else ""
        if host not in self._hosts:
            self.result.counts["elsewhere"] += 1
            return ""
        if not self._archive.forgotten.isdisjoint(self._about(url)):
            self.result.counts["forgotten"] += 1
            return ""
        payload = None
        if record.type == "revisit":
            payload = self._archive.catalog.payload_of(url, record.time, record.payload_digest)
            if payload is None:
                return f"a revisit of {url} whose payload is not here; not taken"
        wire = _wire(record, url, payload)
        if self._knows(wire, payload):
            self.result.counts["known"] += 1
            return ""
        self._archive.captures.store(wire, now=now, payload=payload)
        self.result.counts["stored"] += 1
        return ""

    def _knows(self, wire: Wire, payload: CaptureRow | None) -> bool:
        digest = wire.payload_digest if payload is None else payload.payload_digest
        rows = self._archive.catalog.history([wire.url])
        return any((row.time, row.status, row.payload_digest) == (wire.date, wire.status, digest) for row in rows)


def _wire(record: Record, url: str, payload: CaptureRow | None) -> Wire:
    chunked = any(name.lower() == "transfer-encoding" for name, _ in record.headers)
    # A revisit that does not tell its status says that the server answered as before.
    status = record.status or (payload.status if payload else _NOT_MODIFIED)
    return Wire(
        url=url,
        time=datetime.fromisoformat(record.time),
        request=b"",
        status=status,
        headers=[(name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in record.headers],
        body=unchunked(record.payload) if chunked else record.payload,
    )
