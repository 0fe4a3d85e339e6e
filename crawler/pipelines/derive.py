"""Derives the post of each visited page from the archive's captures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.schema import DISK_ERRORS
from crawler.crawl.context import RunContext
from crawler.items import Missing, Visited

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.derive.posts import Derived


class DerivePipeline:
    """Calls ``derive``, the one function that makes posts from captures, for each visited page."""

    def __init__(self, context: RunContext) -> None:
        self._writer = context.writer
        self._report = context.report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DerivePipeline:
        """Make the component; for spiders that have a site, in runs that write."""
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        return cls(context)

    def process_item(self, item: Visited | Missing) -> Derived | Missing:
        """Derive the post of a visited page; an item for a missing page passes unchanged.

        :raises DropItem: if the page gives no valid post; the run report names it, and its capture stays.
        """
        if isinstance(item, Missing):
            return item
        try:
            derived = self._writer.derive_at(item.url)
        except DISK_ERRORS as error:
            self._report.could_not_write(item.url, error)
            raise DropItem(f"{item.url} {self._report.failures[item.url]}") from error
        if derived.rejected is not None:
            self._report.rejected(derived.rejected)
            raise DropItem(f"{item.url}: {derived.rejected.reason}")
        return derived
