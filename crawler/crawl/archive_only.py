"""With ``ARCHIVE_ONLY`` nothing gets past the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.crawl.context import RunContext

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class NotArchived(IgnoreRequest):
    """There is no capture of it, and nobody else may be asked."""


class ArchiveOnlyMiddleware:
    """Sits beyond Scrapy's HTTP cache (900): what comes here, the archive could not answer."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveOnlyMiddleware:
        """Scrapy's way to make a component."""
        if not RunContext.of(crawler).archive_only:
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        """Refuse.

        :raises NotArchived: always.
        """
        raise NotArchived("not in the archive")
