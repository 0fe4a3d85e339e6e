"""Posts on disk: first the file, then the line that speaks of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from crawler import clock
from crawler.archive.rechecks import Rechecks
from crawler.archive.schedule import Schedule
from crawler.derive.feeds import Feeds
from crawler.derive.parsed import ParsedPages
from crawler.derive.posts import Derived, Entry, Evidence, Judged, derive
from crawler.derive.visits import gone_before
from crawler.items import SITE_DEFECTS, UNREACHABLE, Rejection
from crawler.sites.declared import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.archive.archive import Archive
    from crawler.archive.settings import Settings
    from crawler.sites.site import Site


@dataclass(slots=True)
class CaughtUp:
    """The posts that were made, and what went wrong where."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)


class PostWriter:
    """Writes new and changed posts of one archive; an unchanged one touches nothing on disk."""

    def __init__(self, archive: Archive, site: Site, schedule: Schedule) -> None:
        self._archive = archive
        self._site = site
        self._files = archive.files
        self.parse_page = ParsedPages(site.parse_page).of
        self._feeds = Feeds(site, archive.catalog.history, archive.captures.payloads.exchange)
        self.rechecks = Rechecks(archive.catalog, schedule)

    @classmethod
    def from_settings(cls, archive: Archive, settings: Settings) -> PostWriter:
        """The writer of an archive under these settings."""
        schedule = Schedule.of_hours(settings.getlist("RECHECK_HOURS"))
        return cls(archive, load(archive.site), schedule)

    def derive_at(self, url: str) -> Derived:
        """What the archive's captures say of the post at a canonical URL."""
        post_id = self._site.post_id(url)
        assert post_id is not None
        return self.derive(post_id, [url])

    def derive(self, post_id: str, urls: Sequence[str] = (), told: Callable[[Judged], object] = lambda _: None) -> Derived:
        """What the archive's captures say of a post, known at these URLs besides those under which it was written.

        :param told: see :func:`crawler.derive.posts.derive`.
        """
        catalog = self._archive.catalog
        pages = catalog.history(sorted({*urls, *catalog.post_urls(post_id)}))
        read = self._archive.captures.payloads.exchange
        self._feeds.refresh(lambda url: catalog.latest(url, good=True))
        evidence = Evidence(catalog.history, read, self.parse_page, self._files.path_of, self._feeds, self._gone_before())
        return derive(self._site, pages, evidence, told)

    def has(self, entry: Entry) -> bool:
        """Whether the archive has a post just so."""
        return self._old(entry["id"]) == entry

    def _gone_before(self) -> str:
        return gone_before(self._archive.catalog.latest(self._site.home, good=True), self._site.keeps)

    def write(self, entry: Entry, content: str) -> bool:
        """Write the file, then the line; tells whether the post was there in an earlier version.

        :raises OSError: if the disk does not take it; the next run makes it again from its captures.
        """
        old = self._old(entry["id"])
        self._files.write(entry["path"], content)
        self._archive.index.write(entry)
        if old is not None and old["path"] != entry["path"]:
            self._files.remove(old["path"])
        return old is not None

    # What is to be looked at again

    def looked(self, url: str, published: datetime, *, again: bool = False) -> None:
        """The page at ``url`` was there and gave a post; with ``again`` something of it could not be had."""
        row = self._archive.catalog.latest(url, good=True)
        if row is not None:
            self.rechecks.looked(url, published, row.time)
        if again:
            self.rechecks.failed(url, clock.now())

    def missing(self, url: str, *, listed: bool = False) -> Entry | None:
        """The page of a post is no longer there; gives the index line where that makes the post gone.

        :param listed: whether a listing shows it still: then it is looked for again, ever later.
        """
        if listed:
            self.rechecks.failed(url, clock.now())
        else:
            self.rechecks.done(url)
        post_id = self._site.post_id(url)
        old = self._old(post_id) if post_id else None
        if post_id is None or old is None:
            return None
        derived = self.derive(post_id, [url])
        if derived.entry is None or derived.entry == old:
            return None
        self.write(derived.entry, derived.content)
        return derived.entry

    def watch_anew(self) -> None:
        """Make the list of what to look at again from captures and index."""
        self.rechecks.make_anew(clock.now(), self._site.post_id)

    def expire(self) -> list[Entry]:
        """Note the posts as gone that nobody has met for longer than the site keeps any; gives their index lines."""
        found = (self.missing(url) for url in self.rechecks.not_met_since(self._gone_before()))
        return [entry for entry in found if entry is not None]

    def _old(self, post_id: str) -> Entry | None:
        line = self._archive.catalog.post_line(post_id)
        return orjson.loads(line) if line else None

    def catch_up(self) -> CaughtUp:
        """Make the posts whose captures came after :meth:`settled` was said last: those of a run cut short, say.

        Its posts that are in the index's journal already are made again, for they may have been there before their captures
        were on the disk.

        :raises OSError: if the disk does not take them.
        """
        result, index = CaughtUp(), self._archive.index
        doubtful, anew = set(index.doubtful), self._archive.catalog.number("settled") == 0
        for post_id, urls in self._unsettled().items():
            old = self._old(post_id)
            if anew and post_id not in doubtful and old is not None and urls and self._is_newest(old, urls):
                continue  # not every post has to be made again because of the catalog
            try:
                derived = self.derive(post_id, urls)
            except Exception as error:  # noqa: BLE001 - the page is captured, and a defect must not stop the run
                result.failures[urls[-1] if urls else post_id] = f"defect in the crawler: {type(error).__name__}: {error}"
                continue
            self._watch(derived, urls)
            if derived.entry is None:
                result.rejections += derived.rejections[-1:]
                if post_id in doubtful:
                    index.forget(post_id)
            elif derived.entry != old or post_id in doubtful or not self._files.has(derived.entry):
                changed = self.write(derived.entry, derived.content)
                (result.changed if changed else result.new).append(derived.entry)
        index.doubtful.clear()
        return result

    def _unsettled(self) -> dict[str, list[str]]:
        """The posts to be made, with the addresses of their pages that were captured since."""
        catalog = self._archive.catalog
        found: dict[str, list[str]] = {post_id: [] for post_id in self._archive.index.doubtful}
        for url in catalog.urls_after(catalog.number("settled")):
            own = self._site.post_id(url)
            for post_id in self._site.about(url):
                if post_id in self._archive.forgotten:
                    continue
                if post_id == own:
                    found.setdefault(post_id, []).append(url)
                elif catalog.post_line(post_id):
                    found.setdefault(post_id, [])  # a companion that came later than its page
            for post in self.posts_of_feed(url):
                found.setdefault(self._site.post_id(post) or "", [])
        return found

    def posts_of_feed(self, url: str) -> list[str]:
        """The archived posts of which the feed at ``url`` may tell something new: made again, they have it."""
        if not self._site.reads_feed or url not in self._site.feed_urls:
            return []
        catalog = self._archive.catalog
        self._feeds.refresh(lambda feed: catalog.latest(feed, good=True))
        return [post for post in self._feeds.listed(url) if catalog.known_post(post) is not None]

    def changed_in_feed(self, url: str) -> list[str]:
        """The archived posts of which the feed at ``url`` says something else than when their pages were visited last."""
        catalog = self._archive.catalog

        def visited(post: str) -> str:
            row = catalog.latest(post, good=True)
            return row.time if row else ""

        return self._feeds.changed(url, visited) if self.posts_of_feed(url) else []

    def _watch(self, derived: Derived, urls: Sequence[str]) -> None:
        entry = derived.entry
        if entry is not None and entry["status"] == "live":
            # The run may have been cut short between two hosts that could have the share's text.
            again = entry["share_url"] is not None and entry["body_from"] != "share"
            self.looked(entry["url"], datetime.fromisoformat(entry["date"]), again=again or UNREACHABLE in entry["notes"])
        for url in urls if entry is not None and entry["status"] == "gone" else ():
            self.rechecks.done(url)

    def rejected(self, rejection: Rejection) -> None:
        """A page gave no post: soon again, or as a post would be if the site itself has broken it."""
        row = self._archive.catalog.latest(rejection.url, good=True)
        if rejection.code in SITE_DEFECTS and row is not None:
            self.rechecks.looked(rejection.url, datetime.fromisoformat(row.time), row.time)
        else:
            self.rechecks.failed(rejection.url, clock.now())

    def _is_newest(self, entry: Entry, urls: Sequence[str]) -> bool:
        pages = [row for row in self._archive.catalog.history(urls) if row.status == 200]  # noqa: PLR2004
        page = entry["captures"][0] if entry["captures"] else {}
        return not pages or (pages[-1].file, pages[-1].offset) == (page.get("file"), page.get("offset"))

    def settled(self) -> None:
        """Note that every capture so far was made into posts."""
        self._archive.catalog.set_number("settled", self._archive.catalog.last_id)
