"""``scrapy export SITE``: an archive for replay tools."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.archive.archive import Archive
from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD
from crawler.exporters.capture_files import capture_files
from crawler.exporters.replay import write_cdxj, write_wacz
from crawler.sites.site import load


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 written; 2 could not be; 3 the archive is in use.

    The file is written beside its place and put there whole. Crawls go on meanwhile.
    """

    does = "Write an archive's captures as a WACZ file, or an index of them as CDXJ"
    afterwards = "; nothing was written"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Export")
        group.add_argument("--format", choices=("wacz", "cdxj"), default="wacz", help="wacz if not given")
        group.add_argument("--output", metavar="FILE", help="where to; ARCHIVE_ROOT/SITE.FORMAT if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Write the file."""
        assert self.settings is not None
        site = load(self.only(args))
        archive = Archive.folder_of(self.settings, site.name)
        target = Path(opts.output) if opts.output else archive.with_name(f"{site.name}.{opts.format}")
        with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
            files = capture_files(archive, Path(scratch))
            if opts.format == "wacz":
                write_wacz(files, archive / "index.jsonl", target, f"{site.name}: {site.listed_hosts[0]}")
            else:
                write_cdxj(files, target)
        print(f"{target}: {target.stat().st_size:,} bytes, of {len(files)} capture files")
        return GOOD
