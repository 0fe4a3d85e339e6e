"""``scrapy fetch``: Scrapy's own; prints an archived page without network."""

from __future__ import annotations

from scrapy.commands import fetch

from crawler.commands.read_only import OnePageMixin


class Command(OnePageMixin, fetch.Command):
    """Leaves no trace in the archive."""
