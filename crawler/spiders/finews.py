"""The spider of finews."""

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
    """Archives finews; :mod:`crawler.sites.finews` knows its pages."""

    site = load("finews")

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """Read a listing as every spider does; here it has a contract for ``scrapy check``.

        @url https://finews.withounder.com/
        @returns requests 1
        """
        return super().parse_listing(response, guessed=guessed)
