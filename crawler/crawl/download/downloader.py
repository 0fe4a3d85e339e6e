"""Scrapy's downloader: its limit of requests to one host always holds, and where nothing has to wait, no task is made."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.core import downloader
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred


class Unsent(IgnoreRequest):
    """A request was still waiting for its turn when the run was stopped; the next run makes it."""


class Downloader(downloader.Downloader):
    """``DOWNLOADER``: adapts Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware = Middlewares.of(self.middleware)
        #: Which requests are not sent any more, if they have to wait: none, until the run is stopped.
        self._is_given_up: Callable[[Request], bool] = lambda _: False

    async def _enqueue_request(self, request: Request) -> Response:
        """Send a request at once if its host has a place and no delay; else Scrapy has it wait in a queue."""
        key, slot = self._get_slot(request)
        if slot.delay or slot.queue or slot.latercall or slot.free_transfer_slots() <= 0:
            if self._is_given_up(request):
                raise Unsent
            return await super()._enqueue_request(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        slot.lastseen = monotonic()  # a delay that robots.txt asks for is counted from here
        self.signals.send_catch_log(signal=signals.request_reached_downloader, request=request, spider=self.crawler.spider)
        try:
            return await self._download(slot, request)
        finally:
            slot.active.remove(request)

    def give_up(self, which: Callable[[Request], bool]) -> None:
        """Send no request of those for which ``which`` is true that waits for its turn; they end with :class:`Unsent`."""
        self._is_given_up = which
        for slot in self.slots.values():
            waiting = list(slot.queue)
            slot.queue.clear()
            slot.queue.extend(one for one in waiting if not which(one[0]))
            for request, result in waiting:
                if which(request):
                    result.errback(Unsent())

    def _wait_for_download(self, slot: Slot, request: Request, queue_dfd: Deferred[Response]) -> Coroutine[Any, Any, None]:
        """Count a request as under way when it is taken from its queue.

        Scrapy 2.19 counts it when its task begins, which asyncio does later: of requests that come in at once, any number may
        go to one host, whatever ``CONCURRENT_REQUESTS_PER_DOMAIN`` says.
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


class Middlewares(DownloaderMiddlewareManager):
    """Scrapy's manager; a middleware that is done when it returns is not made a coroutine first."""

    @classmethod
    def of(cls, manager: DownloaderMiddlewareManager) -> DownloaderMiddlewareManager:
        """A manager of the middlewares that Scrapy has made; Scrapy's own, if one of them has methods of an older kind."""
        if manager._mw_methods_requiring_spider:  # noqa: SLF001 - the base has it
            return manager
        made = cls.__new__(cls)
        vars(made).update(vars(manager))
        return made

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            given = method(request=request)
            if given is not None and not isinstance(given, Response | Request):
                given = await ensure_awaitable(given)
            if given is not None:
                return _checked(given, method)
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        for method in self.methods["process_response"]:
            if isinstance(response, Request):
                return response
            assert method is not None
            given = method(request=request, response=response)
            response = given if isinstance(given, Response) else _checked(await ensure_awaitable(given), method)
        return response


def _checked(given: Any, method: Callable[..., Any]) -> Response | Request:
    if not isinstance(given, Response | Request):
        raise TypeError(f"{global_object_name(method)} gave {type(given).__name__}, which is neither request nor response")
    return given
