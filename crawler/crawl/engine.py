"""Scrapy's engine, in which a request is one task from the scheduler to its last item.

Scrapy 2.19 makes six tasks and as many Twisted futures for each page. Signals, middlewares, limits and the end of a run are
Scrapy's own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

import scrapy
from pydispatch import dispatcher
from scrapy import Request, Spider, signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.defer import aiter_errback
from scrapy.utils.log import logformatter_adapter
from twisted.python.failure import Failure

from crawler.crawl.download.downloader import Downloader, Unsent

if TYPE_CHECKING:
    from scrapy.settings import Settings

logger = logging.getLogger(__name__)
#: The release of Scrapy whose parts are put together here; another one may have other parts.
_KNOWN = (2, 19)


def crawler_of(spidercls: type[Spider], settings: Settings, release: tuple[Any, ...] = scrapy.version_info) -> Crawler:
    """A crawler with the engine of this module; Scrapy's own, which takes longer, where another release of it is installed."""
    return (OneTaskCrawler if release[:2] == _KNOWN else Crawler)(spidercls, settings)


def _failure() -> Failure:
    """The exception that is being handled, as Scrapy's parts take it."""
    return Failure()  # type: ignore[no-untyped-call]


class OneTaskCrawler(Crawler):
    """Scrapy's crawler with the engine of this module."""

    def __init__(self, spidercls: type[Spider], settings: Settings) -> None:
        super().__init__(spidercls, settings)
        self.signals = Signals(self)

    def _create_engine(self) -> ExecutionEngine:
        return Engine(self, lambda _: self.stop_async())


class Signals(SignalManager):
    """Scrapy's signals; those that nobody waits for, five a page, take no time."""

    def send_catch_log(self, signal: Any, **named: Any) -> list[tuple[Any, Any]]:
        """Send a signal."""
        return super().send_catch_log(signal, **named) if self._is_awaited(signal, named) else []

    async def send_catch_log_async(self, signal: Any, **named: Any) -> list[tuple[Any, Any]]:
        """Send a signal, and wait for those who get it."""
        return await super().send_catch_log_async(signal, **named) if self._is_awaited(signal, named) else []

    def _is_awaited(self, signal: Any, named: Mapping[str, Any]) -> bool:
        own, any_ = (dispatcher.connections.get(id(one), ()) for one in (named.get("sender", self.sender), dispatcher.Any))
        return signal in own or dispatcher.Any in own or signal in any_ or dispatcher.Any in any_


class Engine(ExecutionEngine):
    """Takes the way of a request itself, in place of chains of futures between Scrapy's parts."""

    async def close_spider_async(self, *, reason: str = "cancelled") -> None:
        """End a run: what is under way is completed, and what only waits for its turn is left to the next run.

        What a component asked for is under way: a post's companion, say, whose page is here already.
        """
        if isinstance(self.downloader, Downloader):
            self.downloader.give_up(lambda request: request in self._tasks)
        await super().close_spider_async(reason=reason)

    def _start_scheduled_request(self) -> bool:
        assert self._slot is not None
        request = self._slot.scheduler.next_request()
        if request is None:
            self.signals.send_catch_log(signals.scheduler_empty)
            return False
        self._begin(request)
        self._tasks[request] = task = asyncio.get_running_loop().create_task(self._whole(request))
        task.add_done_callback(lambda _: self._tasks.pop(request, None))
        return True

    @property
    def _tasks(self) -> dict[Request, asyncio.Task[None]]:
        """The tasks that are under way, for the event loop itself does not keep them."""
        tasks: dict[Request, asyncio.Task[None]] = vars(self).setdefault("_under_way", {})
        return tasks

    async def _whole(self, request: Request) -> None:
        """Download, and give what comes to the spider."""
        assert self._slot is not None
        try:
            result: Response | Request | Failure
            try:
                result = await self._fetch(request)
            except Unsent:  # as a request that is still in the scheduler
                return
            except Exception:  # noqa: BLE001 - the spider's errback is told
                result = _failure()
            if isinstance(result, Request):  # of a middleware, for a redirect say
                self.crawl(result)
            else:
                await self._scrape(result, request)
        except Exception:
            logger.exception("Error while processing %s", request, extra={"spider": self.spider})
        finally:
            self._slot.remove_request(request)
            self._slot.nextcall.schedule()

    async def download_async(self, request: Request) -> Response:
        """The response to a request of a component; redirects and retries are followed."""
        if self.spider is None:
            raise RuntimeError(f"No open spider to crawl: {request}")
        assert self._slot is not None
        while True:
            self._begin(request)
            try:
                result = await self._fetch(request)
            finally:
                self._slot.remove_request(request)
            if isinstance(result, Response):
                return result
            request = result

    def _begin(self, request: Request) -> None:
        """Count a request at once, before its task begins, as limits and the end of the run need it."""
        assert self._slot is not None
        self._slot.add_request(request)
        self.downloader.active.add(request)

    async def _fetch(self, request: Request) -> Response | Request:
        assert self._slot is not None
        assert self.spider is not None
        downloader = self.downloader
        try:
            try:
                result = await downloader.middleware.download_async(downloader._enqueue_request, request)  # noqa: SLF001
            finally:
                downloader.active.remove(request)
            if isinstance(result, Response):
                if result.request is None:
                    result.request = request
                line = self.logformatter.crawled(result.request, result, self.spider)
                if line is not None:
                    logger.log(*logformatter_adapter(line), extra={"spider": self.spider})
                self.signals.send_catch_log(
                    signal=signals.response_received, response=result, request=result.request, spider=self.spider
                )
            return result
        finally:
            self._slot.nextcall.schedule()

    async def _given(self, response: Response, request: Request) -> AsyncIterator[Any]:
        """What the spider gives of a response, through its middlewares, if there are any."""
        scraper = self.scraper
        if any(scraper.spidermw.methods.values()):
            return await scraper.spidermw.scrape_response_async(scraper.call_spider_async, response, request)
        given = await scraper.call_spider_async(response, request)
        return given if isinstance(given, AsyncIterator) else as_async_generator(given)

    async def _scrape(self, result: Response | Failure, request: Request) -> None:
        """Give a response, or a failure, to the spider, and take what it gives, one after the other."""
        scraper = self.scraper
        assert scraper.slot is not None
        slot, least = scraper.slot, scraper.slot.MIN_RESPONSE_SIZE
        slot.active.add(request)
        slot.active_size += max(len(result.body), least) if isinstance(result, Response) else least
        try:
            if isinstance(result, Failure):
                await scraper._scrape(result, request)  # noqa: SLF001
                return
            try:
                given = await self._given(result, request)
            except Exception:  # noqa: BLE001 - reported as any error of a spider
                scraper.handle_spider_error(_failure(), request, result)
                return
            async for one in aiter_errback(given, scraper.handle_spider_error, request, result):
                await scraper._process_spidermw_output_async(one, result)  # noqa: SLF001
        finally:
            slot.finish_response(result, request)
            scraper._check_if_closing()  # noqa: SLF001
