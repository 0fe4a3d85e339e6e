"""Hands each post to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.archive import Archive
from crawler.derive.writer import PostWriter
from crawler.extensions.report import RunReport
from crawler.items import Post
from crawler.sites.site import load

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class WritePipeline:
    """Writes new and changed posts and has the run report count them."""

    def __init__(self, writer: PostWriter, report: RunReport) -> None:
        self._writer = writer
        self._report = report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WritePipeline:
        """Scrapy's way to make a component."""
        if not crawler.settings.getbool("CAPTURE_ENABLED"):
            raise NotConfigured
        site = load(crawler.spidercls.name)
        writer = PostWriter(Archive.from_crawler(crawler), site, crawler.settings.get("POSTS_LAYOUT"))
        return cls(writer, RunReport.from_crawler(crawler))

    def process_item(self, item: Post) -> Post:
        """Write the post unless the archive has it just so.

        :raises DropItem: if the disk does not take it; the next run makes it again from its capture.
        """
        entry, content = self._writer.settle(item)
        if entry is None:
            self._report.count("unchanged")
            return item
        try:
            changed = self._writer.write(entry, content)
        except OSError as error:
            self._report.could_not_write(item.url, error)
            raise DropItem(f"{item.url} {self._report.failures[item.url]}") from error
        self._report.wrote(entry, changed=changed)
        return item
