"""Opens the archive when a run begins, closes it and writes the run report when it ends."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.archive.archive import Archive
from crawler.derive.writer import PostWriter
from crawler.extensions.report import RunReport
from crawler.sites.site import load

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)


class ArchiveKeeper:
    """For spiders that are ``archived``, in runs that capture."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("CAPTURE_ENABLED") or not getattr(crawler.spidercls, "archived", False):
            raise NotConfigured
        self._crawler = crawler
        self._archive = Archive.from_crawler(crawler)
        self._archive.lock()
        self._report = RunReport.from_crawler(crawler)
        self._report.mended = self._archive.recover()
        self._writer = PostWriter(self._archive, load(crawler.spidercls.name), crawler.settings.get("POSTS_LAYOUT"))
        self._catch_up()
        for line in self._report.mended:
            logger.info("mended: %s", line)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._failed, signal=signals.spider_error)
        crawler.signals.connect(self._failed, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveKeeper:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def _catch_up(self) -> None:
        made = self._make_captured()
        if made:
            self._report.mended.append(f"{made} posts that an unfinished run had captured were made")

    def _make_captured(self) -> int:
        """Make the posts that are captured and not made yet; gives their number."""
        try:
            done = self._writer.catch_up()
        except OSError as error:
            self._report.could_not_write(str(self._archive.folder), error)
            return 0
        self._report.failures.update(done.failures)
        self._report.rejections += done.rejections
        for entries, changed in ((done.new, False), (done.changed, True)):
            for entry in entries:
                self._report.wrote(entry, changed=changed)
        return len(done.new) + len(done.changed)

    def _failed(self, failure: Failure, response: Response | None) -> None:
        """A defect of ours: the page is captured, and the run does not pass for a good one."""
        url = response.url if response is not None else "unknown page"
        self._report.failed(url, f"defect in the crawler: {type(failure.value).__name__}: {failure.value}")

    def _closed(self, spider: Spider, reason: str) -> None:
        self._report.finish_reason = reason
        path = "could not be written"
        if getattr(spider, "makes_posts_at_end", False):
            self._make_captured()
        try:
            if reason == "finished" and not self._report.unwritten:
                self._writer.settled()
            self._archive.close()
        except (OSError, sqlite3.Error) as error:  # a full disk: the next run reads the captures' ends again
            self._report.failed(str(self._archive.folder), f"could not be closed: {error}; make room and run again")
        try:
            path = str(self._report.write(self._archive.folder / "runs"))
        except OSError as error:
            self._report.failed(str(self._archive.folder / "runs"), f"no run report: {error}; make room and run again")
        for url, why in self._report.failures.items():
            logger.warning("failed: %s: %s", url, why)
        for rejection in self._report.rejections:
            logger.info("no post: %s: %s", rejection.url, rejection.reason)
        counts = self._report.counts
        logger.info(
            "%d new, %d changed posts; %d losses; %d pages the site itself broke; report: %s",
            counts["new"],
            counts["changed"],
            self._report.losses,
            self._report.broken_by_site,
            path,
        )
