"""What a worker tells Redis, and what it takes from it: in batches, for each exchange costs time."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from redis import RedisError

from crawler.cluster.frontier import Changes, NameInUse, OtherArguments, Taken
from crawler.cluster.worker import Worker
from crawler.crawl.context import RunContext
from crawler.crawl.politeness.retry_after import RetryAfterMiddleware
from crawler.errors import short_reason

if TYPE_CHECKING:
    from collections.abc import Container

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.cluster.downloader import SharingDownloader
    from crawler.cluster.leases import Leases
    from crawler.spiders.requests import RequestingSpider

logger = logging.getLogger(__name__)
#: Seconds between two looks at whether there is something to do: the first after something was done, and the longest; and
#: between two signs of life to Redis.
_SOON, _TICK, _BEAT = 0.005, 0.05, 0.25
#: So many requests are on lease at most where CONCURRENT_REQUESTS sets no limit; so many are taken on lease again at once.
_MOST, _MOST_CLAIMS = 100, 2000


class Exchanges:
    """One worker's exchanges with Redis, from its first request to its last."""

    def __init__(self, crawler: Crawler, spider: RequestingSpider, leases: Leases) -> None:
        self._crawler, self._spider, self._leases = crawler, spider, leases
        self._worker, self._context = Worker.of(crawler), RunContext.of(crawler)
        self._most = crawler.settings.getint("CONCURRENT_REQUESTS") or _MOST
        self._state = Taken("ok", queued=1)
        self._sent = self._answered = monotonic()
        self._unsure = self._lost = self._gives_back = False
        self._why = ""
        self._share, self._generation, self._pause = 1, 0, _SOON
        self._given_up: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        leases.call_at_end(of_sync=lambda: loop.call_soon_threadsafe(self._look))
        self._task = loop.create_task(self._beat())

    def close(self) -> None:
        """Tell Redis what was done last."""
        self._task.cancel()
        self._share = 0
        self.exchange()
        self._leases.finish()
        self.exchange()
        self._leases.close()

    @property
    def has_begun(self) -> bool:
        """Whether the spider has made its first requests: before that, an empty frontier is not the end."""
        return self._crawler.engine is not None and self._crawler.engine._start is None  # noqa: SLF001 - nothing public tells

    @property
    def are_pending(self) -> bool:
        """Whether a worker has something to do yet, as far as Redis tells."""
        return self._unsure or self._lost or self._state.queued + self._state.leased > 0

    @property
    def queued(self) -> int:
        """How many requests wait in the frontier, as far as Redis tells."""
        return self._state.queued

    @property
    def are_due(self) -> bool:
        """Whether it may be asked for more now."""
        if monotonic() - self._sent >= self._pause:
            return True
        has_reason = self._state.queued > 0 or bool(self._leases.changes.new) or self._leases.is_through(self._in_progress)
        return has_reason and not self._unsure

    def exchange(self) -> None:
        """Tell Redis what was done since the last time, and take what there is to do."""
        self._sent = monotonic()
        if self._lost:
            self._begin_again()
            return
        if why := self._context.cannot_keep or self._leases.failed:  # what is in progress is not done: others may have room
            self._give_up(why)
        else:
            self._leases.collect(self._in_progress, self._context.report)
        self._leases.changes.rests = {host: int(1000 * rest) for host, rest in self._resting.rests().items()}
        if self._downloader.keeps_share:
            self._generation = self._state.generation
        is_ending = self._slot is None or self._slot.closing is not None
        want = max(0, self._most - len(self._leases.waiting)) if self._share and not is_ending else 0
        held = self._leases.held() if self._unsure or self._gives_back else None
        changes = self._leases.to_tell()
        try:
            found = self._worker.frontier.exchange(changes, want, generation=self._generation, held=held)
        except RedisError as error:
            self.is_silent(error)
            return
        self._answers()
        self._gives_back = False
        if found.state == "used":
            self._give_up(f"another worker has the name {self._worker.name} by now")
        elif found.state == "lost":
            self._begin_again()
        else:
            self._take(found, has_told=bool(changes))

    def is_silent(self, error: RedisError) -> None:
        """Note that Redis does not answer; the next exchange tries again."""
        self._why = short_reason(error)
        if not self._unsure:
            logger.warning("Redis does not answer (%s); going on with what is leased, and trying again", error)
        self._unsure, self._pause = True, _TICK

    def _answers(self) -> None:
        self._answered = monotonic()
        if self._unsure:
            logger.warning("Redis answers again")
        self._unsure = False

    async def _beat(self) -> None:
        """Show that this worker lives, and have the engine look for requests while it has none."""
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(_TICK if self._leases.waiting else self._pause)
                if self._slot is None or not self.has_begun:
                    continue
                waits = not self._leases.waiting and self._leases.has_news(self._in_progress)
                if waits or monotonic() - self._sent >= _BEAT:
                    self.exchange()
                self._look()
                if monotonic() - self._answered > self._worker.patience:
                    self._give_up(f"Redis has not answered for {self._worker.patience:g} s ({self._why})")

    def _look(self) -> None:
        """Have the engine ask for requests."""
        if self._slot is not None and self._slot.closing is None:
            self._slot.nextcall.schedule()

    def _take(self, found: Taken, *, has_told: bool) -> None:
        self._state = found
        self._pause = _SOON if found.requests or has_told else min(2 * self._pause, _TICK)
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
            self.is_silent(error)
            return
        except (NameInUse, OtherArguments) as error:
            self._give_up(f"the crawl is not this worker's any more: {error}")
            return
        self._answers()
        self._lost, self._state = False, Taken("ok", queued=1)
        self._spider.begin_again()
        self._leases.begin_again()

    # What the engine has

    @property
    def _downloader(self) -> SharingDownloader:
        assert self._crawler.engine is not None
        return cast("SharingDownloader", self._crawler.engine.downloader)

    @property
    def _slot(self) -> Any:
        engine = self._crawler.engine
        return engine._slot if engine is not None else None  # noqa: SLF001 - nothing public tells which requests are in progress

    @property
    def _in_progress(self) -> Container[Request]:
        return self._slot.inprogress if self._slot is not None else ()

    @property
    def _resting(self) -> RetryAfterMiddleware:
        found: RetryAfterMiddleware | None = self._crawler.get_downloader_middleware(RetryAfterMiddleware)
        assert found is not None
        return found
