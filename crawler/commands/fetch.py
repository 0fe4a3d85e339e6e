"""``scrapy fetch``: Scrapy's own command; prints an archived page without network."""

from __future__ import annotations

from scrapy.commands import fetch

from crawler.commands.read_only import OnePageMixin


class Command(OnePageMixin, fetch.Command):
    """Writes nothing to the archive."""

    example = "fetch https://finews.withounder.com/feed.xml"
