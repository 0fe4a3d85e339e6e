"""Where a post comes from: its captures, what each rule found in them, its versions, and what became of it.

A document of plain values, for people (:mod:`crawler.derive.explained`) and programs alike; made of the archive alone.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.forgotten import Exclusion, exclusions
from crawler.derive.named import Named, Names
from crawler.items import SITE_DEFECTS, Exchange, Found, Rejection
from crawler.markup.feed import read_feed
from crawler.markup.links import page_links
from crawler.markup.listing import UnreadableListing
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from crawler.archive.archive import Archive
    from crawler.archive.rechecks import Recheck
    from crawler.archive.schema import CaptureRow
    from crawler.derive.posts import Derived, Entry, Judged
    from crawler.derive.writer import PostWriter
    from crawler.sites.site import Site

Document = dict[str, Any]
_FOUND = 200
#: What differs between two visits without making a new version.
_PASSING = ("first_seen", "last_seen", "version", "status", "captures", "sha256", "bytes", "path")


@dataclass(frozen=True, slots=True)
class Explaining:
    """For one archive, which is only read."""

    archive: Archive
    site: Site
    writer: PostWriter

    def explain(self, text: str) -> Document:
        """What is known of the post, or of the captured address, that a person names.

        :raises crawler.derive.named.Unknown: if the archive knows nothing of it.
        """
        forgotten = exclusions(self.archive.folder)
        named = Names(self.site, self.archive.catalog, forgotten).find(text)
        asked = {"site": self.site.name, "asked": text}
        if named.post_id in forgotten:
            return asked | self._forgotten(forgotten[named.post_id])
        if named.post_id:
            return asked | self._post(named)
        return asked | self._other(named.url)

    def _forgotten(self, promise: Exclusion) -> Document:
        return {"what": "forgotten", "id": promise.id, "time": promise.time, "reason": promise.reason}

    # Posts

    def _post(self, named: Named) -> Document:
        catalog = self.archive.catalog
        line = catalog.post_line(named.post_id)
        known: Entry | None = orjson.loads(line) if line else None
        pages = {url for url in (*catalog.post_urls(named.post_id), named.url) if self.site.post_id(url) == named.post_id}
        if known is None:
            pages |= {url for url in Names(self.site, catalog).captured(named.post_id) if self.site.post_id(url)}
        judged: list[Judged] = []
        derived = self.writer.derive(named.post_id, sorted(pages), judged.append)
        entry = derived.entry or known
        made = next((one for one in reversed(judged) if one.entry is not None), None)
        companions = self.site.companions(made.parsed) if made is not None and made.parsed is not None else []
        rows = catalog.history([*sorted(pages), *companions])
        rows += self._feed(made)
        found = (
            self.site.findings(made.parsed, made.companion, made.mention)
            if made is not None and made.parsed is not None
            else []
        )
        return {
            "what": "post" if entry else "rejected",
            "id": named.post_id,
            "url": entry["url"] if entry else min(pages, default=named.url),
            "entry": entry,
            "captures": [self._capture(row, entry) for row in rows],
            "found": [_found(one) for one in found],
            "rejected": self._rejection(derived.rejected, judged),
            "versions": _versions(derived),
            "file": self._file(known, derived),
            "state": self._state(entry, pages),
        }

    def _feed(self, made: Judged | None) -> list[CaptureRow]:
        """The capture of the feed that told something of a post."""
        capture = made.mention.capture if made is not None and made.mention is not None else None
        row = self.archive.catalog.at(capture.file, capture.offset) if capture else None
        return [row] if row else []

    def _capture(self, row: CaptureRow, entry: Entry | None) -> Document:
        used = entry["captures"] if entry else []
        payload = self.archive.catalog.capture(row.payload_id) if row.type == "revisit" else None
        return {
            "kind": self.site.kind(row.url),
            "means": self.site.describe(row.url),
            "url": row.url,
            "time": row.time,
            "status": row.status,
            "type": row.type,
            "file": row.file,
            "offset": row.offset,
            "length": row.length,
            "payload_digest": row.payload_digest,
            "payload": {"file": payload.file, "offset": payload.offset} if payload else None,
            "used": any((one["file"], one["offset"]) == (row.file, row.offset) for one in used),
        }

    def _rejection(self, rejected: Rejection | None, judged: list[Judged]) -> Document | None:
        if rejected is None:
            return None
        page = next((one.visit.page for one in reversed(judged) if one.rejected is rejected), None)
        place = {"file": page.file, "offset": page.offset, "time": page.time} if page else {}
        of_site = rejected.code in SITE_DEFECTS
        return (
            {"url": rejected.url, "code": rejected.code, "reason": rejected.reason, "at": rejected.at}
            | place
            | {"of_site": of_site}
        )

    def _file(self, known: Entry | None, derived: Derived) -> Document | None:
        """Whether file and index are what the captures give."""
        if known is None:
            return None
        entry = derived.entry
        try:
            data = (self.archive.folder / known["path"]).read_bytes()
        except OSError as error:
            data, state = b"", f"cannot be read: {error.strerror}"
        else:
            state = "is what the captures give"
            if entry is None:
                state = "has no captures any more that give it"
            elif data != derived.content.encode():
                state = "is not what the captures give"
        differs = [] if entry is None else sorted(name for name, value in entry.items() if known.get(name) != value)
        return {
            "path": known["path"],
            "state": state,
            "sha256": hashlib.sha256(data).hexdigest() if data else None,
            "index_differs": differs,
        }

    def _state(self, entry: Entry | None, pages: set[str]) -> Document:
        waiting = [row for row in map(self.writer.rechecks.get, sorted(pages)) if row is not None]
        first: Recheck | None = min(waiting, key=lambda row: row.due, default=None)
        return {
            "status": entry["status"] if entry else None,
            "first_seen": entry["first_seen"] if entry else None,
            "last_seen": entry["last_seen"] if entry else None,
            "due": first.due if first else None,
            "failures": first.tries if first else 0,
        }

    # Whatever else was captured

    def _other(self, url: str) -> Document:
        rows = self.archive.catalog.history([url])
        newest = next((row for row in reversed(rows) if row.status == _FOUND), None)
        page = self.archive.captures.payloads.exchange(newest) if newest else None
        return {
            "what": self.site.kind(url),
            "means": self.site.describe(url),
            "url": url,
            "captures": [self._capture(row, None) for row in rows],
            "contents": len({row.payload_digest for row in rows if row.status == _FOUND}),
            "bytes": len(page.body) if page else None,
            "posts": self._listed(page) if page else [],
            "state": self._state(None, {url}),
        }

    def _listed(self, page: Exchange) -> list[str]:
        """The IDs of the posts to which a listing leads, in its order."""
        kind = self.site.kind(page.url)
        try:
            found = [entry.url for entry in read_feed(page.body, page.url)] if kind == Kind.FEED else []
            found += [link.url for link in page_links(page.body, page.url)] if kind == Kind.LISTING else []
        except UnreadableListing:
            return []
        posts = [url for one in found if (url := self.site.post_link(one))]
        return [one for one in dict.fromkeys(map(self.site.post_id, posts)) if one]


def _found(found: Found) -> Document:
    capture = found.source.capture if found.source else None
    return {
        "part": found.part,
        "value": found.value,
        "rule": found.rule,
        "capture": asdict(capture) if capture else None,
        "start": found.start,
        "end": found.end,
        "doubt": found.doubt,
        "assumed": found.assumed,
    }


def _versions(derived: Derived) -> list[Document]:
    """Each version of the source post, when a visit first showed it, and what it changed."""
    first = [_version(entry, []) for entry, _ in derived.versions[:1]]
    return first + [
        _version(entry, [name for name, value in entry.items() if name not in _PASSING and before[name] != value])
        | _counted(old, new)
        for (before, old), (entry, new) in pairwise(derived.versions)
    ]


def _version(entry: Entry, changed: list[str]) -> Document:
    seen = entry["captures"][0]["time"] if entry["captures"] else entry["last_seen"]
    return {
        "version": entry["version"],
        "seen": seen,
        "fidelity": entry["fidelity"],
        "sha256": entry["sha256"],
        "changed": changed,
        "added": 0,
        "removed": 0,
    }


def _counted(before: str, after: str) -> dict[str, int]:
    """How many lines came and went."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=True)
    changes = [(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return {"removed": sum(one for one, _ in changes), "added": sum(one for _, one in changes)}
