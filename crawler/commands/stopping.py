"""What Ctrl-C and SIGTERM do to a crawl: the first lets it finish what is under way, the second stops it at once."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
#: Seconds between two looks at whether a crawl that is to be stopped has begun.
_SOON = 0.02


class Stopping:
    """Has a crawler process say what it does, and stop crawls that are just beginning.

    Scrapy's own stop passes over an engine that does not run yet: that crawl would go on to its end, and then wait for ever.
    """

    def __init__(self, process: Any) -> None:
        self._process = process
        self._stop = process.stop
        #: Whether somebody has asked for it.
        self.asked = False
        process.stop = self._stop_once_begun
        process._log_shutdown = self._finishing  # noqa: SLF001 - Scrapy calls both in the thread of its loop
        process._log_kill = _at_once  # noqa: SLF001

    async def _stop_once_begun(self) -> None:
        while any(map(_is_beginning, self._process.crawlers)):  # noqa: ASYNC110 - Scrapy says nothing when one has begun
            await asyncio.sleep(_SOON)
        await self._stop()

    def _finishing(self, signum: int) -> None:
        self.asked = True
        logger.warning("%s: finishing what is under way; once more stops at once", _key(signum))


def _is_beginning(crawler: Crawler) -> bool:
    return crawler.crawling and (crawler._engine is None or not crawler._engine.running)  # noqa: SLF001


def _at_once(signum: int) -> None:
    logger.warning("%s again: stopping at once", _key(signum))


def _key(signum: int) -> str:
    return "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name
