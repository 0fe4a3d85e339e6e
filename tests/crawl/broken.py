"""Parts that do what none should, to see what a run makes of it."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import signals

from crawler import clock

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def a_day_in_ten_answers() -> None:
    """Have the clock go on with each answer that is kept, so that a short run takes days, however fast or slow it is."""
    from crawler.archive.captures import Captures

    start, store, kept = clock.now(), Captures.store, 0

    def counted(*arguments: Any, **more: Any) -> Any:
        nonlocal kept
        kept += 1
        return store(*arguments, **more)

    Captures.store = counted  # type: ignore[method-assign]
    clock.now = lambda: start + timedelta(days=kept / 10)


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


class StopsItselfAtTheEnd:
    """An extension that presses Ctrl-C so often as ``PRESSES`` says, when all is asked and posts are to be completed."""

    def __init__(self, presses: int) -> None:
        self._presses = presses

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StopsItselfAtTheEnd:
        stopping = cls(crawler.settings.getint("PRESSES"))
        crawler.signals.connect(stopping.wait, signal=signals.spider_opened)
        return stopping

    def wait(self, spider: Any) -> None:
        before_end = spider.before_end

        def pressed(*, finished: bool) -> Any:
            for _ in range(self._presses):
                os.kill(os.getpid(), signal.SIGINT)
            return before_end(finished=finished)

        spider.before_end = pressed
