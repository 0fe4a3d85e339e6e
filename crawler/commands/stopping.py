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


def prepare(process: Any, crawler: Crawler) -> None:
    """Have ``process`` say what it does, and wait for a crawl that is just beginning.

    Scrapy's own stop passes over an engine that does not run yet: that crawl would go on to its end, and then wait for ever.
    """
    stop = process.stop

    async def stop_once_begun() -> None:
        while crawler.crawling and (crawler._engine is None or not crawler._engine.running):  # noqa: ASYNC110, SLF001
            await asyncio.sleep(_SOON)
        await stop()

    process.stop = stop_once_begun
    process._log_shutdown = _finishing  # noqa: SLF001 - Scrapy calls both in the thread of its loop
    process._log_kill = _stopping  # noqa: SLF001


def _finishing(signum: int) -> None:
    logger.warning("%s: finishing what is under way; once more stops at once", _key(signum))


def _stopping(signum: int) -> None:
    logger.warning("%s again: stopping at once", _key(signum))


def _key(signum: int) -> str:
    return "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name
