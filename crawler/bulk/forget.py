"""Taking a post out of an archive: file, index, catalog, and every record of it in the captures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from crawler import clock
from crawler.archive.archive import Archive
from crawler.archive.blank import blank_records
from crawler.archive.forgotten import forgotten, note_forgotten
from crawler.archive.schema import COLUMNS, CaptureRow
from crawler.clock import stamp
from crawler.sites.site import Site

#: The catalog's number of promises that are kept.
_DONE = "forgotten"
#: The addresses whose captures stand for a row's payload.
_SHARED = "SELECT DISTINCT url FROM captures WHERE payload_id = ?"


@dataclass(slots=True)
class Forgot:
    """What became of it. ``records``: taken out of the captures; ``listings``: captured listings that still name the post."""

    records: int = 0
    posts: int = 0
    listings: int = 0
    #: Records that stay, for the captures of other posts stand for the same bytes.
    shared: list[str] = field(default_factory=list)


class Forgetting:
    """For one archive, which is locked and recovered."""

    def __init__(self, archive: Archive, site: Site, *, with_listings: bool = False) -> None:
        self._archive = archive
        self._site = site
        self._with_listings = with_listings

    def forget(self, post_id: str, reason: str) -> Forgot:
        """Take a post out for good. It is promised first: what stops this is made up for by :meth:`mend`, which comes last.

        :raises OSError: if the disk does not take it.
        """
        if post_id not in forgotten(self._archive.folder):
            note_forgotten(self._archive.folder, post_id, reason, clock.now())
        return self._take_out(post_id)

    def mend(self) -> list[str]:
        """Go on with what was promised and not done: gives the IDs of posts that were still there in part."""
        catalog, promised = self._archive.catalog, sorted(forgotten(self._archive.folder))
        if catalog.number(_DONE) == len(promised):
            return []
        left = [post_id for post_id in promised if self._is_there(post_id)]
        for post_id in left:
            self._take_out(post_id)
        catalog.set_number(_DONE, len(promised))
        return left

    def _is_there(self, post_id: str) -> bool:
        rows = self._rows(post_id)
        keep = self._shared(rows, Forgot())
        known = self._archive.catalog.post_line(post_id) is not None
        return known or any((row.file, row.offset) not in keep for row in rows)

    def _take_out(self, post_id: str) -> Forgot:
        done, catalog = Forgot(), self._archive.catalog
        line = catalog.post_line(post_id)
        rows = self._rows(post_id)
        naming = self._naming(post_id, rows)
        feeds = [row for row in naming if self._with_listings or self._site.kind(row.url) == "feed"]
        done.listings = len(naming) - len(feeds)
        rows += feeds
        rows += self._standing_for(rows, {row.id for row in rows})
        keep = self._shared(rows, done)
        for name in sorted({row.file for row in rows}):
            done.records += self._blank(name, [row for row in rows if row.file == name], keep)
        for row in rows:
            if (row.file, row.offset) not in keep:
                catalog.write("DELETE FROM captures WHERE id = ?", (row.id,))
        if line:
            done.posts = 1
            entry = orjson.loads(line)
            self._archive.files.remove(entry["path"])
            forget_signature(self._archive, entry["sha256"])
        self._archive.index.forget(post_id)
        for url in {row.url for row in rows if self._site.post_id(row.url) == post_id}:
            catalog.write("DELETE FROM rechecks WHERE url = ?", (url,))
        catalog.commit()
        return done

    def _rows(self, post_id: str) -> list[CaptureRow]:
        """The captures that are about a post: its pages, its shares and their answers."""
        urls = [url for url in self._urls() if post_id in self._site.about(url)]
        return self._archive.catalog.history(urls) if urls else []

    def _urls(self) -> Iterator[str]:
        """All that was captured, one at a time: there may be millions."""
        return (str(url) for (url,) in self._archive.catalog.rows("SELECT DISTINCT url FROM captures"))

    def _naming(self, post_id: str, rows: list[CaptureRow]) -> list[CaptureRow]:
        """Captured listings and feeds of the post's days in which its ID stands, for its address has it."""
        pages = [row for row in rows if self._site.kind(row.url) == "post"]
        if not pages:
            return []
        span = self._site.keeps + timedelta(days=2)
        first, last = (datetime.fromisoformat(row.time) for row in (pages[0], pages[-1]))
        query = f"SELECT {COLUMNS} FROM captures WHERE time >= ? AND time <= ? AND status = 200 AND type = 'response'"
        found = []
        for values in list(self._archive.catalog.rows(query, (stamp(first - span), stamp(last + span)))):
            row = CaptureRow._make(values)
            if self._site.kind(row.url) in ("listing", "feed"):
                exchange = self._archive.captures.payloads.exchange(row)
                if exchange is not None and post_id.encode() in exchange.body:
                    found.append(row)
        return found

    def _standing_for(self, rows: list[CaptureRow], known: set[int]) -> list[CaptureRow]:
        """Revisits of the same addresses whose payload goes."""
        urls = {row.url for row in rows}
        gone = {row.id for row in rows if row.type == "response"}
        return [row for row in self._archive.catalog.history(sorted(urls)) if row.id not in known and row.payload_id in gone]

    def _shared(self, rows: list[CaptureRow], done: Forgot) -> set[tuple[str, int]]:
        urls, keep = {row.url for row in rows}, set()
        for row in rows:
            if row.type == "response":
                others = {str(url) for (url,) in self._archive.catalog.rows(_SHARED, (row.id,))} - urls
                if others:
                    keep.add((row.file, row.offset))
                    done.shared.append(f"{row.file}, byte {row.offset}: {len(others)} other addresses gave the same bytes")
        return keep

    def _blank(self, name: str, rows: list[CaptureRow], keep: set[tuple[str, int]]) -> int:
        """The records of these rows and the requests that go with them."""
        path = self._archive.captures.folder / name
        urls = {row.url for row in rows if self._site.kind(row.url) not in ("listing", "feed")}
        offsets = {row.offset for row in rows if self._site.kind(row.url) in ("listing", "feed")}
        kept = {offset for file, offset in keep if file == name}
        return blank_records(path, lambda url: self._site.canonical(url) in urls, clock.now(), also=offsets, keep=kept)


def forget_signature(archive: Archive, sha256: str) -> None:
    """What an export kept of the text."""
    path = archive.folder / "signatures.sqlite"
    if path.exists():
        with closing(sqlite3.connect(path)) as db:
            db.execute("DELETE FROM signatures WHERE sha256 = ?", (bytes.fromhex(sha256),))
            db.commit()
