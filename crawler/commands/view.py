"""``scrapy view``: Scrapy's own; shows an archived page in a browser."""

from __future__ import annotations

from scrapy.commands import view

from crawler.commands.read_only import ReadOnlyMixin


class Command(ReadOnlyMixin, view.Command):
    """Leaves no trace in the archive."""
