"""``scrapy settings``: Scrapy's own, with errors in a line."""

from __future__ import annotations

from scrapy.commands import settings

from crawler.commands.guard import Guarded


class Command(Guarded, settings.Command):
    """Nothing of ours besides."""
