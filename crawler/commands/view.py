"""``scrapy view``: Scrapy's own; shows an archived page in a browser."""

from __future__ import annotations

from scrapy.commands import view

from crawler.commands.looking import OnlyLooks


class Command(OnlyLooks, view.Command):
    """Leaves no trace in the archive."""
