"""``scrapy report SITE``: one page that shows how an archive has been doing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import takewhile
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import Offline
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD

#: More than ten years would be no page.
_MOST = 3660


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 written; 2 there is no archive, or the page could not be written.

    Asks nobody; crawls go on meanwhile.
    """

    does = "Write one HTML page that shows how an archive has been doing"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--days", type=int, default=30, help="how many days back; 30 if not given")
        parser.add_argument("--output", metavar="FILE", help="where to; report.html in the archive if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Write it."""
        import orjson

        from crawler import clock
        from crawler.archive.lines import overlaid
        from crawler.overview.figures import figures, window
        from crawler.overview.page import page
        from crawler.runs.history import newest_first
        from crawler.runs.status import overdue

        site, archive = self.archive(args)
        if not 0 < opts.days <= _MOST:
            raise CannotRun(f"--days {opts.days} is no number of days from 1 to {_MOST}")
        now = clock.now()
        days = window(now.date(), opts.days)
        first = days[0].isoformat()
        reports = list(takewhile(lambda report: report["started"] >= first, newest_first(archive / "runs")))
        entries = map(orjson.loads, overlaid(archive / "index.jsonl", archive / "index.changes.jsonl"))
        text = page(site.name, figures(days, entries, reports, now), reports, overdue(reports[:50], now), now)
        target = Path(opts.output) if opts.output else archive / "report.html"
        try:
            temporary = target.with_name(target.name + ".tmp")
            temporary.write_text(text, "utf-8")
            temporary.replace(target)
        except OSError as error:
            raise CannotRun(f"{target} could not be written: {error}") from None
        print(target)
        return GOOD
