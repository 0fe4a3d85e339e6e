"""``scrapy version``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import version
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, version.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Print Scrapy's version."""
        if args:
            raise UsageError("it takes no arguments")
        super().work(args, opts)
