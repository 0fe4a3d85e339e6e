"""The lifecycle of a run that writes: opens and repairs the archive first, closes it and writes the run report at the end."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

import orjson
from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Response

from crawler import clock
from crawler.archive.catalog.schema import is_damage
from crawler.archive.disk import then_again
from crawler.archive.paths import CATALOG, RUNS
from crawler.clock import stamp
from crawler.crawl.context import RunContext
from crawler.crawl.mending import make_captured, mend
from crawler.crawl.origins import mapped, read_origins
from crawler.derive.catch_up import CatchUp
from crawler.errors import in_words, without_password
from crawler.report.runs.alerts import lost_before
from crawler.report.runs.history import compress_months, newest_first
from crawler.report.runs.layout import Limits, layout_signs, usual_shares
from crawler.report.runs.publish import publish
from crawler.upkeep.unused import remove_unused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawler.derive.catch_up import Many
    from crawler.sites.site import Site

#: So many posts before a run show what is usual; fewer than the second number are too few.
_HISTORY, _ENOUGH = 1000, 50
#: A capture may be dated this far in the future before the clock is thought to be wrong.
_CLOCK_TOLERANCE = timedelta(minutes=1)

#: The reason of a run that ended early because nothing more could be kept.
_DISK = "nothing more can be kept"

logger = logging.getLogger(__name__)


class SiteSpider(Protocol):
    """What a spider that has a site offers."""

    name: str

    @property
    def via(self) -> str:
        """The web archive that is asked in place of the site (its posts are made at the end of the run); empty for none."""

    @property
    def is_complete(self) -> bool:
        """Whether the run wanted every post of the site, and read every listing."""

    def before_end(self, *, finished: bool) -> Site | None:
        """The site as this run learned it at its end; ``None`` if it is what it was."""

    def unknown_categories(self) -> Iterable[tuple[str, str]]:
        """The wanted categories that do not exist: the address of the listing each would have, and a line on it."""


class ArchiveLifecycle:
    """Begins and ends a run; for spiders that have a site, in runs that write."""

    def __init__(self, crawler: Crawler) -> None:
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        self._crawler, self._context = crawler, context
        #: Whether the run learned how to read the site's posts: then nothing is known of how they used to look.
        self._damaged = False
        self._report = context.report
        self._begin()
        logger.info(
            "%s: asking %s; archive: %s",
            crawler.spidercls.name,
            self._origin_asked(cast("SiteSpider", crawler.spider)),
            self._archive.folder,
        )
        for line in self._report.repaired:
            logger.info("repaired: %s", line)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._failed, signal=signals.spider_error)
        crawler.signals.connect(self._failed, signal=signals.item_error)

    def _begin(self, many: Many | None = None) -> None:
        """Mend the archive, and make the posts that are captured and not made."""
        self._archive = self._context.archive
        mend(self._context, many)
        self._check_clock()
        self._writer = self._context.writer
        self._posts = CatchUp(self._archive, self._context.site, self._writer)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveLifecycle:
        """Make the component."""
        return cls(crawler)

    def _origin_asked(self, spider: SiteSpider) -> str:
        """Which server this run asks, for the log: a person sees at once whether the settings are the intended ones."""
        settings, home = self._context.settings, self._context.site.home
        if self._context.archive_only:
            return "nobody (ARCHIVE_ONLY)"
        if spider.via:
            return f"{without_password(settings['WAYBACK'])} for {home}"
        place = mapped(home, read_origins(settings.getdict("ORIGINS")))
        return home if place == home else f"{without_password(place)} for {home}"

    def _check_clock(self) -> None:
        ahead = self._archive.captures.newest - clock.now()
        if ahead > _CLOCK_TOLERANCE:
            seconds = f"{ahead.total_seconds():,.0f} s"
            self._report.warnings.append(f"this machine's clock is {seconds} behind the newest capture; set it right")

    def _make_captured(self, many: Many | None = None) -> None:
        make_captured(self._context, self._posts, many)

    def _prepare_next_run(self, spider: SiteSpider, *, finished: bool) -> None:
        """Note in the catalog, and in the report, what the next runs have to request."""
        for rejection in self._report.rejections:
            self._writer.note_rejection(rejection)
        for _ in self._writer.expire():
            self._report.count("gone")
        if finished and not spider.via:
            self._report.failures.update(spider.unknown_categories())
        frontier = self._context.frontier
        self._report.missed = frontier.missed()
        self._report.rechecks = frontier.rechecks.coming(clock.now())
        lost = lost_before(next(newest_first(self._archive.folder / RUNS), None))
        self._report.still_lost = tuple(filter(frontier.rechecks.failed_lately, lost))
        if finished:
            frontier.end(complete=spider.is_complete and not self._report.over_limit)

    def _check_layout(self) -> None:
        """Look for signs of a changed layout: compare the run's figures with the newest posts before it."""
        settings = self._context.settings
        limits = Limits(settings.getint("LAYOUT_MIN_PAGES"), settings.getfloat("LAYOUT_MAX_SHARE"))
        before = [orjson.loads(line) for line in self._archive.catalog.newest_posts(stamp(self._report.started), _HISTORY)]
        self._report.layout = layout_signs(self._report, usual_shares(before) if len(before) >= _ENOUGH else None, limits)

    def _opened(self) -> None:
        """Ask for nothing at all if what an earlier run had captured has no room."""
        self._context.end_early = self._end_early
        if self._context.cannot_keep:
            logger.warning("%s; nothing is asked for", self._context.cannot_keep)
            raise CloseSpider(_DISK)

    def _end_early(self) -> None:
        """Ask the site for nothing more: what it answers could not be kept."""
        assert self._crawler.engine is not None
        logger.warning("%s; what is under way is completed, and nothing more is asked for", self._context.cannot_keep)
        self._ending = asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason=_DISK))

    def _failed(self, failure: Failure, response: Response | Failure | None) -> None:
        """Report an exception in a spider or pipeline, which is a defect of ours; the page is captured, if one came."""
        asked = response if isinstance(response, Response) else getattr(response, "request", None)
        url, failed = asked.url if asked is not None else str(self._archive.folder), self._archive.catalog.failed
        if failure.value is not None and is_damage(failure.value):
            self._damaged = True
            self._report.failed(CATALOG, f"is damaged ({failure.value}); the next run makes it again")
        elif failed is not None:  # whatever the error, the catalog lacks what was expected of it
            self._context.could_not_write(url, failed)
        else:
            self._report.failed(url, f"defect in the crawler: {type(failure.value).__name__}: {failure.value}")

    def _closed(self, spider: SiteSpider, reason: str) -> None:
        self._context.end_early = lambda: None
        self._report.finish_reason = reason
        if reason != "finished":
            self._report.stopped(spider.name, reason)
        try:
            self._learn(spider, finished=reason == "finished")
            self._end(spider, finished=reason == "finished")
        except (OSError, sqlite3.Error) as error:  # a full disk, say: the next run reads the end of the captures again
            self._damaged |= is_damage(error)
            what = "the next run makes its catalog again" if self._damaged else then_again(error)
            self._report.failed(str(self._archive.folder), f"could not be closed: {in_words(error)}; {what}")
        if self._damaged:
            with suppress(OSError):  # of a disk that is gone or read-only: the next run finds the damage itself
                self._archive.catalog.discard()
        publish(self._report, self._archive.site, self._archive.folder / RUNS, self._context.settings)
        remove_unused(self._archive.folder, self._archive.made if self._report.no_site else ())

    def _learn(self, spider: SiteSpider, *, finished: bool) -> None:
        """Make the posts that the run could not make before, if it learned how, or if it asked a web archive."""
        try:
            site = spider.before_end(finished=finished)
        except (OSError, sqlite3.Error):
            raise
        except Exception as error:  # noqa: BLE001 - everything is captured, and a stranger's pages must not cost the run report
            site, what = None, f"{type(error).__name__}: {error}".splitlines()[0]
            self._report.failed(spider.name, f"could not be learned, for a defect in the crawler: {what}")
        self._is_learned_now = site is not None
        if site is not None:
            self._context.take_site(site)
            self._writer = self._context.writer
            self._posts = CatchUp(self._archive, site, self._writer)
            self._report.rejections = [one for one in self._report.rejections if one.code != "layout"]  # read once more
            from crawler.batch.deriving import Pool  # noqa: PLC0415 - runs that learn nothing make no processes

            self._make_captured(Pool.of(self._archive).derived)
            if self._report.reads_anew:
                self._report.lateness.clear()  # its posts were there before anybody asked for them
        elif spider.via:
            self._make_captured()

    def _end(self, spider: SiteSpider, *, finished: bool) -> None:
        self._prepare_next_run(spider, finished=finished)
        if not self._report.reads_anew:
            self._check_layout()
        if finished and not self._report.unwritten:
            self._posts.mark_all_derived()
        if self._report.sweep:
            self._compress_reports()
        self._archive.close()

    def _compress_reports(self) -> None:
        try:
            compress_months(self._archive.folder / RUNS, clock.now())
        except OSError as error:
            self._report.warnings.append(f"old run reports could not be compressed, and stay as they are: {in_words(error)}")
