"""Stops a crawl on Ctrl-C or SIGTERM: the first time what was sent is completed, the second time it ends at once."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
#: Seconds between two checks of whether a crawl that is to be stopped has begun.
_INTERVAL = 0.02


class GracefulStop:
    """Makes a crawler process log what it does, and stop crawls that are just beginning.

    Scrapy's own stop ignores an engine that does not run yet: the crawl would go on to its end, and then wait for ever.
    """

    def __init__(self, process: Any) -> None:
        self._process = process
        self._stop = process.stop
        #: Whether a stop was requested.
        self.requested = False
        process.stop = self._stop_once_begun
        process._log_shutdown = self._finishing  # noqa: SLF001 - Scrapy calls both in the thread of its loop
        process._log_kill = _at_once  # noqa: SLF001

    async def _stop_once_begun(self) -> None:
        while any(map(_is_beginning, self._process.crawlers)):  # noqa: ASYNC110 - Scrapy has no signal for it here
            await asyncio.sleep(_INTERVAL)
        await self._stop()

    def _finishing(self, signum: int) -> None:
        self.requested = True
        logger.warning("%s: completing open requests; once more stops at once", _key(signum))


def _is_beginning(crawler: Crawler) -> bool:
    return crawler.crawling and (crawler._engine is None or not crawler._engine.running)  # noqa: SLF001


def _at_once(signum: int) -> None:
    logging.getLogger("asyncio").disabled = True  # it would name every connection that is left open
    logger.warning("%s again: stopping at once", _key(signum))


def _key(signum: int) -> str:
    return "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name
