"""``scrapy list``: Scrapy's own command; a site that cannot be loaded is named on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import list as scrapys_list
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin
from crawler.commands.streams import print_stderr
from crawler.exit_codes import COULD_NOT_RUN, GOOD

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, scrapys_list.Command):
    """Exit codes: 0 all sites can be loaded; 2 one cannot, and is named on stderr."""

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print the spiders there are, then what is wrong with the sites that have none."""
        from crawler.sites import declared

        if args:
            raise UsageError("it takes no arguments")
        super().work(args, opts)
        broken = declared.broken()
        for error in broken:
            print_stderr(str(error))
        return COULD_NOT_RUN if broken else GOOD
