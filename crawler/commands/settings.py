"""``scrapy settings``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from scrapy.commands import settings

from crawler.commands.base import CommandMixin


class Command(CommandMixin, settings.Command):
    """Scrapy's own command."""
