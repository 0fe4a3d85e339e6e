"""Scrapy's downloader, with a limit of requests to one host that always holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core import downloader

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """``DOWNLOADER``: adapts Scrapy's in one point."""

    def _wait_for_download(self, slot: Slot, request: Request, queue_dfd: Deferred[Response]) -> Coroutine[Any, Any, None]:
        """Count a request as under way when it is taken from its queue.

        Scrapy 2.19 counts it when its task begins, which asyncio does later: of requests that come in at once, any number may
        go to one host, whatever ``CONCURRENT_REQUESTS_PER_DOMAIN`` says.
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
