"""``scrapy list``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from scrapy.commands import list as scrapys_list

from crawler.commands.base import CommandMixin


class Command(CommandMixin, scrapys_list.Command):
    """Scrapy's own command."""
