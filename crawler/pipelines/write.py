"""Hands each post to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.schema import DISK_ERRORS
from crawler.crawl.context import RunContext
from crawler.items import UNREACHABLE, Missing, Post

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.derive.writer import PostWriter
    from crawler.report.runs.report import RunReport


class WritePipeline:
    """Writes new and changed posts and has the run report count them."""

    def __init__(self, writer: PostWriter, report: RunReport) -> None:
        self._writer = writer
        self._report = report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WritePipeline:
        """Scrapy's way to make a component; for spiders that have an archive, in runs that write to it."""
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        return cls(context.writer, context.report)

    def process_item(self, item: Post | Missing) -> Post | Missing:
        """Write the post unless the archive has it just so; note a missing one as gone.

        :raises DropItem: if the disk does not take it; the next run makes it again from its capture.
        """
        try:
            self._write(item) if isinstance(item, Post) else self._missing(item)
        except DISK_ERRORS as error:
            self._report.could_not_write(item.url, error)
            raise DropItem(f"{item.url} {self._report.failures[item.url]}") from error
        return item

    def _write(self, post: Post) -> None:
        settled = self._writer.settle(post)
        if settled.rejected is not None:
            self._report.rejected(settled.rejected)
            raise DropItem(f"{post.url}: {settled.rejected.reason}")
        if settled.entry is None:
            self._report.count("unchanged")
        else:
            self._report.wrote(settled.entry, changed=self._writer.write(settled.entry, settled.content))
        self._writer.looked(post.url, post.date, again=UNREACHABLE in post.notes)

    def _missing(self, page: Missing) -> None:
        entry = self._writer.missing(page.url, listed=page.listed)
        if entry is not None:
            self._report.count("gone")
        elif page.listed:
            self._report.dead_links.append(page.url)
