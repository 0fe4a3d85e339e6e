"""``scrapy startproject``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import startproject
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, startproject.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Make the project."""
        if len(args) not in (1, 2):
            raise UsageError("name the project, and its folder if that is to have another name")
        super().work(args, opts)
