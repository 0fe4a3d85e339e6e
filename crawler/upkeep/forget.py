"""Taking a post out of an archive: file, index, catalog, and every record of it in the captures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from crawler import clock
from crawler.archive.forgotten import forgotten, note_forgotten, note_undone, promised
from crawler.clock import stamp
from crawler.derive.visits import END
from crawler.sites.parsed import LISTINGS, Kind
from crawler.text.signatures import forget_signature
from crawler.warc.redact import Place, blank_records, records_about

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.archive.archive import Archive
    from crawler.archive.schema import CaptureRow
    from crawler.sites.site import Site

#: The catalog's number of promises that are kept.
_DONE = "forgotten"


@dataclass(slots=True)
class Plan:
    """All that there is of one post, and what of it is to go."""

    post_id: str
    #: Its index line, ``None`` if it has none.
    entry: dict[str, Any] | None
    #: The captures that go.
    rows: list[CaptureRow]
    #: Capture file -> places of the records that go, requests and all.
    records: dict[str, list[Place]] = field(default_factory=dict)
    #: Captured listings that name it and stay.
    listings: list[CaptureRow] = field(default_factory=list)
    #: Records that stay, for the captures of other posts stand for the same bytes.
    shared: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many records go."""
        return sum(map(len, self.records.values()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be done."""
        return self.entry is None and not self.rows and not self.records


class Forgetting:
    """For one archive, which is locked and recovered."""

    def __init__(self, archive: Archive, site: Site, *, with_listings: bool = False) -> None:
        self._archive = archive
        self._site = site
        self._with_listings = with_listings

    def forget(self, post_id: str, reason: str) -> Plan:
        """Take a post out for good. It is promised first: what stops this is made up for by :meth:`mend`, which comes last.

        :raises OSError: if the disk does not take it.
        """
        if post_id not in forgotten(self._archive.folder):
            note_forgotten(self._archive.folder, post_id, reason, clock.now())
        plan = self.plan(post_id)
        self._take_out(plan)
        return plan

    def block(self, post_id: str, reason: str) -> None:
        """Have a post stay out of which the archive has nothing yet.

        :raises OSError: if the disk does not take it.
        """
        note_forgotten(self._archive.folder, post_id, reason, clock.now(), unseen=True)

    def undo(self, post_ids: Collection[str], reason: str) -> None:
        """Let posts in again, once all of them is out that was to be taken out.

        :raises OSError: if the disk does not take it.
        """
        self.mend()
        note_undone(self._archive.folder, post_ids, reason, clock.now())
        self._archive.catalog.set_number(_DONE, promised(self._archive.folder))

    def mend(self) -> list[str]:
        """Go on with what was promised and not done: gives the IDs of posts that were still there in part."""
        catalog, number = self._archive.catalog, promised(self._archive.folder)
        if catalog.number(_DONE) == number:
            return []
        left = [plan for plan in map(self.plan, sorted(forgotten(self._archive.folder))) if not plan.is_empty]
        for plan in left:
            self._take_out(plan)
        catalog.set_number(_DONE, number)
        return [plan.post_id for plan in left]

    def plan(self, post_id: str) -> Plan:
        """What is to go; nothing is written."""
        line = self._archive.catalog.post_line(post_id)
        rows = self._rows(post_id)
        naming = self._naming(rows)
        feeds = [row for row in naming if self._with_listings or self._site.kind(row.url) == Kind.FEED]
        rows += feeds
        rows += self._standing_for(rows, {row.id for row in rows})
        plan = Plan(post_id, orjson.loads(line) if line else None, [], listings=[row for row in naming if row not in feeds])
        keep = self._shared(rows, plan)
        plan.rows = [row for row in rows if (row.file, row.offset) not in keep]
        for name in sorted({row.file for row in rows}):
            places = self._places(name, [row for row in rows if row.file == name], keep)
            if places:
                plan.records[name] = places
        return plan

    def _take_out(self, plan: Plan) -> None:
        catalog = self._archive.catalog
        for name, places in plan.records.items():
            blank_records(self._archive.captures.folder / name, places, clock.now())
        if plan.entry is not None:
            self._archive.files.remove(plan.entry["path"])
            forget_signature(self._archive.folder, plan.entry["sha256"])
        self._archive.index.forget(plan.post_id)
        pages = {row.url for row in plan.rows if self._site.post_id(row.url) == plan.post_id}
        catalog.forget_captures([row.id for row in plan.rows], pages)
        catalog.commit()

    def _rows(self, post_id: str) -> list[CaptureRow]:
        """The captures that are about a post: its pages, its shares and their answers."""
        urls = [url for url in self._archive.catalog.urls() if post_id in self._site.about(url)]
        return self._archive.catalog.history(urls) if urls else []

    def _naming(self, rows: list[CaptureRow]) -> list[CaptureRow]:
        """Captured listings and feeds of the post's days that lead to it."""
        pages = [row for row in rows if self._site.kind(row.url) == Kind.POST]
        if not pages:
            return []
        named = {form for row in pages for form in _in_links(row.url)}
        first, last = "", END
        if self._site.keeps is not None:
            span = self._site.keeps + timedelta(days=2)
            first = stamp(datetime.fromisoformat(pages[0].time) - span)
            last = stamp(datetime.fromisoformat(pages[-1].time) + span)
        found = []
        for row in self._archive.catalog.responses_between(first, last):
            if self._site.kind(row.url) in LISTINGS:
                exchange = self._archive.captures.payloads.exchange(row)
                if exchange is not None and any(name in exchange.body for name in named):
                    found.append(row)
        return found

    def _standing_for(self, rows: list[CaptureRow], known: set[int]) -> list[CaptureRow]:
        """Revisits of the same addresses whose payload goes."""
        urls = {row.url for row in rows}
        gone = {row.id for row in rows if row.type == "response"}
        return [row for row in self._archive.catalog.history(sorted(urls)) if row.id not in known and row.payload_id in gone]

    def _shared(self, rows: list[CaptureRow], plan: Plan) -> set[tuple[str, int]]:
        urls, keep = {row.url for row in rows}, set()
        for row in rows:
            if row.type == "response":
                others = self._archive.catalog.urls_of_payload(row.id) - urls
                if others:
                    keep.add((row.file, row.offset))
                    plan.shared.append(f"{row.file}, byte {row.offset}: {len(others)} other addresses gave the same bytes")
        return keep

    def _places(self, name: str, rows: list[CaptureRow], keep: set[tuple[str, int]]) -> list[Place]:
        """The records of these rows and the requests that go with them."""
        path = self._archive.captures.folder / name
        urls = {row.url for row in rows if self._site.kind(row.url) not in LISTINGS}
        offsets = {row.offset for row in rows if self._site.kind(row.url) in LISTINGS}
        kept = {offset for file, offset in keep if file == name}
        return records_about(path, lambda url: self._site.canonical(url) in urls, also=offsets, keep=kept)


def _in_links(url: str) -> set[bytes]:
    """The last part of a post's address in the forms that links have it in."""
    name = "/" + url.rstrip("/").rpartition("/")[2]
    return {name.encode(), unquote(name).encode()}
