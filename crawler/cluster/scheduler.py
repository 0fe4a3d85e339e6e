"""The scheduler of a worker: it takes requests from the shared frontier on lease, and says which are done.

A request is done when its answer is captured and safe on the disk, and all that it leads to is in the frontier. Until then
another worker gets the request if this one dies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from redis import RedisError

from crawler.cluster.exchanges import Exchanges
from crawler.cluster.frontier import UNLISTED, Push
from crawler.cluster.leases import Lease, Leases
from crawler.cluster.requests import BadRequest, from_json, is_again, key_of, to_json
from crawler.cluster.scrapy_redis_parts import Scheduler
from crawler.cluster.worker import Worker
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import update_meta

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.spiders.requests import RequestingSpider

#: So many new requests are sent without waiting for the next reason to do so.
_MANY = 200


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
        self._leases = Leases(self._worker.archive.own, self._worker.durable)
        self._redis = Exchanges(self._crawler, spider, self._leases)
        self._repeats = 0

    def close(self, reason: str) -> None:
        """Tell Redis what was done last; Scrapy calls this when a crawl ends."""
        self._redis.close()

    def enqueue_request(self, request: Request) -> bool:
        """Put a request into the frontier; duplicates are dropped there."""
        key, again = key_of(request.url), is_again(request)
        if again:  # the same address, once more
            self._repeats += 1
            key += f":{self._worker.name}:{self._repeats}".encode()
        push = Push(key, request.priority, to_json(request, self.spider), once=not again)
        self._leases.add(push, is_first=not self._redis.has_begun)
        return True

    def next_request(self) -> Request | None:
        """The next request of this worker; ``None`` if there is none now."""
        if not self._redis.has_begun:
            return None
        leases = self._leases
        if (not leases.waiting and self._redis.are_due) or len(leases.changes.new) >= _MANY:
            self._redis.exchange()
        while leases.waiting:
            lease = leases.waiting.popleft()
            if lease[0] == UNLISTED:
                self._look_for_unlisted()
                self._redis.exchange()  # all others wait for it
            elif (request := self._read(lease)) is not None:
                return request
        again = leases.next_again()
        found = self._read(again) if again else None
        if found is not None and self._context.latest(found.url) is not None:
            update_meta(found, from_archive=True)
        return found

    def has_pending_requests(self) -> bool:
        """Whether this worker has or may get something to do: not before every request of all workers is done."""
        return bool(self._leases) or self._redis.are_pending

    def __len__(self) -> int:
        """The number of requests that wait, here or in the frontier, as far as this worker knows."""
        return self._redis.queued + len(self._leases.waiting)

    def _read(self, lease: Lease) -> Request | None:
        try:
            request = from_json(lease[1], self.spider)
        except BadRequest as error:
            self._context.report.failed(f"CLUSTER={self._worker.name}", str(error))
            self._leases.changes.done.append(lease[0])
            return None
        self._leases.begin(request, lease)
        return request

    def _look_for_unlisted(self) -> None:
        """Request the live posts that no listing showed to any worker: the end of a sweep."""
        frontier = self._worker.frontier
        try:
            self._context.report.failures.update(frontier.failures())
            live = self.spider.live_posts()
            unknown = frontier.unknown(live, list(map(key_of, live)))
        except RedisError as error:
            self._redis.is_silent(error)  # the next exchange gives it back
            return
        for request in self.spider.request_unlisted(unknown):
            self.enqueue_request(request)
        self._leases.changes.done.append(UNLISTED)
