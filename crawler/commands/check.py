"""``scrapy check``: Scrapy's own; contracts, held against the archive where it has the page."""

from __future__ import annotations

from scrapy.commands import check

from crawler.commands.looking import OnlyLooks


class Command(OnlyLooks, check.Command):
    """Leaves no trace in the archive."""
