"""``scrapy genspider``: Scrapy's own command, with errors in one line; a name that no class can have is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import genspider
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, genspider.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Write the spider's file.

        :raises UsageError: if no name and domain are given, or Python could not import the file.
        """
        if not (opts.list or opts.dump):
            if len(args) != 2:  # noqa: PLR2004
                raise UsageError("name the spider and a domain, like: example example.com")
            if not args[0] or not genspider.sanitize_module_name(args[0]).isidentifier():
                raise UsageError(f"{args[0]!r} can be no spider's name; it takes letters, digits, '_', '-' and '.'")
        super().work(args, opts)
