"""``scrapy import FILE…``: captures of other archivers into our archives."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.bulk.importing import Importer
from crawler.bulk.inputs import Input, gather
from crawler.commands.offline import Offline
from crawler.derive.writer import CaughtUp, PostWriter
from crawler.exit_codes import GOOD, LOSSES
from crawler.items import SITE_DEFECTS
from crawler.sites.site import Site, load, names


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 everything of a site's hosts is in its archive; 1 something could not be taken; 2 could not run; 3 in use.

    FILE is whatever ``scrapy rebuild --from`` takes. A capture that an archive has is not stored again.
    """

    takes = "[options] <file> ..."
    does = "Take captures of WARC and WACZ files into the archives of their sites"
    afterwards = "; what was taken is kept, and the same command goes on"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Import")
        group.add_argument("--site", metavar="NAME", help="only captures of this site; of every site there is if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Import, then make the posts that the captures give."""
        if not args:
            raise UsageError("name a WARC or WACZ file, a folder of them, or a URL that fsspec reads")
        sites = [load(name) for name in ([opts.site] if opts.site else names())]
        with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
            inputs = gather(args, Path(scratch))
            return max([self._import(site, inputs) for site in sites])

    def _import(self, site: Site, inputs: list[Input]) -> int:
        assert self.settings is not None
        with closing(Archive.from_settings(self.settings, site.name)) as archive:
            archive.lock()
            archive.recover()
            origins = {asked: origin for origin, asked in self.settings.getdict("ORIGINS").items()}
            importer = Importer(archive, site, origins)
            importer.take(inputs)
            writer = PostWriter.from_settings(archive, self.settings)
            made = writer.catch_up()
            for rejection in made.rejections:
                writer.rejected(rejection)
            writer.expire()
            writer.settled()
        counts, problems = importer.result.counts, importer.result.problems
        for line in problems:
            print(f"cannot be read: {line}")
        lost = _print_losses(made)
        print(
            f"{archive.folder}: {counts['stored']:,} captures taken, {counts['known']:,} were there already, "
            f"{counts['elsewhere']:,} of other hosts left out; {len(made.new):,} new, {len(made.changed):,} changed posts; "
            f"{len(problems) + lost:,} losses"
        )
        return LOSSES if problems or lost else GOOD


def _print_losses(made: CaughtUp) -> int:
    for url, reason in made.failures.items():
        print(f"no post: {url}: {reason}")
    for rejection in made.rejections:
        print(f"no post: {rejection.url}: {rejection.code}: {rejection.reason}")
    return len(made.failures) + sum(rejection.code not in SITE_DEFECTS for rejection in made.rejections)
