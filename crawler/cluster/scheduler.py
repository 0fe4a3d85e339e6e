"""The scheduler of a worker: it takes requests from the shared frontier on lease, and says which are done.

A request is done when its answer is captured and all that it leads to is in the frontier: both reach Redis in one step. Until
then another worker gets the request if this one dies. Changes are sent in batches, for each costs time.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from redis import RedisError

from crawler.cluster.frontier import UNLISTED, Changes, NameInUse, OtherArguments, Push, Taken
from crawler.cluster.leases import Lease, Leases
from crawler.cluster.requests import BadRequest, from_json, is_again, key_of, to_json
from crawler.cluster.scrapy_redis_parts import Scheduler
from crawler.cluster.worker import Worker
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import update_meta
from crawler.crawl.retry_after import RetryAfterMiddleware

if TYPE_CHECKING:
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
        self._leases = Leases(self._worker.archive.own, self._worker.uploads)
        self._most = self._crawler.settings.getint("CONCURRENT_REQUESTS") or _MOST
        self._repeats = 0
        self._state = Taken("ok", queued=1)
        self._sent = self._answered = monotonic()
        self._unsure = self._lost = self._gives_back = False
        self._share, self._generation = 1, 0
        self._given_up: asyncio.Task[None] | None = None
        self._task = asyncio.get_running_loop().create_task(self._beat())

    def close(self, reason: str) -> None:
        """Tell Redis what was done last; Scrapy calls this when a crawl ends."""
        self._task.cancel()
        self._share = 0
        self._exchange()
        self._leases.finish()
        self._exchange()
        self._leases.close()

    # What the engine asks

    def enqueue_request(self, request: Request) -> bool:
        """Put a request into the frontier; duplicates are dropped there."""
        key, again = key_of(request.url), is_again(request)
        if again:  # the same address, once more
            self._repeats += 1
            key += f":{self._worker.name}:{self._repeats}".encode()
        push = Push(key, request.priority, to_json(request, self.spider), once=not again)
        self._leases.add(push, is_first=not self._has_begun)
        return True

    def next_request(self) -> Request | None:
        """The next request of this worker; ``None`` if there is none now."""
        if not self._has_begun:
            return None
        leases = self._leases
        if (not leases.waiting and self._may_ask) or len(leases.changes.new) >= _MANY:
            self._exchange()
        while leases.waiting:
            lease = leases.waiting.popleft()
            if lease[0] == UNLISTED:
                self._look_for_unlisted()
            elif (request := self._read(lease)) is not None:
                return request
        again = leases.next_again()
        found = self._read(again) if again else None
        if found is not None and self._context.latest(found.url) is not None:
            update_meta(found, from_archive=True)
        return found

    def _read(self, lease: Lease) -> Request | None:
        try:
            request = from_json(lease[1], self.spider)
        except BadRequest as error:
            self._context.report.failed(f"CLUSTER={self._worker.name}", str(error))
            self._leases.changes.done.append(lease[0])
            return None
        self._leases.begin(request, lease)
        return request

    def has_pending_requests(self) -> bool:
        """Whether this worker has or may get something to do: not before every request of all workers is done."""
        return bool(self._leases) or self._unsure or self._lost or self._state.queued + self._state.leased > 0

    # Redis

    @property
    def _has_begun(self) -> bool:
        """Whether the spider has made its first requests: before that, an empty frontier is not the end."""
        return self._crawler.engine is not None and self._crawler.engine._start is None  # noqa: SLF001 - nothing public tells

    @property
    def _may_ask(self) -> bool:
        has_reason = self._state.queued > 0 or bool(self._leases.changes.new)
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
                waits = not self._leases.waiting and self._leases.has_news(self._slot.inprogress)
                if waits or monotonic() - self._sent >= _BEAT:
                    self._exchange()
                self._slot.nextcall.schedule()
                if monotonic() - self._answered > self._worker.patience:
                    self._give_up(f"Redis has not answered for {self._worker.patience:g} s")

    def _exchange(self) -> None:
        """Tell Redis what was done since the last time, and take what there is to do."""
        self._sent = monotonic()
        if self._lost:
            self._begin_again()
            return
        if self._context.cannot_capture:  # what is in progress is not done: others may have room for it
            self._give_up(self._context.cannot_capture)
        else:
            self._leases.collect(self._slot.inprogress if self._slot is not None else (), self._context.report)
        self._leases.changes.rests = {host: int(1000 * rest) for host, rest in self._resting.rests().items()}
        if self._downloader.keeps_share:
            self._generation = self._state.generation
        is_ending = self._slot is None or self._slot.closing is not None
        want = max(0, self._most - len(self._leases.waiting)) if self._share and not is_ending else 0
        held = self._leases.held() if self._unsure or self._gives_back else None
        try:
            found = self._worker.frontier.exchange(self._leases.to_tell(), want, generation=self._generation, held=held)
        except RedisError as error:
            self._is_silent(error)
            return
        self._answers()
        self._gives_back = False
        if found.state == "used":
            self._give_up(f"another worker has the name {self._worker.name} by now")
        elif found.state == "lost":
            self._begin_again()
        else:
            self._take(found)

    @property
    def _resting(self) -> RetryAfterMiddleware:
        found: RetryAfterMiddleware | None = self._crawler.get_downloader_middleware(RetryAfterMiddleware)
        assert found is not None
        return found

    def _is_silent(self, error: RedisError) -> None:
        if not self._unsure:
            logger.warning("Redis does not answer (%s); going on with what is leased, and trying again", error)
        self._unsure = True

    def _answers(self) -> None:
        self._answered = monotonic()
        if self._unsure:
            logger.warning("Redis answers again")
        self._unsure = False

    def _take(self, found: Taken) -> None:
        self._state = found
        if found.expired:  # they were given back: another worker may have them
            logger.warning("this worker was not heard of for too long; what it had not begun was given to others")
            self._leases.waiting.clear()
        self._leases.confirmed(found.requests)
        self._share = self._downloader.share_limit(found.workers, found.place)
        if not self._share and self._leases.waiting:  # this worker has to wait, and others need not
            self._leases.waiting.clear()
            self._gives_back = True
        for host, rest in found.rests.items():
            self._resting.hold(host.decode(), rest / 1000)

    def _give_up(self, why: str) -> None:
        """End this worker; what it had taken goes to others."""
        engine = self._crawler.engine
        if engine is None or self._given_up is not None:
            return
        self._context.report.failed(f"CLUSTER={self._worker.name}", f"{why}; all captures are kept, run again")
        self._share = 0
        self._given_up = asyncio.get_running_loop().create_task(engine.close_spider_async(reason="cluster"))

    def _begin_again(self) -> None:
        """Put everything into the frontier once more that this worker knows, since Redis has lost it.

        First it takes on lease what it has done, so that nobody asks for it again. Then it reads its own captures, which lead
        to everything else.
        """
        if not self._lost:
            logger.warning("Redis has lost the frontier: this worker reads its captures again, which lead to all that is left")
        self._lost, frontier = True, self._worker.frontier
        try:
            frontier.register(self._worker.arguments, self._worker.started)
            claims = self._leases.everything()
            while part := list(islice(claims, _MOST_CLAIMS)):
                frontier.exchange(Changes(claimed=part), 0)
        except RedisError as error:
            self._is_silent(error)
            return
        except (NameInUse, OtherArguments) as error:
            self._give_up(f"the crawl is not this worker's any more: {error}")
            return
        self._answers()
        self._lost, self._state = False, Taken("ok", queued=1)
        self.spider.begin_again()
        self._leases.begin_again()

    def _look_for_unlisted(self) -> None:
        """Request the live posts that no listing showed to any worker: the end of a sweep."""
        try:
            self._context.report.failures.update(self._worker.frontier.failures())
            live = self.spider.live_posts()
            unknown = self._worker.frontier.unknown(live, list(map(key_of, live)))
        except RedisError as error:
            self._is_silent(error)  # the next exchange gives it back
            return
        for request in self.spider.request_unlisted(unknown):
            self.enqueue_request(request)
        self._leases.changes.done.append(UNLISTED)
