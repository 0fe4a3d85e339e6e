"""``scrapy runspider``: Scrapy's own, with errors in a line."""

from __future__ import annotations

from scrapy.commands import runspider

from crawler.commands.guard import Guarded


class Command(Guarded, runspider.Command):
    """Nothing of ours besides."""
