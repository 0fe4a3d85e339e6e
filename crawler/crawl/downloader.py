"""Scrapy's downloader: the limit of requests to one host always holds, and what may be sent at once waits in no queue."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.core import downloader

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """``DOWNLOADER``: adapts Scrapy's in two points."""

    async def _enqueue_request(self, request: Request) -> Response:
        """Download now if the host has no delay and a free connection, without a task and a future; else wait in a queue."""
        key, slot = self._get_slot(request)
        if slot.delay or slot.latercall or slot.queue or slot.free_transfer_slots() <= 0:
            return await super()._enqueue_request(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        self.signals.send_catch_log(signal=signals.request_reached_downloader, request=request, spider=self.crawler.spider)
        slot.lastseen = monotonic()
        try:
            return await self._download(slot, request)
        finally:
            slot.active.remove(request)

    def _wait_for_download(self, slot: Slot, request: Request, queue_dfd: Deferred[Response]) -> Coroutine[Any, Any, None]:
        """Count a request as under way when it is taken from its queue.

        Scrapy 2.19 counts it when its task begins, which asyncio does later: of requests that come in at once, any number may
        go to one host, whatever ``CONCURRENT_REQUESTS_PER_DOMAIN`` says.
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
