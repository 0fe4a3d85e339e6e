"""finews: home page, category pages and feed -> post pages -> share answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.sites.declared import load
from crawler.spiders.archiving import ArchivingSpider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.http import Response

    from crawler.items import Visited


class FinewsSpider(ArchivingSpider):
    """Archives finews; the rules of its pages are those of :mod:`crawler.sites.finews`."""

    site = load("finews")

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """What every spider does; with a contract for ``scrapy check``.

        @url https://finews.withounder.com/
        @returns requests 1
        """
        return super().parse_listing(response, guessed=guessed)
