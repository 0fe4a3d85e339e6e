"""``scrapy report SITE``: one HTML page with the history of an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.commands.streams import print_stderr
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from crawler.report.plots.given_back import GivenBack
    from crawler.sites.site import Site


class Command(OfflineMixin, ScrapyCommand):
    """The page shows the last 30 days, another period, or all, by the hour, day, week, month or more. Parts of the archive
    that cannot be read are named on stderr and on the page.

    Exit codes: 0 written; 2 there is no archive, or the page could not be written.

    Uses no network; a crawl may run at the same time.
    """

    summary = "Write one HTML page with the history of an archive"
    example = "report finews --since 2022-03 --output march.html"

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
        """Write the page."""
        from zoneinfo import ZoneInfo

        from crawler import clock
        from crawler.period import Period
        from crawler.report.plots.overview import Overview, Wanted
        from crawler.report.plots.target import Target

        if sum((opts.days is not None, bool(opts.since), opts.all)) > 1:
            raise UsageError("--days, --since and --all each set the beginning of the period; give one of them")
        wanted = Wanted(Period.read(opts.since, opts.until), opts.days, opts.all)
        site, archive = self.site_and_archive(args)
        target = Target(opts.output, archive, overwrite=opts.overwrite)
        name = site.zone
        overview = Overview(archive, site.name, ZoneInfo(name), name, clock.now())
        try:
            overview.given_back = self._given_back(site, archive)
        except CannotRun as error:
            overview.problems.append(f"what came back is not shown: {error}")
        target.write(overview.page(wanted))
        for line in overview.problems:
            print_stderr(line)
        return GOOD

    def _given_back(self, site: Site, archive: Path) -> GivenBack | None:
        """How the posts of a learned site came back.

        :raises CannotRun: if the catalog, which knows their pages, cannot be read.
        """
        from crawler.sites.learned.site import LearnedSite

        if not isinstance(site, LearnedSite):
            return None
        from crawler.archive.archive import opened
        from crawler.archive.catalog.catalog_reader import reporting_damage
        from crawler.archive.lines import index_lines
        from crawler.archive.rechecks import waiting
        from crawler.report.plots.given_back import captured_content, entries_of, given_back

        assert self.settings is not None
        with opened(self.settings, site.name) as there, reporting_damage(archive):
            found = given_back(
                entries_of(index_lines(archive)),
                lambda entry: there.files.read(entry) or "",
                lambda entry: captured_content(site, there.catalog, there.captures.payloads, entry),
            )
            found.lacking, found.one_lacking = waiting(there.catalog, "")[2:]
        found.missing, found.warnings = site.learned.missing, site.learned.warnings
        return found
