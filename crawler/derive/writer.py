"""Writes posts to an archive: first the file of the source post, then its index line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import orjson

from crawler import clock
from crawler.archive.rechecks import Rechecks
from crawler.archive.schedule import Schedule
from crawler.derive.feeds import Feeds
from crawler.derive.made_of import keep_better
from crawler.derive.parsed_pages import ParsedPages
from crawler.derive.posts import Derived, Entry, Evidence, VisitResult, derive
from crawler.derive.visits import gone_before
from crawler.items import SITE_DEFECTS, Rejection
from crawler.sites.declared import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.settings import Settings
    from crawler.sites.site import Site

    CapturesOf = Callable[[Sequence[str]], list[CaptureRow]]

Outcome = Literal["unchanged", "new", "changed"]


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
        """Make the writer of an archive, with these settings."""
        schedule = Schedule.of_hours(settings.getlist("RECHECK_HOURS"))
        return cls(archive, load(archive.site), schedule)

    def derive_at(self, url: str, captures_of: CapturesOf | None = None) -> Derived:
        """Derive the post at a canonical URL that this run has visited, or that a captured feed has."""
        post_id = self._site.post_id(url)
        assert post_id is not None
        return self.derive(post_id, [url], visited=not self._site.reads_feed, captures_of=captures_of)

    def derive(
        self,
        post_id: str,
        urls: Sequence[str] = (),
        on_visit: Callable[[VisitResult], object] = lambda _: None,
        *,
        visited: bool = False,
        captures_of: CapturesOf | None = None,
    ) -> Derived:
        """Derive a post from the archive's captures.

        :param urls: the URLs of its pages, besides those that the archive knows.
        :param on_visit: see :func:`crawler.derive.posts.derive`.
        :param visited: whether this run found its page, so that it is not gone, however old it is.
        :param captures_of: gives the captures of some URLs, as the archive's catalog does.
        """
        catalog = self._archive.catalog
        captures_of = captures_of or catalog.history
        pages = captures_of(sorted({*urls, *catalog.post_urls(post_id)}))
        payloads = self._archive.captures.payloads
        self._feeds.refresh(lambda url: catalog.latest(url, good=True))
        evidence = Evidence(
            captures_of=captures_of,
            read=payloads.exchange,
            location=payloads.location,
            parse_page=self.parse_page,
            path_of=self._files.path_of,
            feeds=self._feeds,
            gone_before="" if visited else self._gone_before(),
        )
        derived = derive(self._site, pages, evidence, on_visit)
        if post_id not in self._archive.index.unconfirmed:  # its captures may not have reached the disk
            keep_better(self._archive, derived, self.known(post_id), pages)
        return derived

    def _gone_before(self) -> str:
        return gone_before(self._archive.catalog.latest(self._site.home, good=True), self._site.keeps)

    def update(self, entry: Entry, content: str) -> Outcome:
        """Write a post, unless the archive has the same index line already.

        :raises OSError: if the disk does not take it; the next run makes it again from its captures.
        """
        old = self.known(entry["id"])
        if old == entry:
            return "unchanged"
        self.write(entry, content, old)
        return "new" if old is None else "changed"

    def write(self, entry: Entry, content: str, old: Entry | None) -> None:
        """Write the file, then the index line, and remove the file that only ``old``, the line so far, names."""
        self._files.write(entry["path"], content)
        self._archive.index.write(entry)
        if old is not None and old["path"] != entry["path"]:
            self._files.remove(old["path"])

    def known(self, post_id: str) -> Entry | None:
        """The index line that the archive has of a post; ``None`` if it has none."""
        line = self._archive.catalog.post_line(post_id)
        return orjson.loads(line) if line else None

    # Rechecks

    def note_visit(self, url: str, published: datetime, *, incomplete: bool = False) -> None:
        """Schedule the recheck of a page that gave a post.

        :param incomplete: whether a companion of the post could not be requested; the next run then tries again.
        """
        row = self._archive.catalog.latest(url, good=True)
        if row is not None:
            self.rechecks.visited(url, published, row.time)
        if incomplete:
            self.rechecks.failed(url, clock.now())

    def note_missing(self, url: str, *, listed: bool = False) -> Entry | None:
        """Note that the page of a post is no longer on the site.

        :param listed: whether a listing still shows the post; if so, its page is requested again, at growing intervals.
        :returns: the new index line of the post if it is gone now, ``None`` if nothing has changed.
        """
        if listed:
            self.rechecks.failed(url, clock.now())
        else:
            self.rechecks.done(url)
        post_id = self._site.post_id(url)
        old = self.known(post_id) if post_id else None
        if post_id is None or old is None:
            return None
        derived = self.derive(post_id, [url])
        if derived.entry is None or derived.entry == old:
            return None
        self.write(derived.entry, derived.content, old)
        return derived.entry

    def note_rejection(self, rejection: Rejection) -> None:
        """Schedule the recheck of a page that gave no post: as a post's if the defect is the site's own, else soon."""
        row = self._archive.catalog.latest(rejection.url, good=True)
        if rejection.code in SITE_DEFECTS and row is not None:
            self.rechecks.visited(rejection.url, datetime.fromisoformat(row.time), row.time)
        else:
            self.rechecks.failed(rejection.url, clock.now())

    def rebuild_rechecks(self) -> None:
        """Make the list of rechecks again from captures and index."""
        self.rechecks.rebuild(clock.now(), self._site.post_id)

    def expire(self) -> list[Entry]:
        """Note as gone the posts last visited longer ago than the site keeps posts; returns their new index lines."""
        found = (self.note_missing(url) for url in self.rechecks.not_seen_since(self._gone_before()))
        return [entry for entry in found if entry is not None]

    # Feeds

    def posts_of_feed(self, url: str) -> list[str]:
        """The archived posts that the newest capture of the feed or list at ``url`` has; it may tell more than before.

        So with a stub page: it tells of one.
        """
        site, catalog = self._site, self._archive.catalog
        if not site.reads_feed:
            return []
        if post := site.stub_post(url):
            return [post] if catalog.known_post(post) is not None else []
        if not (url in site.feed_urls or url in site.list_urls or url in site.redirect_urls):
            return []
        self._feeds.refresh(lambda feed: catalog.latest(feed, good=True))
        return [post for post in self._feeds.listed(url) if catalog.known_post(post) is not None]

    def changed_in_feed(self, url: str) -> list[str]:
        """The archived posts of which the feed at ``url`` says something else than when their pages were visited last."""
        catalog = self._archive.catalog

        def visited(post: str) -> str:
            row = catalog.latest(post, good=True)
            return row.time if row else ""

        return self._feeds.changed(url, visited) if self.posts_of_feed(url) else []
