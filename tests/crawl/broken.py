"""Parts that do what none should, to see what a run makes of it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


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
