"""Scrapy's downloader, which does not queue a request that may be sent at once."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core import downloader

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class Downloader(downloader.Downloader):
    """``DOWNLOADER``: a request to a host without a delay goes to its handler without a task and a future in between."""

    async def _enqueue_request(self, request: Request) -> Response:
        """Download now if the host has no delay and a free connection; else wait as Scrapy does."""
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
