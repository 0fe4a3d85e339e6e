"""What a worker does with items: it makes posts, which are taken over when all captures are together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter

from crawler import clock
from crawler.archive.disk import DISK_ERRORS
from crawler.archive.workers.worker_posts import Asked
from crawler.crawl.context import RunContext
from crawler.items import Missing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class WorkerPipeline:
    """Makes the posts of visited pages, and notes which listed pages the site does not have."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WorkerPipeline:
        """Make the component."""
        return cls(RunContext.of(crawler))

    def process_item(self, item: Any) -> Any:
        """Make the post of a page; have a listed page that is missing requested again later, at growing intervals."""
        if not isinstance(item, Missing):
            self._make(ItemAdapter(item)["url"])
            return item
        rechecks = self._context.frontier.rechecks
        if item.listed:
            rechecks.failed(item.url, clock.now())
            self._context.report.dead_links.append(item.url)
        else:
            rechecks.done(item.url)
        return item

    def _make(self, url: str) -> None:
        """Keep the post at ``url``, if all is well with it; what is not kept is made, and reported, when all ends."""
        if self._context.site.reads_feed:
            return  # feeds, and the site as it is learned at the end, are known to no single worker
        asked = Asked(self._context.archive.catalog)
        try:
            derived = self._context.writer.derive_at(url, asked.history)
            if derived.entry is not None and derived.entry["status"] == "live" and not derived.rejections:
                asked.keep(derived.entry, derived.content)
        except DISK_ERRORS:
            return  # its captures are kept
