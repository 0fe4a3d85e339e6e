"""``scrapy parse``: Scrapy's own command; prints the post that a page gives, archived or not."""

from __future__ import annotations

import logging
import warnings
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scrapy.commands import parse
from scrapy.exceptions import UsageError

from crawler.commands.plain import AnySpiderMixin
from crawler.commands.read_only import ReadOnlyMixin
from crawler.exit_codes import LOSSES

if TYPE_CHECKING:
    from argparse import Namespace

    from scrapy import Request, Spider


class Command(AnySpiderMixin, ReadOnlyMixin, parse.Command):
    """Writes nothing to the archive."""

    example = "parse --spider finews https://finews.withounder.com/feed.xml"

    def work(self, args: list[str], opts: Namespace) -> None:
        """Parse the page, without Scrapy's warning on callbacks that are async generators."""
        warnings.filterwarnings("ignore", message=".*returned a Deferred", module="scrapy.core.spidermw")
        logging.getLogger("scrapy.commands.parse").addFilter(_is_wanted)
        super().work([self.url_argument(args)], opts)

    def set_spidercls(self, url: str, opts: Namespace) -> None:
        """Choose the spider that is named, or the spider of the site.

        :raises UsageError: if there is none.
        """
        from scrapy.utils.spider import DefaultSpider

        if opts.spider:
            self.spider_named(opts.spider)
        else:
            found = self.spider_for(url)
            opts.spider = "" if found is DefaultSpider else found.name
        super().set_spidercls(url, opts)
        if not self.spidercls:
            raise UsageError(f"{url} is on no site of a spider here; name one with --spider")
        if opts.callback and not callable(getattr(self.spidercls, opts.callback, None)):
            near = get_close_matches(opts.callback, [name for name in dir(self.spidercls) if name.startswith("parse")], 1)
            mean = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"the spider {self.spidercls.name} has no method {opts.callback!r} to call{mean}")
        if opts.rules and not getattr(self.spidercls, "rules", None):
            raise UsageError(f"the spider {self.spidercls.name} has no rules for --rules; name a method with --callback")

    def start_parsing(self, url: str, opts: Namespace) -> None:
        """Crawl the page; errors end as in the other commands."""
        assert self.crawler_process is not None
        assert self.spidercls is not None
        self.pcrawler = self._create_crawler(self.spidercls)
        self.crawler_process.crawl(self.pcrawler, **opts.spargs)
        self.start_process()
        assert self.pcrawler.stats is not None
        if not self.exitcode and self.pcrawler.stats.get_value("log_count/ERROR"):  # a method of the spider failed, say
            self.exitcode = LOSSES

    def prepare_request(self, spider: Spider, request: Request, opts: Namespace) -> Request:
        """Scrapy's request, with an errback."""
        prepared = super().prepare_request(spider, request, opts)
        prepared.errback = self.request_failed
        return prepared

    def print_results(self, opts: Namespace) -> None:
        """Print what was found, if there was a page."""
        if self.first_response is not None:
            super().print_results(opts)


def _is_wanted(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Unable to find spider")
