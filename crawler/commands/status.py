"""``scrapy status SITE``: whether runs come as usual and go well, gaps and size on disk."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.commands.streams import print_stderr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(OfflineMixin, ScrapyCommand):
    """Parts of the archive that cannot be read are named on stderr, and the rest is shown.

    Exit codes: 0 all is well; 1 the last run was not good, the next one is overdue, or a part cannot be read; 2 there is
    no archive.

    Uses no network and writes nothing; a crawl may run at the same time.
    """

    summary = "Show an archive's last runs, what is overdue, gaps and disk"
    example = "status finews --runs 20"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        from crawler.commands.options import add_json, positive

        super().add_options(parser)
        parser.add_argument("--runs", type=positive, default=10, metavar="N", help="how many runs to show; 10 if not given")
        add_json(parser)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print the status."""
        from zoneinfo import ZoneInfo

        import orjson

        from crawler import clock
        from crawler.report.status.archive_status import read_status
        from crawler.report.status.document import document
        from crawler.report.status.text import text
        from crawler.sites.learned.site import LearnedSite

        site, archive = self.site_and_archive(args)
        status = read_status(archive, ZoneInfo(site.zone), clock.now(), opts.runs)
        status.learned = site.learned.warnings if isinstance(site, LearnedSite) else ()
        for line in status.problems:
            print_stderr(line)
        if opts.json:
            sys.stdout.write(
                orjson.dumps(document(status, site.name, archive), option=orjson.OPT_INDENT_2).decode("utf-8") + "\n"
            )
        else:
            terminal = sys.stdout.isatty()
            colour = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
            width = shutil.get_terminal_size().columns if terminal else None
            sys.stdout.write(text(status, site.name, width, colour=colour))
        return status.exit_code
