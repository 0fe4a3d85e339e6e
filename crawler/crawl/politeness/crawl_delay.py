"""``Crawl-delay`` of robots.txt: it raises the delay between two requests to a host, and never lowers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from scrapy.extensions import throttle

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class CrawlDelays:
    """The delays of one crawler's run that robots.txt asks for, by host: Scrapy keeps a download slot for each host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._usual = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._longest = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._delays: dict[str, float] = {}

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The delays of this crawler's run; the same object for all components."""
        if crawler not in _DELAYS:
            _DELAYS[crawler] = cls(crawler)
        return _DELAYS[crawler]  # type: ignore[return-value]

    def heed(self, host: str, asked: float | None) -> str:
        """Leave at least ``asked`` seconds between two requests to ``host``, or ``CRAWL_DELAY_MAX`` if that is less.

        :returns: a line if it is less.
        """
        delay = min(asked or 0.0, self._longest)
        if delay > self._delays.get(host, 0.0):
            self._delays[host] = delay
            assert self._crawler.engine is not None
            downloader = self._crawler.engine.downloader
            own = downloader.per_slot_settings.get(host, {})
            least = max(delay, float(own.get("delay", self._usual)))
            # Scrapy removes a slot that nobody needs for a minute, and makes it again of these settings. A random variation
            # would fall below the delay half of the time.
            downloader.per_slot_settings[host] = own | {"delay": least, "jitter": 0}
            slot = downloader.slots.get(host)
            if slot is not None:
                slot.delay, slot.jitter = max(slot.delay, least), 0.0
        if asked is None or asked <= self._longest:
            return ""
        return (
            f"robots.txt of {host} asks for {asked:,.0f} s between two requests; CRAWL_DELAY_MAX={self._longest:g} s are left"
        )

    def least(self, slot: Slot) -> float:
        """The least delay of a slot."""
        assert self._crawler.engine is not None
        slots = self._crawler.engine.downloader.slots
        return next((delay for host, delay in self._delays.items() if slots.get(host) is slot), 0.0)


_DELAYS: WeakKeyDictionary[Crawler, CrawlDelays] = WeakKeyDictionary()


class AutoThrottle(throttle.AutoThrottle):
    """Adapts delays to the server as Scrapy does, and never below what its robots.txt asks for."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, CrawlDelays.of(self.crawler).least(slot))
