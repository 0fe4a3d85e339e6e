"""How far a run has come: a line that moves on a terminal, one a minute in a log."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.crawl.context import RunContext
from crawler.crawl.status_line import StatusLine, may_move

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

#: Seconds between two of them.
_ON_TERMINAL, _IN_LOG = 0.25, 60

logger = logging.getLogger(__name__)


class Progress:
    """Answers, posts and waiting requests, in runs that capture.

    Whoever only looks (``scrapy shell``, ``fetch``, ``parse``) wants to see the answer, and has no loop yet when
    extensions are made.
    """

    def __init__(self, crawler: Crawler) -> None:
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        self._crawler = crawler
        self._report = context.report
        self._line = (
            StatusLine(sys.stderr) if may_move(sys.stderr, os.environ) and not _prints_items(crawler.settings) else None
        )
        self._handlers: list[logging.StreamHandler[StatusLine]] = []
        self._loop: AsyncioLoopingCall | LoopingCall | None = None
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self.end, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def _opened(self) -> None:
        if self._line is not None:
            self._log_above(self._line)
        self._loop = create_looping_call(self._tell)
        self._loop.start(_ON_TERMINAL if self._line is not None else _IN_LOG, now=False)

    def _log_above(self, line: StatusLine) -> None:
        """Have log handlers write to the terminal through the line; here, for Scrapy makes its own anew for each crawler."""
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(line)
                self._handlers.append(handler)

    def end(self) -> None:
        """Take the line away, and let the log have the terminal for itself."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()
        for handler in self._handlers:
            handler.setStream(sys.stderr)  # type: ignore[arg-type]
        self._handlers.clear()
        if self._line is not None:
            self._on_terminal(())

    def _tell(self) -> None:
        parts = self._parts()
        if self._line is not None:
            self._on_terminal(parts)
        else:
            logger.info("%s", ", ".join(parts))

    def _on_terminal(self, parts: tuple[str, ...]) -> None:
        assert self._line is not None
        try:
            if not parts:
                self._line.clear()
            elif os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp():  # a run in the background keeps silent
                self._line.show(parts)
        except OSError:  # the terminal was closed, and the run goes on
            self._line = None
            if self._loop is not None and self._loop.running:
                self._loop.stop()

    def _parts(self) -> tuple[str, ...]:
        """The most important first: a narrow terminal shows no more than fits."""
        counts = self._report.counts
        parts = (f"{self._report.requests.total()} answers", f"{counts['new']} new posts", f"{counts['changed']} changed")
        engine = self._crawler._engine  # noqa: SLF001 - Scrapy offers no count of what waits
        scheduler = engine._slot.scheduler if engine is not None and engine._slot is not None else None  # noqa: SLF001
        return (*parts, f"{len(scheduler)} requests waiting") if scheduler is not None else parts  # type: ignore[arg-type]


def _prints_items(settings: BaseSettings) -> bool:
    """Whether items go to the same terminal (``-o -``), where the line would be in their way."""
    return sys.stdout.isatty() and any(str(uri).startswith(("stdout:", "-")) for uri in settings.getdict("FEEDS"))
