"""The scheduler of a worker: it takes requests from the shared frontier on lease, and says which are done.

A request is done when its answer is captured and all that it leads to is in the frontier: both reach Redis in one step. Until
then another worker gets the request if this one dies. Changes are sent in batches, for each costs time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from itertools import chain, islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from redis import RedisError

from crawler.cluster.frontier import UNLISTED, Changes, NameInUse, OtherArguments, Push, Taken
from crawler.cluster.journal import Journal
from crawler.cluster.requests import BadRequest, from_json, is_again, key_of, to_json
from crawler.cluster.scrapy_redis_parts import Scheduler
from crawler.cluster.worker import Worker
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import update_meta
from crawler.crawl.retry_after import RetryAfterMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.cluster.downloader import SharingDownloader
    from crawler.spiders.requests import RequestingSpider

logger = logging.getLogger(__name__)
#: Seconds between two looks at whether there is something to do, and between two signs of life to Redis.
_TICK, _BEAT = 0.05, 0.25
#: So many new requests are sent without waiting for the next reason to do so.
_MANY = 200
#: So many requests are on lease at most where CONCURRENT_REQUESTS sets no limit; so many are taken on lease again at once.
_MOST, _MOST_CLAIMS = 100, 2000


class LeasingScheduler(Scheduler):  # type: ignore[misc]
    """Takes requests on lease. Its methods are those that Scrapy's engine calls."""

    spider: RequestingSpider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the component, with the connection that the worker has already."""
        made = cls(Worker.of(crawler).frontier.server, persist=True)
        made._crawler, made._worker = crawler, Worker.of(crawler)
        return made

    def open(self, spider: RequestingSpider) -> None:
        """Begin; Scrapy calls this when a crawl begins."""
        self.spider = spider
        spider.leave_unlisted()
        self._context = RunContext.of(self._crawler)
        self._journal = Journal(self._worker.archive.own)
        self._most = self._crawler.settings.getint("CONCURRENT_REQUESTS") or _MOST
        #: Requests that are leased and not handed out, and those that are: with key and JSON.
        self._leased: deque[tuple[bytes, bytes]] = deque()
        self._handed: dict[Request, tuple[bytes, bytes]] = {}
        #: Requests that were done, and have to be read again because Redis lost what they led to.
        self._again: Iterator[tuple[bytes, bytes]] = iter(())
        self._seeds: list[Push] = []
        #: What is to be told to Redis, and what was told and not confirmed, which is told again as it was.
        self._changes, self._told = Changes(), Changes()
        self._known: set[str] = set()
        self._failed: set[str] = set()
        self._numbered = 0
        self._state = Taken("ok", queued=1)
        self._sent = self._answered = monotonic()
        self._unsure = self._lost = False
        self._share, self._generation = 1, 0
        self._given_up: asyncio.Task[None] | None = None
        self._task = asyncio.get_running_loop().create_task(self._beat())

    def close(self, reason: str) -> None:
        """Tell Redis what was done last, and give back what was not; Scrapy calls this when a crawl ends."""
        self._task.cancel()
        self._share = 0
        self._exchange()
        self._journal.close()

    # What the engine asks

    def enqueue_request(self, request: Request) -> bool:
        """Put a request into the frontier; duplicates are dropped there."""
        key = key_of(request.url)
        again = is_again(request)
        if again:  # the same address, once more
            self._numbered += 1
            key += f":{self._worker.name}:{self._numbered}".encode()
        push = Push(key, request.priority, to_json(request, self.spider), once=not again)
        if not self._has_begun:
            self._seeds.append(push)
        self._changes.new.append(push)
        return True

    def next_request(self) -> Request | None:
        """The next request of this worker; ``None`` if there is none now."""
        if not self._has_begun:
            return None
        if (not self._leased and self._may_ask) or len(self._changes.new) >= _MANY:
            self._exchange()
        while self._leased:
            key, data = self._leased.popleft()
            if key == UNLISTED:
                self._look_for_unlisted()
                continue
            try:
                request = from_json(data, self.spider)
            except BadRequest as error:
                self._context.report.failed(f"CLUSTER={self._worker.name}", str(error))
                self._changes.done.append(key)
                continue
            self._handed[request] = key, data
            return request
        return self._next_again()

    def has_pending_requests(self) -> bool:
        """Whether this worker has or may get something to do: not before every request of all workers is done."""
        if self._leased or self._handed or self._changes or self._told or self._unsure or self._lost:
            return True
        return self._state.queued + self._state.leased > 0

    # Redis

    @property
    def _has_begun(self) -> bool:
        """Whether the spider has made its first requests: before that, an empty frontier is not the end."""
        return self._crawler.engine is not None and self._crawler.engine._start is None  # noqa: SLF001 - nothing public tells

    @property
    def _may_ask(self) -> bool:
        has_reason = self._state.queued > 0 or bool(self._changes.new)
        return monotonic() - self._sent >= _TICK or (has_reason and not self._unsure)

    @property
    def _downloader(self) -> SharingDownloader:
        assert self._crawler.engine is not None
        return cast("SharingDownloader", self._crawler.engine.downloader)

    @property
    def _slot(self) -> Any:
        engine = self._crawler.engine
        return engine._slot if engine is not None else None  # noqa: SLF001 - nothing public tells which requests are in progress

    async def _beat(self) -> None:
        """Show that this worker lives, and have the engine look for requests while it has none."""
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(_TICK)
                if self._slot is None or not self._has_begun:
                    continue
                if monotonic() - self._sent >= _BEAT or (not self._leased and self._has_news()):
                    self._exchange()
                self._slot.nextcall.schedule()
                if monotonic() - self._answered > self._worker.patience:
                    self._give_up(f"Redis has not answered for {self._worker.patience:g} s")

    def _has_news(self) -> bool:
        return bool(self._changes) or any(request not in self._slot.inprogress for request in self._handed)

    def _exchange(self) -> None:
        """Tell Redis what was done since the last time, and take what there is to do."""
        self._sent = monotonic()
        if self._lost:
            self._begin_again()
            return
        self._collect()
        if self._downloader.keeps_share:
            self._generation = self._state.generation
        if not self._told:
            self._told, self._changes = self._changes, Changes()
        held = [key for key, _ in (*self._leased, *self._handed.values())] if self._unsure else None
        is_ending = self._slot is None or self._slot.closing is not None
        want = max(0, self._most - len(self._leased)) if self._share and not is_ending else 0
        try:
            found = self._worker.frontier.exchange(self._told, want, generation=self._generation, held=held)
        except RedisError as error:
            self._is_silent(error)
            return
        self._answers()
        if found.state == "used":
            self._give_up(f"another worker has the name {self._worker.name} by now")
        elif found.state == "lost":
            self._begin_again()
        else:
            self._told = Changes()
            self._take(found)

    def _is_silent(self, error: RedisError) -> None:
        if not self._unsure:
            logger.warning("Redis does not answer (%s); going on with what is leased, and trying again", error)
        self._unsure = True

    def _answers(self) -> None:
        self._answered = monotonic()
        if self._unsure:
            logger.warning("Redis answers again")
        self._unsure = False

    def _collect(self) -> None:
        """Add to the changes what is done, known and failed by now."""
        if self._context.cannot_capture:
            self._give_up(self._context.cannot_capture)
            return
        in_progress = self._slot.inprogress if self._slot is not None else ()
        done = [request for request in self._handed if request not in in_progress]
        for request in done:
            self._changes.done.append(self._handed[request][0])
        self._journal.note(self._handed.pop(request) for request in done)
        report = self._context.report
        if len(report.failures) > len(self._failed):
            new = {url: why for url, why in report.failures.items() if url not in self._failed}
            self._failed.update(new)
            self._changes.failures.update(new)
        if not self._leased and len(report.known) > len(self._known):
            new_known = report.known - self._known
            self._known |= new_known
            self._changes.known.extend(new_known)
        middleware = self._crawler.get_downloader_middleware(RetryAfterMiddleware)
        self._changes.rests = {host: int(1000 * rest) for host, rest in middleware.rests().items()} if middleware else {}

    def _take(self, found: Taken) -> None:
        self._state = found
        if found.expired:  # they were given back: another worker may have them
            logger.warning("this worker was not heard of for too long; what it had not begun was given to others")
            self._leased.clear()
        self._leased.extend(found.requests)
        middleware = self._crawler.get_downloader_middleware(RetryAfterMiddleware)
        self._share = self._downloader.share_limit(found.workers, found.place)
        for host, rest in found.rests.items() if middleware else ():
            middleware.hold(host.decode(), rest / 1000)

    def _give_up(self, why: str) -> None:
        """End this worker; what it had taken goes to others."""
        engine = self._crawler.engine
        if engine is None or self._given_up is not None:
            return
        self._context.report.failed(f"CLUSTER={self._worker.name}", f"{why}; all captures are kept, run again")
        self._share = 0
        self._given_up = asyncio.get_running_loop().create_task(engine.close_spider_async(reason="cluster"))

    # When Redis lost the frontier

    def _begin_again(self) -> None:
        """Put everything into the frontier once more that this worker knows.

        First it takes on lease what it has done, so that nobody asks for it again. Then it reads its own captures, which lead
        to everything else; what only dead workers had captured is found and captured again.
        """
        if not self._lost:
            logger.warning("Redis has lost the frontier: this worker reads its captures again, which lead to all that is left")
        self._lost, frontier = True, self._worker.frontier
        try:
            frontier.register(self._worker.arguments, self._worker.started)
            claims = chain(self._journal.read(), self._leased, self._handed.values())
            while part := list(islice(claims, _MOST_CLAIMS)):
                frontier.exchange(Changes(claimed=part), 0)
        except RedisError as error:
            self._is_silent(error)
            return
        except (NameInUse, OtherArguments) as error:
            self._give_up(f"the crawl is not this worker's any more: {error}")
            return
        self._answers()
        self._lost = False
        new = [*self._told.new, *self._changes.new]
        self._told, self._changes = Changes(), Changes(new=[*self._seeds, *new])
        self._failed.clear()
        self._known.clear()
        self.spider.begin_again()
        self._again = self._journal.read()
        self._journal.begin_again()
        self._state = Taken("ok", queued=1)

    def _next_again(self) -> Request | None:
        """The next request that was done before, for the archive's own answer."""
        for key, data in self._again:
            request = from_json(data, self.spider)
            if self._context.latest(request.url) is not None:
                update_meta(request, from_archive=True)
            self._handed[request] = key, data
            return request
        return None

    # The end of a sweep

    def _look_for_unlisted(self) -> None:
        """Request the live posts that no listing showed to any worker."""
        try:
            failed = self._worker.frontier.failures()
            self._context.report.failures.update(failed)
            live = self.spider.live_posts()
            unknown = self._worker.frontier.unknown(live, list(map(key_of, live)))
        except RedisError:
            return  # the lease of this stays, and it is taken again when Redis answers
        for request in self.spider.request_unlisted(unknown):
            self.enqueue_request(request)
        self._changes.done.append(UNLISTED)
