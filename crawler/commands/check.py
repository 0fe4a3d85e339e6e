"""``scrapy check``: Scrapy's contracts, held against the archive where it has the page."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import check

from crawler.commands.looking import only_look


class Command(check.Command):
    """Leaves no trace in the archive."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's options, then the settings for looking."""
        super().process_options(args, opts)
        assert self.settings is not None
        only_look(self.settings)
