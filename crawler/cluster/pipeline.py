"""What a worker does with items: posts are made when all captures are together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.items import Missing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class WorkerPipeline:
    """Notes which listed pages the site does not have; of all else, the captures tell."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WorkerPipeline:
        """Make the component."""
        return cls(RunContext.of(crawler))

    def process_item(self, item: Any) -> Any:
        """Have a listed page that is missing requested again later, at growing intervals."""
        if isinstance(item, Missing):
            rechecks = self._context.frontier.rechecks
            if item.listed:
                rechecks.failed(item.url, clock.now())
                self._context.report.dead_links.append(item.url)
            else:
                rechecks.done(item.url)
        return item
