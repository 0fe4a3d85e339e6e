"""Explains a post from the archive alone: its captures, what each rule found in them, its versions, file and rechecks.

The explanation is a document of plain values, which is printed as JSON or as text (:mod:`crawler.derive.explanation`).
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.forgotten import Exclusion, exclusions
from crawler.archive.regular import read_regular
from crawler.derive.lookup import Lookup, Match
from crawler.derive.redirects import with_targets
from crawler.items import SITE_DEFECTS, Exchange, Found, Rejection
from crawler.markup.feeds.at_home import at_home
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links.links import page_links
from crawler.markup.links.listing import UnreadableListing
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.rechecks import Recheck
    from crawler.derive.posts import Derived, Entry, VisitResult
    from crawler.derive.writer import PostWriter
    from crawler.sites.site import Site

Document = dict[str, Any]
_FOUND = 200
#: Fields that are not named among the changes of a version, as they say nothing of its text.
_NOT_COMPARED = ("first_seen", "last_seen", "version", "status", "captures", "sha256", "bytes", "path")


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains what is in one archive, which is only read."""

    archive: Archive
    site: Site
    writer: PostWriter

    def explain(self, text: str) -> Document:
        """The explanation of the post, or of the captured address, that a person names.

        :raises crawler.derive.lookup.NotInArchive: if the archive knows nothing of it.
        """
        forgotten = exclusions(self.archive.folder)
        match = Lookup(self.site, self.archive.catalog, forgotten).find(text)
        asked = {"site": self.site.name, "asked": text}
        if match.post_id in forgotten:
            return asked | self._forgotten(forgotten[match.post_id])
        if match.post_id:
            return asked | self._post(match)
        return asked | self._other(match.url)

    def _forgotten(self, exclusion: Exclusion) -> Document:
        return {"what": "forgotten", "id": exclusion.id, "time": exclusion.time, "reason": exclusion.reason}

    # Posts

    def _post(self, match: Match) -> Document:
        catalog = self.archive.catalog
        line = catalog.post_line(match.post_id)
        known: Entry | None = orjson.loads(line) if line else None
        pages = {url for url in (*catalog.post_urls(match.post_id), match.url) if self.site.post_id(url) == match.post_id}
        if known is None:
            pages |= {url for url in Lookup(self.site, catalog).captured(match.post_id) if self.site.post_id(url)}
        results: list[VisitResult] = []
        derived = self.writer.derive(match.post_id, sorted(pages), results.append)
        entry = derived.entry or known
        made = next((one for one in reversed(results) if one.entry is not None), None)
        companions: list[str] = []
        found: list[Found] = []
        if made is not None and made.parsed is not None:
            located = self.archive.captures.payloads.location
            companions = with_targets(self.site, self.site.companions(made.parsed), catalog.history, located)
            found = self.site.findings(made.parsed, made.companion, made.mention)
        rows = catalog.history([*sorted(pages), *companions])
        rows += self._feed(made)
        return {
            "what": "post" if entry else "rejected",
            "id": match.post_id,
            "url": entry["url"] if entry else min(pages, default=match.url),
            "entry": entry,
            "captures": [self._capture(row, entry) for row in rows],
            "found": [_found(one) for one in found],
            "rejected": self._rejection(derived.rejected, results),
            "versions": _versions(derived),
            "file": self._file(known, derived),
            "state": self._state(entry, pages),
        }

    def _feed(self, made: VisitResult | None) -> list[CaptureRow]:
        """The captures of the feed, of the list for the site's own search, and of redirects, that the post was built with."""
        mention = made.mention if made is not None else None
        redirects = [one.capture for one in mention.redirects] if mention is not None else []
        captures = dict.fromkeys((mention.capture, mention.list_capture, *redirects)) if mention is not None else ()
        rows = (self.archive.catalog.at(one.file, one.offset) for one in captures if one is not None)
        return [row for row in rows if row is not None]

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

    def _rejection(self, rejected: Rejection | None, results: list[VisitResult]) -> Document | None:
        if rejected is None:
            return None
        page = next((one.visit.page for one in reversed(results) if one.rejected is rejected), None)
        place = {"file": page.file, "offset": page.offset, "time": page.time} if page else {}
        of_site = rejected.code in SITE_DEFECTS
        return (
            {"url": rejected.url, "code": rejected.code, "reason": rejected.reason, "at": rejected.at}
            | place
            | {"of_site": of_site}
        )

    def _file(self, known: Entry | None, derived: Derived) -> Document | None:
        """How the file and index line of a post compare with what its captures give."""
        if known is None:
            return None
        entry = derived.entry
        try:
            data = read_regular(self.archive.folder / known["path"])
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

    # Other captured addresses

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
        """The IDs of the posts that a listing links to, in its order."""
        kind = self.site.kind(page.url)
        try:
            found = (
                at_home([entry.url for entry in read_feed(page.body, page.url)], self.site.home) if kind == Kind.FEED else []
            )
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
    """Each version of the source post, with the time when a visit first showed it, and what it changed."""
    first = [_version(entry, []) for entry, _ in derived.versions[:1]]
    return first + [
        _version(entry, [name for name, value in entry.items() if name not in _NOT_COMPARED and before[name] != value])
        | _line_counts(old, new)
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


def _line_counts(before: str, after: str) -> dict[str, int]:
    """The numbers of lines that were removed and added."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=True)
    changes = [(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return {"removed": sum(one for one, _ in changes), "added": sum(one for _, one in changes)}
