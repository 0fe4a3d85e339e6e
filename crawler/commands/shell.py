"""``scrapy shell``: Scrapy's own command, with archived responses, ``post``, ``source``, ``archived`` and ``history``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import shell
from scrapy.exceptions import UsageError

from crawler.commands.read_only import ReadOnlyMixin
from crawler.commands.streams import print_stderr

if TYPE_CHECKING:
    from argparse import Namespace

_FILES = "scrapy.core.downloader.handlers.file.FileDownloadHandler"


class Command(ReadOnlyMixin, shell.Command):
    """An archived URL needs no network; nothing is written to the archive."""

    example = "shell https://finews.withounder.com/"

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read Scrapy's options, and allow local files."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings["DOWNLOAD_HANDLERS"].set("file", _FILES, priority="project")

    def work(self, args: list[str], opts: Namespace) -> None:
        """Open the shell; a URL that cannot be had is an error of one line."""
        from scrapy.utils.url import guess_scheme

        from crawler.shell.console import ArchiveShell

        if len(args) > 1:
            raise UsageError("name one address, or none; fetch(url) gets others")
        assert self.crawler_process is not None
        spidercls = self.spider_named(opts.spider) if opts.spider else None
        if not opts.code:
            sys.excepthook = sys.__excepthook__  # errors in typed code look as in any Python console
        loop = self._get_reactorless_loop()
        self._start_crawler_thread()
        console = ArchiveShell(self.crawler_process, loop, print_stderr, spidercls=spidercls, code=opts.code)  # type: ignore[arg-type]
        console.start(url=guess_scheme(args[0]) if args else None, redirect=not opts.no_redirect)
