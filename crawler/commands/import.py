"""``scrapy import FILE…``: captures of other archivers into our archives."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.lock import ArchiveInUse
from crawler.bulk.importing import Importer
from crawler.bulk.inputs import BadInput, Input, gather
from crawler.derive.writer import CaughtUp, PostWriter
from crawler.extensions.report import COULD_NOT_RUN, GOOD, LOCKED, LOSSES
from crawler.items import SITE_DEFECTS
from crawler.sites.site import NoSuchSite, Site, load, names


class Command(ScrapyCommand):
    """Exit codes: 0 everything of a site's hosts is in its archive; 1 something could not be taken; 2 could not run; 3 in use.

    FILE is whatever ``scrapy rebuild --from`` takes. A capture that an archive has is not stored again.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """For ``scrapy import -h``."""
        return "[options] <file> ..."

    def short_desc(self) -> str:
        """For ``scrapy -h``."""
        return "Take captures of WARC and WACZ files into the archives of their sites"

    def long_desc(self) -> str:
        """For ``scrapy import -h``."""
        return f"{self.short_desc()}. {self.__class__.__doc__}"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Import")
        group.add_argument("--site", metavar="NAME", help="only captures of this site; of every site there is if not given")

    def run(self, args: list[str], opts: Namespace) -> None:
        """Import, then make the posts that the captures give."""
        if not args:
            raise UsageError("name a WARC or WACZ file, a folder of them, or a URL that fsspec reads")
        self.exitcode = GOOD
        try:
            sites = [load(name) for name in ([opts.site] if opts.site else names())]
            with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
                inputs = gather(args, Path(scratch))
                for site in sites:
                    self._import(site, inputs)
        except ArchiveInUse as error:
            self.exitcode = LOCKED
            print(error)
        except (BadInput, NoSuchSite) as error:
            self.exitcode = COULD_NOT_RUN
            print(error)
        except OSError as error:
            self.exitcode = COULD_NOT_RUN
            print(f"the import stopped: {error}; what was taken is kept, and the same command goes on")

    def _import(self, site: Site, inputs: list[Input]) -> None:
        assert self.settings is not None
        with closing(Archive.from_settings(self.settings, site.name)) as archive:
            archive.lock()
            archive.recover()
            origins = {asked: origin for origin, asked in self.settings.getdict("ORIGINS").items()}
            importer = Importer(archive, site, origins)
            importer.take(inputs)
            writer = PostWriter(archive, site, self.settings.get("POSTS_LAYOUT"))
            made = writer.catch_up()
            writer.settled()
        counts, problems = importer.result.counts, importer.result.problems
        for line in problems:
            print(f"cannot be read: {line}")
        lost = _print_losses(made)
        if problems or lost:
            self.exitcode = LOSSES
        print(
            f"{archive.folder}: {counts['stored']:,} captures taken, {counts['known']:,} were there already, "
            f"{counts['elsewhere']:,} of other hosts left out; {len(made.new):,} new, {len(made.changed):,} changed posts; "
            f"{len(problems) + lost:,} losses"
        )


def _print_losses(made: CaughtUp) -> int:
    for url, reason in made.failures.items():
        print(f"no post: {url}: {reason}")
    for rejection in made.rejections:
        print(f"no post: {rejection.url}: {rejection.code}: {rejection.reason}")
    return len(made.failures) + sum(rejection.code not in SITE_DEFECTS for rejection in made.rejections)
