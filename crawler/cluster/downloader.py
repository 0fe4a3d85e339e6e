"""Politeness that all workers keep together: the delay between two requests to a host counts for all of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from redis import RedisError

from crawler.cluster.worker import Worker
from crawler.crawl.download.downloader import Downloader

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
#: Seconds between two attempts to reserve a turn while Redis does not answer.
_AGAIN = 0.5


class SharingDownloader(Downloader):
    """Scrapy's downloader, which waits for its turn before each request to a host that has a delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._frontier = Worker.of(crawler).frontier
        self._limit = self._own = self.domain_concurrency

    def share_limit(self, workers: int, place: int) -> int:
        """Make so many requests to one host at a time as come to this worker, so that all of them keep to the limit.

        :param place: which of the workers this is, from 0.
        :returns: the number; 0 for a worker that has to wait until another one ends.
        """
        self._own = own = shared(self._limit, workers, place)
        self.domain_concurrency = max(own, 1)
        for slot in self.slots.values():
            slot.concurrency = self.domain_concurrency
        return own

    def give_up(self, which: Callable[[Request], bool]) -> None:
        """Send what is on lease to its end, since a request that has ended counts as done for all workers."""

    @property
    def keeps_share(self) -> bool:
        """Whether no more requests are made to any host than come to this worker; if none do, whether none wait either."""
        if not self._own:
            return not any(slot.active for slot in self.slots.values())
        return all(len(slot.transferring) <= self._own for slot in self.slots.values())

    async def _download(self, slot: Slot, request: Request) -> Response:
        delay = slot.download_delay()
        if delay:
            try:
                await self._wait(request.meta[self.DOWNLOAD_SLOT], delay)
            except BaseException:
                slot.transferring.discard(request)
                raise
        return await super()._download(slot, request)

    async def _wait(self, host: str, delay: float) -> None:
        while True:
            try:
                rest = self._frontier.turn(host, delay)
            except RedisError as error:
                logger.debug("no turn could be reserved: %s", error)
                await asyncio.sleep(max(delay, _AGAIN))  # without Redis nobody knows what the others do
            else:
                await asyncio.sleep(rest)
                return


def shared(limit: int, workers: int, place: int) -> int:
    """The part of a limit that comes to the worker at this place, so that the parts make the whole.

    >>> [shared(2, 3, place) for place in range(3)], [shared(32, 3, place) for place in range(3)]
    ([1, 1, 0], [11, 11, 10])
    """
    return limit // workers + (place < limit % workers)
