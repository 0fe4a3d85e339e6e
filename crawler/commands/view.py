"""``scrapy view``: Scrapy's own; shows an archived page in a browser."""

from __future__ import annotations

from scrapy.commands import view

from crawler.commands.read_only import OnePageMixin


class Command(OnePageMixin, view.Command):
    """Leaves no trace in the archive."""
