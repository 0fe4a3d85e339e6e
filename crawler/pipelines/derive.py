"""Derives the post of each visited page from the archive's captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.disk import DISK_ERRORS
from crawler.crawl.context import RunContext
from crawler.items import Missing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.derive.posts import Derived


class DerivePipeline:
    """Calls ``derive``, the one function that makes posts from captures, for each visited page."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._writer = context.writer
        self._report = context.report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DerivePipeline:
        """Make the component; for spiders that have a site, in runs that write."""
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        return cls(context)

    def process_item(self, item: Any) -> Derived | Missing:
        """Derive the post of a visited page; an item for a missing page passes unchanged.

        :param item: of any type that Scrapy takes for an item; its ``url`` is the canonical URL of the page.
        :raises DropItem: if the page gives no valid post; the run report names it, and its capture stays.
        """
        if isinstance(item, Missing):
            return item
        url: str = ItemAdapter(item)["url"]
        try:
            self._context.archive.catalog.check()  # a page that it did not take would give no post
            derived = self._writer.derive_at(url)
        except DISK_ERRORS as error:
            self._context.could_not_write(url, error)
            raise DropItem(f"{url} {self._report.failures[url]}") from error
        if derived.rejected is not None:
            self._report.rejected(derived.rejected)
            raise DropItem(f"{url}: {derived.rejected.reason}")
        return derived
