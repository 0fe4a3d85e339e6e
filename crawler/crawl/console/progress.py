"""Shows the progress of a run: one line that is updated in a terminal, or a line each minute in a log."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.counted import counted
from crawler.crawl.console.status_line import StatusLine, may_move
from crawler.crawl.context import RunContext

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

#: Seconds between two updates.
_ON_TERMINAL, _IN_LOG = 0.25, 60

logger = logging.getLogger(__name__)


class Progress:
    """Shows the numbers of responses, posts and waiting requests, in runs that capture.

    Read-only commands (``scrapy shell``, ``fetch``, ``parse``) show the response itself, and have no event loop yet when
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
        """Make the component."""
        return cls(crawler)

    def _opened(self) -> None:
        if self._line is not None:
            self._log_above(self._line)
        self._loop = create_looping_call(self._update)
        self._loop.start(_ON_TERMINAL if self._line is not None else _IN_LOG, now=False)

    def _log_above(self, line: StatusLine) -> None:
        """Redirect log handlers through the status line; done late, because Scrapy makes them anew for each crawler."""
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(line)
                self._handlers.append(handler)

    def end(self) -> None:
        """Remove the status line; the log writes to the terminal directly again."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()
        for handler in self._handlers:
            handler.setStream(sys.stderr)  # type: ignore[arg-type]
        self._handlers.clear()
        if self._line is not None:
            self._on_terminal(())

    def _update(self) -> None:
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
            elif os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp():  # a run in the background shows nothing
                self._line.show(parts)
        except OSError:  # the terminal was closed; the run continues
            self._line = None
            if self._loop is not None and self._loop.running:
                self._loop.stop()

    def _parts(self) -> tuple[str, ...]:
        """The parts of the line, the most important first: a narrow terminal shows only those that fit."""
        counts = self._report.counts
        answers = counted(self._report.requests.total(), "answer")
        parts = (answers, counted(counts["new"], "new post"), f"{counts['changed']:,} changed")
        engine = self._crawler._engine  # noqa: SLF001 - Scrapy has no public count of waiting requests
        scheduler = engine._slot.scheduler if engine is not None and engine._slot is not None else None  # noqa: SLF001
        if scheduler is None:
            return parts
        return (*parts, f"{counted(len(scheduler), 'request')} waiting")  # type: ignore[arg-type]


def _prints_items(settings: BaseSettings) -> bool:
    """Whether items go to the same terminal (``-o -``), where the line would overwrite them."""
    return sys.stdout.isatty() and any(str(uri).startswith(("stdout:", "-")) for uri in settings.getdict("FEEDS"))
