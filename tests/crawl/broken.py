"""Parts that do what none should, to see what a run makes of it."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import signals

from crawler import clock

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def a_day_a_second() -> None:
    """Have the clock run so fast that a short run takes days."""
    start, began = clock.now(), time.monotonic()
    clock.now = lambda: start + timedelta(days=time.monotonic() - began)


class BrokenPipeline:
    """Fails on every item."""

    def process_item(self, item: Any) -> Any:
        raise ZeroDivisionError("on purpose")


class StopsItself:
    """An extension that presses Ctrl-C before the engine runs."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StopsItself:
        stopping = cls()
        crawler.signals.connect(stopping.press, signal=signals.spider_opened)
        return stopping

    def press(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
