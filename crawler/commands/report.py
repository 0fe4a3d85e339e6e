"""``scrapy report SITE``: one page that shows how an archive has been doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.guard import complain
from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(Offline, ScrapyCommand):
    """The page is of the last 30 days, of other ones, or of all there is; by the hour, day, week, month or more, as the
    time wants it. What could not be read is named on stderr, and on the page.

    Exit codes: 0 written; 2 there is no archive, or the page could not be written.

    Asks nobody; crawls go on meanwhile.
    """

    does = "Write one HTML page that shows how an archive has been doing"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        from crawler.commands.options import add_period, positive

        super().add_options(parser)
        parser.add_argument("--days", type=positive, metavar="N", help="so many days, up to now or --until; 30 if not given")
        add_period(parser, "published, captured or run")
        parser.add_argument("--all", action="store_true", help="from the archive's oldest post or run on")
        parser.add_argument(
            "--output", metavar="FILE", help="where to, - for standard output; report.html in the archive if not given"
        )
        parser.add_argument("--overwrite", action="store_true", help="replace --output even if it is no earlier report")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Write it."""
        from zoneinfo import ZoneInfo

        from crawler import clock
        from crawler.period import Period
        from crawler.report.plots.overview import Overview, Wanted
        from crawler.report.plots.target import Target

        if sum((opts.days is not None, bool(opts.since), opts.all)) > 1:
            raise UsageError("--days, --since and --all each tell where the page begins; give one of them")
        wanted = Wanted(Period.read(opts.since, opts.until), opts.days, opts.all)
        site, archive = self.archive(args)
        target = Target(opts.output, archive, overwrite=opts.overwrite)
        name = site.zone
        overview = Overview(archive, site.name, ZoneInfo(name), name, clock.now())
        target.write(overview.page(wanted))
        for line in overview.problems:
            complain(line)
        return GOOD
