"""``scrapy version``: Scrapy's own, with errors in a line."""

from __future__ import annotations

from scrapy.commands import version

from crawler.commands.guard import Guarded


class Command(Guarded, version.Command):
    """Nothing of ours besides."""
