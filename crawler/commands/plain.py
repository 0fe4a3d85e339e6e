"""The base of commands that run any spider: one that keeps no archive runs as in any Scrapy project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.commands import BaseRunSpiderCommand
    from scrapy.crawler import Crawler

    Base = BaseRunSpiderCommand
else:
    Base = object


class AnySpiderMixin(CommandMixin, Base):
    """Goes before one of Scrapy's commands that run a spider."""

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        from crawler.crawl.plain_spiders import as_in_any_project

        assert self.settings is not None
        if not isinstance(spidercls, str) and is_plain(spidercls):
            as_in_any_project(self.settings)
        return super()._create_crawler(spidercls)


def is_plain(spidercls: type[Spider]) -> bool:
    """Whether a spider is of no site of ours, so that it keeps no archive."""
    from crawler.spiders.site_spider import SiteSpider

    return not issubclass(spidercls, SiteSpider)
