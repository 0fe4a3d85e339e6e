"""Importing captures of other archivers: each is checked, and stored once, under its canonical URL and with its own time."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import clock
from crawler.archive.catalog.schema import IMPORTING
from crawler.batch.scanning import canonicalizer, host_of, named
from crawler.warc.content_encoding import UnreadableCoding, decoded
from crawler.warc.digests import canonical_digest, same_algorithm
from crawler.warc.large import body_parts
from crawler.warc.reader import DamagedRecord
from crawler.warc.record import RawExchange
from crawler.warc.scan import LeftOut, ScannedCapture, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.batch.input import Input
    from crawler.sites.site import Site
    from crawler.warc.large import Large
    from crawler.warc.reader import Record
    from crawler.warc.scan import Segment

_NOT_MODIFIED = 304
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(slots=True)
class Imported:
    """The result of an import. ``counts`` has ``stored``, ``known``, ``elsewhere`` (of another host) and ``forgotten``."""

    counts: Counter[str] = field(default_factory=Counter)
    #: Records that were not imported, a line each.
    problems: list[str] = field(default_factory=list)


class Importer:
    """Imports captures into the archive of one site."""

    def __init__(self, archive: Archive, site: Site, origins: dict[str, str]) -> None:
        self._archive = archive
        self._hosts = site.hosts
        self._covers = site.covers
        self._about = site.about
        self._canonical = site.canonical
        self._address: Callable[[str], str] = canonicalizer(site, origins)
        #: Digests that records state, and those that we compute of the same payloads.
        self._ours: dict[bytes, str] = {}
        #: The URLs whose responses were hashed by an algorithm, and the responses by what that gave.
        self._hashed_all: set[bytes] = set()
        self._by_hash: dict[bytes, int] = {}
        self.result = Imported()

    def import_inputs(self, inputs: list[Input]) -> None:
        """Store every response of the inputs, then every revisit, since its payload may be in a later file.

        :raises OSError: if the disk does not take them, or an input cannot be read.
        """
        now = clock.now()
        for revisits in (False, True):
            for one in inputs:
                for found in self._records(one, revisits=revisits):
                    reason = self._store(found, Path(one.path), now)
                    if reason:
                        self.result.problems.append(f"{one.name}: byte {found.offset}: {reason}")
        self._archive.catalog.commit()

    def _records(self, one: Input, *, revisits: bool) -> Iterator[Segment]:
        if not revisits:
            self.result.problems += [f"{one.name}: byte {offset}: {reason}; not taken" for offset, reason in one.faults]
            self.result.problems += [f"{one.name}: the file is empty"] if not one.size and not one.faults else []
        if one.is_bad:
            return
        left_out: list[LeftOut] = []
        for found in records(Path(one.path), check=True):
            if found.fault and not revisits:
                self.result.problems.append(f"{one.name}: byte {found.offset}: {found.fault}; not taken")
            if found.record is not None and not found.fault and (found.record.type == "revisit") == revisits:
                yield found
            if found.found is not None and found.found.type == "conversion" and self._is_ours(found.found.url):
                left_out.append(LeftOut(found.offset, found.found.url))
        if not revisits:
            self.result.problems += [f"{one.name}: byte {offset}: {reason}" for offset, reason in named(left_out)]

    def _is_ours(self, url: str) -> bool:
        return host_of(self._address(url)) in self._hosts

    def _store(self, found: Segment, path: Path, now: datetime) -> str:
        """Store one record; return why it could not be stored, or an empty text."""
        record = found.record
        assert record is not None
        url = self._address(record.url)
        if host_of(url) not in self._hosts or not self._covers(url):
            self.result.counts["elsewhere"] += 1
            return ""
        if not self._archive.forgotten.isdisjoint(self._about(url)):
            self.result.counts["forgotten"] += 1
            return ""
        payload = None
        if record.type == "revisit":
            payload = self._payload(record, url)
            if payload is None:
                return f"a revisit of {url} whose payload is not here; not taken"
        asked = record.url if self._canonical(record.url) == url else ""
        exchange = _raw_exchange(record, url, asked, payload, found.large)
        if payload is None and record.payload_digest not in ("", exchange.payload_digest):
            self._ours[_short(record.payload_digest)] = exchange.payload_digest
        digest = exchange.payload_digest if payload is None else payload.payload_digest
        if self._is_stored(exchange, digest):
            self.result.counts["known"] += 1
            return ""
        large = (found.large.length, body_parts(path, found.offset, found.large)) if found.large else None
        self._archive.captures.store(exchange, now=now, payload=payload, large=large)
        self.result.counts["stored"] += 1
        return ""

    def _is_stored(self, exchange: RawExchange, digest: str) -> bool:
        """Whether the archive has a capture; redirects of one second are told apart by the addresses that were asked.

        From ``http`` to ``https``, and from there to ``www.``, they often have the same body.
        """
        catalog, payloads = self._archive.catalog, self._archive.captures.payloads
        if exchange.status not in _REDIRECTS or not exchange.asked:
            return catalog.is_stored(exchange.url, exchange.date, digest, exchange.status)
        rows = catalog.captured_then(exchange.url, exchange.date, digest, exchange.status)
        return any(payloads.asked(row) == exchange.asked for row in rows)

    def _payload(self, record: Record, url: str) -> CaptureRow | None:
        """The stored response whose payload a revisit repeats, however its digest is computed."""
        refers_url, refers_time = record.refers_to
        refers_to = (self._address(refers_url), refers_time) if refers_url else record.refers_to
        stated = record.payload_digest
        ours = self._ours.get(_short(stated), stated)
        revisit = ScannedCapture(0, 0, record.type, url, record.time, record.status, ours, refers_to)
        return self._archive.catalog.payload_of(revisit) or (self._hashed(url, stated) if stated else None)

    def _hashed(self, url: str, stated: str) -> CaptureRow | None:
        """The response at a URL whose payload has a digest that no record of it states, as after an earlier import."""
        kind = stated.rpartition(":")[0], len(stated)
        if _short(f"{url} {kind}") not in self._hashed_all:
            self._hashed_all.add(_short(f"{url} {kind}"))
            self._hash_all(url, stated)
        number = self._by_hash.get(_short(f"{url} {canonical_digest(stated)}"))
        return self._archive.catalog.capture(number) if number else None

    def _hash_all(self, url: str, like: str) -> None:
        """Note the digests, of the same kind as another one, of all responses at a URL; the second turn adds none to them."""
        for row in self._archive.catalog.history([url]):
            if row.type == "response":
                try:
                    record = self._archive.captures.payloads.record(row)
                    readings = (record.payload, decoded(record.payload, record.headers))
                except (DamagedRecord, UnreadableCoding):
                    continue
                for payload in readings:
                    self._by_hash.setdefault(_short(f"{url} {same_algorithm(like, payload)}"), row.id)


@contextmanager
def filled(archive: Archive, site: Site) -> Iterator[Archive]:
    """Recover an archive for an import, and close it; the catalog tells of one that does not come to its end."""
    with closing(archive):
        archive.recover(site.canonical)
        archive.catalog.set_number(IMPORTING, int(clock.now().timestamp()))
        archive.catalog.commit()
        yield archive
        archive.catalog.forget_number(IMPORTING)


def _short(text: str) -> bytes:
    """What a digest or URL is remembered by, since there may be millions."""
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def _raw_exchange(record: Record, url: str, asked: str, payload: CaptureRow | None, large: Large | None) -> RawExchange:
    # A revisit without a status means that the server answered as before.
    status = record.status or (payload.status if payload else _NOT_MODIFIED)
    return RawExchange(
        url=url,
        asked=asked,
        time=datetime.fromisoformat(record.time),
        request=b"",
        status=status,
        headers=[(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in record.headers],
        body=b"" if large else record.unchunked,
        payload_digest=large.digest if large else "",
        source=record.source,
    )
