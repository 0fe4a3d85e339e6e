"""``scrapy list``: Scrapy's own, with errors in a line."""

from __future__ import annotations

from scrapy.commands import list as scrapys_list

from crawler.commands.guard import Guarded


class Command(Guarded, scrapys_list.Command):
    """Nothing of ours besides."""
