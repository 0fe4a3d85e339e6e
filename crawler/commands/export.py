"""``scrapy export SITE``: an archive for replay tools."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.lock import ArchiveInUse
from crawler.export.captures import NothingCaptured, capture_files
from crawler.export.forms import CannotExport, write_cdxj, write_wacz
from crawler.extensions.report import COULD_NOT_RUN, GOOD, LOCKED
from crawler.sites.site import NoSuchSite, load


class Command(ScrapyCommand):
    """Exit codes: 0 written; 2 could not be; 3 the archive is in use.

    The file is written beside its place and put there whole. Crawls go on meanwhile.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """For ``scrapy export -h``."""
        return "<site> [options]"

    def short_desc(self) -> str:
        """For ``scrapy -h``."""
        return "Write an archive's captures as a WACZ file, or an index of them as CDXJ"

    def long_desc(self) -> str:
        """For ``scrapy export -h``."""
        return f"{self.short_desc()}. {self.__class__.__doc__}"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Export")
        group.add_argument("--format", choices=("wacz", "cdxj"), default="wacz", help="wacz if not given")
        group.add_argument("--output", metavar="FILE", help="where to; ARCHIVE_ROOT/SITE.FORMAT if not given")

    def run(self, args: list[str], opts: Namespace) -> None:
        """Write the file."""
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("name one site")
        self.exitcode = COULD_NOT_RUN
        try:
            site = load(args[0])
            archive = Archive.folder_of(self.settings, site.name)
            target = Path(opts.output) if opts.output else archive.with_name(f"{site.name}.{opts.format}")
            with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
                files = capture_files(archive, Path(scratch))
                if opts.format == "wacz":
                    write_wacz(files, archive / "index.jsonl", target, f"{site.name}: {site.listed_hosts[0]}")
                else:
                    write_cdxj(files, target)
        except ArchiveInUse as error:
            self.exitcode = LOCKED
            print(error)
        except (NoSuchSite, NothingCaptured, CannotExport) as error:
            print(error)
        except OSError as error:
            print(f"nothing was written: {error}")
        else:
            self.exitcode = GOOD
            print(f"{target}: {target.stat().st_size:,} bytes, of {len(files)} capture files")
