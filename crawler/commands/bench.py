"""``scrapy bench``: Scrapy's own command, under Scrapy's own settings; ``make bench`` is the one that measures this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import bench
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, bench.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Crawl Scrapy's own pages for ten seconds, at full speed."""
        from crawler.crawl.plain_spiders import as_in_any_project

        if args:
            raise UsageError("it takes no arguments")
        assert self.settings is not None
        as_in_any_project(self.settings)
        for name, value in {**self.default_settings, **_AT_FULL_SPEED}.items():
            self.settings.set(name, value, priority="project")
        super().work(args, opts)


_AT_FULL_SPEED = {
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
}
