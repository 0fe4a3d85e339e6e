"""``scrapy check``: Scrapy's own; contracts, held against the archive where it has the page."""

from __future__ import annotations

from scrapy.commands import check

from crawler.commands.read_only import ReadOnlyMixin


class Command(ReadOnlyMixin, check.Command):
    """Leaves no trace in the archive."""
