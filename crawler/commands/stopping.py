"""Stops a crawl on Ctrl-C or SIGTERM: the first time what is under way is completed, the second time it ends at once."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
#: Seconds between two checks of whether a crawl that is to be stopped has begun.
_INTERVAL = 0.02


class StoppedAtOnce(KeyboardInterrupt):
    """Ctrl-C or SIGTERM, for the second time, at the end of a run."""


class GracefulStop:
    """Makes a crawler process log what it does, and stop crawls that are just beginning or at their end.

    Scrapy's own stop ignores an engine that does not run yet: the crawl would go on to its end, and then wait for ever. And at
    the end of a run its loop stands still while the site is learned and posts are made, which may take minutes: what is left to
    the loop would be heard after it.

    :param is_ending: whether the site is asked for nothing more, and the loop stands still.
    """

    def __init__(self, process: Any, is_ending: Callable[[], bool] = bool) -> None:
        self._process, self._is_ending = process, is_ending
        self._stop = process.stop
        self._first, self._again = process._signal_shutdown_reactorless, process._signal_kill_reactorless  # noqa: SLF001
        #: Whether a stop was requested.
        self.requested = False
        process.stop = self._stop_once_begun
        process._signal_shutdown_reactorless = self._once  # noqa: SLF001 - Scrapy has the system call both
        process._signal_kill_reactorless = self._twice  # noqa: SLF001
        process._log_shutdown = self._finishing  # noqa: SLF001 - Scrapy calls both in the thread of its loop
        process._log_kill = _at_once  # noqa: SLF001

    def _once(self, signum: int, frame: FrameType | None) -> None:
        if self._is_ending():
            self.requested = True
            logger.warning("%s: all pages are there; completing their posts; once more stops at once", _key(signum))
        self._first(signum, frame)

    def _twice(self, signum: int, frame: FrameType | None) -> None:
        if self._is_ending():
            _at_once(signum)
            raise StoppedAtOnce
        self._again(signum, frame)

    async def _stop_once_begun(self) -> None:
        while any(map(_is_beginning, self._process.crawlers)):  # noqa: ASYNC110 - Scrapy has no signal for it here
            await asyncio.sleep(_INTERVAL)
        await self._stop()

    def _finishing(self, signum: int) -> None:
        if not self.requested:
            self.requested = True
            logger.warning("%s: completing open requests; once more stops at once", _key(signum))


def _is_beginning(crawler: Crawler) -> bool:
    return crawler.crawling and (crawler._engine is None or not crawler._engine.running)  # noqa: SLF001


def _at_once(signum: int) -> None:
    logging.getLogger("asyncio").disabled = True  # it would name every connection that is left open
    logger.warning("%s again: stopping at once", _key(signum))


def _key(signum: int) -> str:
    return "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name
