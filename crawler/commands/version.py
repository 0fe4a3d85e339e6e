"""``scrapy version``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from scrapy.commands import version

from crawler.commands.base import CommandMixin


class Command(CommandMixin, version.Command):
    """Scrapy's own command."""
