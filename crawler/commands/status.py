"""``scrapy status SITE``: whether all is well with an archive, at a glance."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.guard import complain
from crawler.commands.offline import Offline

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(Offline, ScrapyCommand):
    """What of the archive cannot be read is named on stderr, and the rest is shown.

    Exit codes: 0 all is well; 1 the last run was not good, or no run comes any more; 2 there is no archive.

    Asks nobody and writes nothing; crawls go on meanwhile.
    """

    does = "Show an archive's last runs, what is overdue, gaps and disk"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        from crawler.commands.options import add_json, positive

        super().add_options(parser)
        parser.add_argument("--runs", type=positive, default=10, metavar="N", help="how many runs to show; 10 if not given")
        add_json(parser)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print it."""
        from zoneinfo import ZoneInfo

        import orjson

        from crawler import clock
        from crawler.report.status.document import document
        from crawler.report.status.glance import look
        from crawler.report.status.text import text

        site, archive = self.archive(args)
        found = look(archive, ZoneInfo(site.zone), clock.now(), opts.runs)
        for line in found.problems:
            complain(line)
        if opts.json:
            sys.stdout.write(
                orjson.dumps(document(found, site.name, archive), option=orjson.OPT_INDENT_2).decode("utf-8") + "\n"
            )
        else:
            terminal = sys.stdout.isatty()
            colour = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
            width = shutil.get_terminal_size().columns if terminal else None
            sys.stdout.write(text(found, width, colour=colour))
        return found.exit_code
