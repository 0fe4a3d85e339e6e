"""``scrapy parse``: Scrapy's own; prints the post that a page gives, archived or not."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

from scrapy.commands import parse
from scrapy.exceptions import UsageError

from crawler.commands.read_only import ReadOnlyMixin

if TYPE_CHECKING:
    from argparse import Namespace

    from scrapy import Request, Spider


class Command(ReadOnlyMixin, parse.Command):
    """Leaves no trace in the archive."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's own, without its warning of what it does itself to a callback that is an async generator."""
        warnings.filterwarnings("ignore", message=".*returned a Deferred", module="scrapy.core.spidermw")
        logging.getLogger("scrapy.commands.parse").addFilter(_was_not_said)
        super().work([self.address(args)], opts)

    def set_spidercls(self, url: str, opts: Namespace) -> None:
        """The spider that is named, or whose site it is.

        :raises UsageError: if there is none.
        """
        if opts.spider:
            self.spider_named(opts.spider)
        super().set_spidercls(url, opts)
        if not self.spidercls:
            raise UsageError(f"{url} is on no site of a spider here; name one with --spider")

    def start_parsing(self, url: str, opts: Namespace) -> None:
        """Scrapy's own, but for how it ends."""
        assert self.crawler_process is not None
        assert self.spidercls is not None
        self.pcrawler = self._create_crawler(self.spidercls)
        self.crawler_process.crawl(self.pcrawler, **opts.spargs)
        self.start_process()

    def prepare_request(self, spider: Spider, request: Request, opts: Namespace) -> Request:
        """Scrapy's request, with an end for what cannot be had."""
        prepared = super().prepare_request(spider, request, opts)
        prepared.errback = self.cannot_be_had
        return prepared

    def print_results(self, opts: Namespace) -> None:
        """What was found, if there was a page."""
        if self.first_response is not None:
            super().print_results(opts)


def _was_not_said(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Unable to find spider")
