"""A line that moves while a run goes, on a terminal only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.runs.report import RunReport

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Progress:
    """Answers, posts and waiting requests, four times a second."""

    def __init__(self, crawler: Crawler) -> None:
        if not sys.stderr.isatty() or not getattr(crawler.spidercls, "archived", False):
            raise NotConfigured
        self._crawler = crawler
        self._report = RunReport.from_crawler(crawler)
        self._loop = create_looping_call(self._show)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def _opened(self) -> None:
        self._loop.start(0.25, now=False)

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def _show(self) -> None:
        engine = self._crawler.engine
        if engine is None or engine._slot is None:  # noqa: SLF001 - Scrapy offers no count of what waits
            return
        waiting = len(engine._slot.scheduler) if engine._slot.scheduler else 0  # type: ignore[arg-type] # noqa: SLF001
        counts = self._report.counts
        sys.stderr.write(
            f"\r\x1b[K{self._report.requests.total()} answers, {counts['new']} new posts, "
            f"{counts['changed']} changed, {waiting} requests waiting"
        )
        sys.stderr.flush()
