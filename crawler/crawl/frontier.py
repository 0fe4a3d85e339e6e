"""The frontier of one run: what of a site has to be asked, given what the archive knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from crawler import clock
from crawler.archive.rechecks import Recheck, Rechecks
from crawler.archive.schedule import Schedule
from crawler.crawl.shortcut import LATE, look_behind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.crawl.context import RunContext

Standing = Literal["unknown", "known", "unfinished", "waiting", "returned"]

#: Numbers in the catalog: when the last complete sweep began (seconds since 1970), and whether a run was not ended.
#: And when the last complete run began.
_SWEPT, _UNFINISHED, _LOOKED = "swept", "unfinished_run", "looked"


class Frontier:
    """Made when a run begins."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._started = clock.now()
        self._every = context.settings.getfloat("SWEEP_INTERVAL")
        self._schedule = Schedule.of_hours(context.settings.getlist("RECHECK_HOURS"))
        self._rechecks: Rechecks | None = None
        #: Whether the run is to open every listing, where the archive is not to decide it.
        self.sweep: bool | None = None
        #: Posts that a listing showed and the shortcut had not, with that listing; then their times of publication.
        self._beyond: dict[str, str] = {}
        self._published: dict[str, datetime] = {}
        #: Posts of sections that have to be opened, and listings opened because of them.
        self._leading: set[str] = set()
        self._opened: set[str] = set()
        self._was_swept = self._begun = False
        #: Whether this run, when it ends, ends what it began: an earlier one that did not takes a complete sweep.
        self._ends = False

    # Sweeps

    def begin(self) -> None:
        """Note that a run has begun; what a run that did not end left behind makes this one sweep."""
        self._begun = True
        catalog = self._context.archive.catalog
        swept = catalog.number(_SWEPT)
        age = self._started.timestamp() - swept
        # After a run that did not end, some of a section's newest posts are known and older ones are not: nobody takes the
        # shortcut then, and what this sweep finds proves nothing against it.
        self._was_swept = bool(swept) and not catalog.number(_UNFINISHED)
        if self.sweep is None:
            self.sweep = not 0 <= age < self._every or bool(catalog.number(_UNFINISHED))
        if not catalog.number(_UNFINISHED):
            catalog.set_number(_UNFINISHED, 1)
            self._ends = True
        catalog.commit(durable=True)

    def end(self, *, complete: bool) -> None:
        """Note that the run has ended; ``complete``: every listing that it wanted was read, and every post asked for."""
        catalog = self._context.archive.catalog
        if not self._begun:
            return
        if complete:
            catalog.set_number(_LOOKED, int(self._started.timestamp()))
        if self.sweeps and complete:
            catalog.set_number(_SWEPT, int(self._started.timestamp()))
        if self._ends or (self.sweeps and complete):
            catalog.set_number(_UNFINISHED, 0)

    @property
    def sweeps(self) -> bool:
        """Whether this run opens every listing."""
        return self.sweep is not False

    # Posts

    @property
    def rechecks(self) -> Rechecks:
        """What is to be asked for again."""
        if self._rechecks is None:
            self._rechecks = Rechecks(self._context.archive.catalog, self._schedule)
        return self._rechecks

    def standing(self, url: str, title: str = "") -> Standing:
        """What the archive has of a listed page; ``known`` is one as well that the site itself has broken.

        ``unfinished``: its share could not be asked; ``waiting``: it failed, and is left alone for now; ``returned``:
        it was gone, or the listing shows another title than the archive has.
        """
        known = self._context.archive.catalog.known_post(url)
        waits = self.rechecks.waits(url, clock.now())
        failed = self.rechecks.failed_lately(url)
        if known is None:
            return "unknown" if not waits else "waiting" if failed else "known"
        if known.unfinished:
            return "unfinished"
        changed = not known.is_live or (title and title.strip() != known.title.strip())
        if changed and not self._context.archive_only:
            return "waiting" if waits and failed else "returned"
        return "known"

    def was_met(self, url: str) -> bool:
        """Whether an earlier run knows the address, of a post or of a page that gave none."""
        catalog = self._context.archive.catalog
        return catalog.known_post(url) is not None or self.rechecks.get(url) is not None

    def due(self, gone_before: str) -> list[Recheck]:
        """Pages to be asked for again now; not those of posts that are gone for certain."""
        return [row for row in self.rechecks.due(clock.now()) if not row.last or row.last >= gone_before]

    # The shortcut's proof

    def leads(self, urls: Iterable[str]) -> None:
        """There may be more behind a section with these posts: a listing that they lead to is opened."""
        self._leading.update(urls)

    def is_leading(self, url: str) -> bool:
        """Whether the listings of this post are opened even without a sweep."""
        return url in self._leading

    def opened(self, listing: str) -> None:
        """A listing was opened because of :meth:`leads`, or is to be because of :meth:`hides`."""
        self._opened.add(listing)

    def hides(self, listing: str, oldest: datetime) -> None:
        """The home page shows as many of a listing's posts as it may, the oldest of them published then."""
        looked = self._context.archive.catalog.number(_LOOKED)
        due = look_behind(oldest, datetime.fromtimestamp(looked, tz=UTC)) if looked else None
        if due is not None and self.rechecks.get(listing) is None:
            self.rechecks.schedule_listing(listing, min(due, self._started + LATE))

    def beyond(self, url: str, listing: str) -> None:
        """An unknown post stands in a listing, and neither on the home page nor in the feed."""
        self._beyond[url] = listing

    def published(self, url: str, time: datetime) -> None:
        """When a post was published that this run has made."""
        if url in self._beyond:
            self._published[url] = time

    def missed(self) -> list[str]:
        """What this sweep found and the shortcut would not have: a defect of it, or of the order in which the site lists."""
        if not self._was_swept or not self.sweeps:
            return []
        latest = self._started - LATE
        return sorted(
            url
            for url, listing in self._beyond.items()
            if listing not in self._opened and url in self._published and self._published[url] < latest
        )
