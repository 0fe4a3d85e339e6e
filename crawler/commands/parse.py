"""``scrapy parse``: Scrapy's own; prints the post that a page gives, archived or not."""

from __future__ import annotations

import warnings
from argparse import Namespace

from scrapy.commands import parse

from crawler.commands.read_only import ReadOnlyMixin


class Command(ReadOnlyMixin, parse.Command):
    """Leaves no trace in the archive."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's own, without its warning of what it does itself to a callback that is an async generator."""
        warnings.filterwarnings("ignore", message=".*returned a Deferred", module="scrapy.core.spidermw")
        super().work(args, opts)
