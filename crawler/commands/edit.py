"""``scrapy edit``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import edit
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, edit.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Open the spider's file in the editor."""
        if len(args) != 1:
            raise UsageError("name one spider")
        super().work(args, opts)
