"""A post that could do harm, or that Jekyll would read otherwise, goes no further; its capture stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from crawler.crawl.context import RunContext
from crawler.derive.fault import fault
from crawler.items import Missing, Post, Rejection

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.report.runs.report import RunReport


class ValidatePipeline:
    """Drops posts whose file name or front matter is not what it should be, and names them in the run report."""

    def __init__(self, report: RunReport) -> None:
        self._report = report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ValidatePipeline:
        """Scrapy's way to make a component."""
        return cls(RunContext.of(crawler).report)

    def process_item(self, item: Post | Missing) -> Post | Missing:
        """Give the item on, or drop it with its reason.

        :raises DropItem: for a post that :func:`~crawler.derive.fault.fault` finds fault with.
        """
        reason = fault(item) if isinstance(item, Post) else None
        if reason is None:
            return item
        self._report.rejected(Rejection(item.url, "invalid", reason))
        raise DropItem(f"{item.url}: {reason}")
