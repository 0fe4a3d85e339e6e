"""``scrapy runspider``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from scrapy.commands import runspider

from crawler.commands.base import CommandMixin


class Command(CommandMixin, runspider.Command):
    """Scrapy's own command."""
