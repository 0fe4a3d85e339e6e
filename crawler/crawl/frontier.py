"""The frontier of one run: which pages of a site have to be requested, given what the archive has."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from crawler import clock
from crawler.archive.catalog.capture_rows import GOOD
from crawler.archive.rechecks import Recheck, Rechecks
from crawler.archive.schedule import Schedule
from crawler.crawl.shortcut import LATE, when_to_reopen
from crawler.markup.links.links import shown_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.crawl.context import RunContext

PageState = Literal["unknown", "known", "unfinished", "waiting", "returned"]

#: Names of numbers in the catalog: when the last complete sweep began and when the last complete run did (both in seconds
#: since 1970), and whether a run did not come to its end.
_LAST_SWEEP, _LAST_RUN, _UNFINISHED = "swept", "looked", "unfinished_run"


class Frontier:
    """Decides which listings and posts a run requests. It is made when the run begins."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        #: When the run began, or the crawl that it is a part of.
        self.started = clock.now()
        self._every = context.settings.getfloat("SWEEP_INTERVAL")
        self._schedule = Schedule.of_hours(context.settings.getlist("RECHECK_HOURS"))
        self._rechecks: Rechecks | None = None
        #: Whether the run opens every listing; ``None``: the archive's history decides it.
        self.sweep: bool | None = None
        #: Unknown posts that only a listing showed, not the shortcut, with that listing; then their times of publication.
        self._beyond_shortcut: dict[str, str] = {}
        self._published: dict[str, datetime] = {}
        #: Posts whose listings have to be opened, and the listings opened because of them.
        self._to_open: set[str] = set()
        self._opened: set[str] = set()
        #: Posts of a run that was cut short before it requested their companions: the archive answers for their pages, so that
        #: they become what an undisturbed run would have made.
        self.cut_short: set[str] = set()
        self._was_swept = self._begun = False
        #: Whether this run may reset the mark of an unfinished run. If an earlier run set it, only a complete sweep may.
        self._owns_mark = False

    # Sweeps

    def begin(self) -> None:
        """Note that a run has begun; if the run before it did not come to its end, this one is a sweep."""
        self._begun = True
        catalog = self._context.archive.catalog
        swept = catalog.number(_LAST_SWEEP)
        age = self.started.timestamp() - swept
        # After a run that did not come to its end, some of a section's newest posts may be known while older ones are not.
        # The shortcut does not hold then, and what this sweep finds is no evidence against it.
        self._was_swept = bool(swept) and not catalog.number(_UNFINISHED)
        if self.sweep is None:
            self.sweep = not 0 <= age < self._every or bool(catalog.number(_UNFINISHED))
        if not catalog.number(_UNFINISHED):
            catalog.set_number(_UNFINISHED, 1)
            self._owns_mark = True
        catalog.commit(durable=True)

    def end(self, *, complete: bool) -> None:
        """Note that the run has ended; ``complete``: it read every listing that it wanted, and requested every post."""
        catalog = self._context.archive.catalog
        if not self._begun:
            return
        if complete:
            catalog.set_number(_LAST_RUN, int(self.started.timestamp()))
        if self.sweeps and complete:
            catalog.set_number(_LAST_SWEEP, int(self.started.timestamp()))
        if self._owns_mark or (self.sweeps and complete):
            catalog.set_number(_UNFINISHED, 0)

    @property
    def sweeps(self) -> bool:
        """Whether this run opens every listing."""
        return self.sweep is not False

    def fails_for_long(self, url: str) -> bool:
        """Whether all answers to requests for a page were errors or redirects, for as long as sweeps are apart, or longer."""
        if not self._begun:
            return False
        since = self.started.timestamp() - self._every
        bad = takewhile(lambda row: row.status not in GOOD, self._context.archive.catalog.newest_first(url))
        return any(datetime.fromisoformat(row.time).timestamp() <= since for row in bad)

    def reopen(self) -> None:
        """Read the pages to be requested again from the context's archive, which is another one now."""
        self._rechecks = None

    # Posts

    @property
    def rechecks(self) -> Rechecks:
        """The pages to be requested again."""
        if self._rechecks is None:
            self._rechecks = Rechecks(self._context.archive.catalog, self._schedule)
        return self._rechecks

    def state(self, url: str, title: str = "") -> PageState:
        """What the archive has of a listed page; a page that the site published broken is ``known``, too.

        ``unfinished``: a companion of it could not be requested; ``waiting``: it failed, and its next request is not due yet;
        ``returned``: it was gone, or the listing shows another title than the archive has; ``title`` as
        :func:`shown_text` gives it.
        """
        known = self._context.archive.catalog.known_post(url)
        waits, failed = self.rechecks.waits_or_failed(url, clock.now())
        if known is None:
            return "unknown" if not waits else "waiting" if failed else "known"
        if known.unfinished or url in self.cut_short:
            return "unfinished"
        changed = not known.is_live or (title and title != known.title and title != shown_text(known.title))
        if changed and not self._context.archive_only:
            return "waiting" if waits and failed else "returned"
        return "known"

    def is_known(self, url: str) -> bool:
        """Whether an earlier run requested the address, whether or not the page gave a post."""
        catalog = self._context.archive.catalog
        return catalog.known_post(url) is not None or self.rechecks.get(url) is not None

    def due_at(self, url: str) -> str:
        """When a page that was requested before is due again; empty for any other."""
        row = self.rechecks.get(url)
        return row.due if row else ""

    def due(self, gone_before: str) -> list[Recheck]:
        """The pages whose recheck is due now, without posts that are certainly gone."""
        return [row for row in self.rechecks.due(clock.now()) if not row.last or row.last >= gone_before]

    # Checking the shortcut

    def open_listings_of(self, urls: Iterable[str]) -> None:
        """Have the listings of these posts opened, because their section may have unseen posts."""
        self._to_open.update(urls)

    def opens_listings_of(self, url: str) -> bool:
        """Whether the listings of this post are opened even without a sweep."""
        return url in self._to_open

    def opened(self, listing: str) -> None:
        """Note a listing that was opened because of :meth:`open_listings_of`, or is to be because of :meth:`may_hide_posts`."""
        self._opened.add(listing)

    def may_hide_posts(self, listing: str, oldest: datetime) -> None:
        """Have a listing opened later, because late posts may be older than all that the home page shows of it.

        :param oldest: when the oldest post that the home page shows of it was published.
        """
        last_run = self._context.archive.catalog.number(_LAST_RUN)
        due = when_to_reopen(oldest, datetime.fromtimestamp(last_run, tz=UTC)) if last_run else None
        if due is not None and self.rechecks.get(listing) is None:
            self.rechecks.schedule_listing(listing, min(due, self.started + LATE))

    def beyond_shortcut(self, url: str, listing: str) -> None:
        """Note an unknown post that a listing shows, and neither the home page nor the feed."""
        self._beyond_shortcut[url] = listing

    def published(self, url: str, time: datetime) -> None:
        """Note the time of publication of a post that this run made."""
        if url in self._beyond_shortcut:
            self._published[url] = time

    def missed(self) -> list[str]:
        """The posts that only this sweep found: a defect of the shortcut, or of the order in which the site lists posts."""
        if not self._was_swept or not self.sweeps:
            return []
        latest = self.started - LATE
        return sorted(
            url
            for url, listing in self._beyond_shortcut.items()
            if listing not in self._opened and url in self._published and self._published[url] < latest
        )
