"""Removing a post from an archive: its file, index line and catalog rows, and every record of it in the captures."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from crawler import clock
from crawler.archive.forgotten import exclude, forgotten, lift_exclusions, number_of_entries
from crawler.archive.paths import STAGE
from crawler.clock import stamp
from crawler.derive.feeds import entries_of
from crawler.derive.lookup import Lookup
from crawler.derive.visits import END
from crawler.invocation import command
from crawler.markup.links.address import split
from crawler.markup.links.links import page_addresses
from crawler.sites.parsed import LISTINGS, Kind
from crawler.text.readings import forget_readings
from crawler.warc.redact import Span, is_redacted, records_about, redact_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.items import Exchange
    from crawler.sites.site import Site

#: The catalog's number of entries in ``forgotten.jsonl`` that have been carried out.
_DONE = "forgotten"


@dataclass(slots=True)
class Plan:
    """Everything that the archive has of one post, and what of it will be removed."""

    post_id: str
    #: Its index line, ``None`` if it has none.
    entry: dict[str, Any] | None
    #: The captures to remove.
    rows: list[CaptureRow]
    #: The records to remove, requests included, by capture file.
    records: dict[str, list[Span]] = field(default_factory=dict)
    #: Captured listings that name the post and stay.
    listings: list[CaptureRow] = field(default_factory=list)
    #: Records that stay because captures of other URLs have the same payload, a line each.
    shared: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of records to remove."""
        return sum(map(len, self.records.values()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to remove."""
        return self.entry is None and not self.rows and not self.records


class Forgetter:
    """Removes posts from one archive, which must be locked and recovered."""

    def __init__(self, archive: Archive, site: Site, *, with_listings: bool = False) -> None:
        self._archive = archive
        self._site = site
        self._with_listings = with_listings

    def forget(self, post_id: str, reason: str) -> Plan:
        """Exclude a post and remove it; if that is cut short, :meth:`finish_pending` completes it. Returns what was removed.

        :raises OSError: if the disk does not take it.
        """
        folder, catalog = self._archive.folder, self._archive.catalog
        nothing_pends = catalog.number(_DONE) == number_of_entries(folder)
        if post_id not in forgotten(folder):
            exclude(folder, post_id, reason, clock.now())
        plan = self.plan(post_id)
        self._take_out(plan)
        if nothing_pends:  # else finish_pending() looks at every post once more
            catalog.set_number(_DONE, number_of_entries(folder))
        return plan

    def block(self, post_id: str, reason: str) -> None:
        """Exclude a post of which the archive has nothing yet.

        :raises OSError: if the disk does not take it.
        """
        exclude(self._archive.folder, post_id, reason, clock.now(), unseen=True)

    def undo(self, post_ids: Collection[str], reason: str) -> None:
        """Lift the exclusions of posts, after every pending removal is complete.

        :raises OSError: if the disk does not take it.
        """
        self.finish_pending()
        lift_exclusions(self._archive.folder, post_ids, reason, clock.now())
        self._archive.catalog.set_number(_DONE, number_of_entries(self._archive.folder))

    def finish_pending(self) -> list[str]:
        """Complete removals that were cut short, and return the IDs of the posts that were still there in part."""
        catalog, number = self._archive.catalog, number_of_entries(self._archive.folder)
        if catalog.number(_DONE) == number:
            return []
        ids = sorted(forgotten(self._archive.folder))
        left = [plan for plan in (self.plan(post_id, again=False) for post_id in ids) if not plan.is_empty]
        for plan in left:
            self._take_out(plan)
        catalog.set_number(_DONE, number)
        return [plan.post_id for plan in left]

    def plan(self, post_id: str, *, again: bool = True) -> Plan:
        """What the archive has of a post, and what of it would be removed; nothing is written.

        :param again: whether all listings are read for a post whose pages were taken out before.
        """
        line = self._archive.catalog.post_line(post_id)
        rows = self._rows(post_id)
        pages = [row for row in rows if self._site.kind(row.url) == Kind.POST]
        naming, redacted = self._naming(pages) if pages else (self._still_naming(post_id) if again else [], [])
        feeds = [row for row in naming if self._site.kind(row.url) == Kind.FEED]
        # Where feeds are evidence for posts, a captured one proves the other posts that it has.
        kept = [] if self._with_listings or not self._site.reads_feed else feeds
        going = [row for row in (naming if self._with_listings else feeds) if row not in kept]
        rows += [*going, *redacted]
        rows += self._revisits_of(rows, {row.id for row in rows})
        listings = [row for row in naming if row not in going and row not in kept]
        plan = Plan(post_id, orjson.loads(line) if line else None, [], listings=listings)
        how = f"--listings takes it out, and then {command(f'rebuild {self._site.name}')} makes the other posts again"
        what = f"a feed with its text, which proves other posts, too; {how}"
        plan.shared += [f"{row.file}, byte {row.offset}: {what}" for row in kept]
        keep = self._shared(rows, plan)
        plan.rows = [row for row in rows if (row.file, row.offset) not in keep]
        for name in sorted({row.file for row in rows}):
            places = self._spans(post_id, name, [row for row in rows if row.file == name], keep)
            if places:
                plan.records[name] = places
        return plan

    def _take_out(self, plan: Plan) -> None:
        catalog = self._archive.catalog
        shutil.rmtree(self._archive.folder / STAGE, ignore_errors=True)  # a rebuild that was cut short has made the post, too
        for name, places in plan.records.items():
            redact_records(self._archive.captures.folder / name, places, clock.now())
        if plan.entry is not None:
            self._archive.files.remove(plan.entry["path"], durable=True)
        forget_readings(self._archive.folder, [plan.post_id])
        self._archive.index.take_out(plan.post_id)
        pages = {row.url for row in plan.rows if self._site.post_id(row.url) == plan.post_id}
        catalog.forget_captures([row.id for row in plan.rows], pages)
        catalog.commit()

    def _rows(self, post_id: str) -> list[CaptureRow]:
        """The captures of a post: its pages, its shares and their answers."""
        urls = Lookup(self._site, self._archive.catalog).captured(post_id)
        return self._archive.catalog.history(urls) if urls else []

    def _still_naming(self, post_id: str) -> list[CaptureRow]:
        """Captured listings and feeds that lead to a post whose pages were taken out before, whenever that was."""
        trace, catalog, found, named = self._site.trace(post_id).encode(), self._archive.catalog, [], set[bytes]()
        for url in [url for url in catalog.urls() if self._site.kind(url) in LISTINGS]:
            for row in catalog.responses_between(url, "", END):
                exchange = self._archive.captures.payloads.exchange(row)
                if exchange is not None and (trace in exchange.body or b"%" in exchange.body):
                    found.append(row)
                    named |= {
                        form for one in self._links(exchange) if self._site.post_id(one) == post_id for form in _in_links(one)
                    }
        texts = ((row, self._archive.captures.payloads.exchange(row)) for row in found if named)
        return [row for row, exchange in texts if exchange is not None and any(name in exchange.body for name in named)]

    def _links(self, listing: Exchange) -> Iterable[str]:
        """The canonical addresses that a listing or a feed has."""
        if self._site.kind(listing.url) == Kind.FEED:
            return entries_of(self._site, listing)
        return map(self._site.canonical, page_addresses(listing.body, listing.url))

    def _naming(self, pages: list[CaptureRow]) -> tuple[list[CaptureRow], list[CaptureRow]]:
        """Captured listings and feeds of a post's days that lead to its pages, and those taken out when this was cut short."""
        named = {form for row in pages for form in _in_links(row.url)}
        first, last = "", END
        if self._site.keeps is not None:
            span = self._site.keeps + timedelta(days=2)
            first = stamp(datetime.fromisoformat(pages[0].time) - span)
            last = stamp(datetime.fromisoformat(pages[-1].time) + span)
        found, redacted, catalog = [], [], self._archive.catalog
        for url in [url for url in catalog.urls_between(first, last) if self._site.kind(url) in LISTINGS]:
            for row in catalog.responses_between(url, first, last):
                exchange = self._archive.captures.payloads.exchange(row)
                if exchange is None:
                    redacted += [row] if is_redacted(self._archive.captures.folder / row.file, row.offset) else []
                elif any(name in exchange.body for name in named):
                    found.append(row)
        return sorted(found, key=lambda row: row.id), redacted

    def _revisits_of(self, rows: list[CaptureRow], known: set[int]) -> list[CaptureRow]:
        """Revisits of the same URLs that repeat a payload to be removed."""
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

    def _spans(self, post_id: str, name: str, rows: list[CaptureRow], keep: set[tuple[str, int]]) -> list[Span]:
        """The records of these rows in one file, and their requests."""
        path = self._archive.captures.folder / name
        urls = {row.url for row in rows if self._site.kind(row.url) not in LISTINGS}
        offsets = {row.offset for row in rows if self._site.kind(row.url) in LISTINGS}
        kept = {offset for file, offset in keep if file == name}
        known = self._archive.catalog.responses_in(name)
        text = self._site.trace(post_id).encode()
        return records_about(path, lambda url: self._site.canonical(url) in urls, known, text=text, also=offsets, keep=kept)


def _in_links(url: str) -> set[bytes]:
    """The path of a post's address in the forms that links have it in."""
    path = split(url).path
    return {path.encode(), unquote(path).encode()}
