"""``scrapy view``: Scrapy's own command; shows an archived page in a browser."""

from __future__ import annotations

from scrapy.commands import view

from crawler.commands.read_only import OnePageMixin


class Command(OnePageMixin, view.Command):
    """Writes nothing to the archive."""

    example = "view https://finews.withounder.com/"
