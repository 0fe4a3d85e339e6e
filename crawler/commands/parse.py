"""``scrapy parse``: Scrapy's own, answered from the archive where it can be, leaving no trace in it."""

from __future__ import annotations

import warnings
from argparse import Namespace

from scrapy.commands import parse

from crawler.commands.looking import only_look


class Command(parse.Command):
    """Prints the post that a page gives."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's options, then the settings for looking."""
        super().process_options(args, opts)
        assert self.settings is not None
        only_look(self.settings)

    def run(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's own, without its warning of what it does itself to a callback that is an async generator."""
        warnings.filterwarnings("ignore", message=".*returned a Deferred", module="scrapy.core.spidermw")
        super().run(args, opts)
