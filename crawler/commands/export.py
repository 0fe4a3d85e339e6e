"""``scrapy export SITE``: an archive in the forms that other tools take."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.guard import complain
from crawler.commands.offline import Offline
from crawler.commands.options import add_jobs
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES

if TYPE_CHECKING:
    from crawler.exporters.posts import Order
    from crawler.sites.site import Site

#: Formats of captures, for replay.
_REPLAY = {"wacz": "a WACZ file of the captures, for replay", "cdxj": "an index of the captures, for pywb"}
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d+))?Z?")
_NAMED = 10


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 written; 1 written but for posts that are named; 2 could not be; 3 the archive is in use.

    What is written is made beside its place and put there whole. Crawls go on meanwhile.
    """

    does = "Write an archive's posts or captures in a form that other tools take"
    afterwards = "; nothing was written"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        from crawler.exporters.filters import add_filter_options
        from crawler.exporters.formats import FORMATS

        super().add_options(parser)
        group = parser.add_argument_group(title="Export")
        meanings = "; ".join(f"{name}: {what}" for name, what in [*((n, f.what) for n, f in FORMATS.items()), *_REPLAY.items()])
        group.add_argument("--format", choices=(*FORMATS, *_REPLAY), default="wacz", metavar="FORMAT", help=f"{meanings}")
        group.add_argument("--output", metavar="PLACE", help="where to; ARCHIVE_ROOT/SITE.FORMAT if not given")
        group.add_argument(
            "--since-run",
            nargs="?",
            const="last",
            default="",
            metavar="START",
            help="only what the run that began then, and those after it, changed; the last run if no time is given",
        )
        add_jobs(group)
        add_filter_options(parser)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Write it."""
        from crawler.exporters.filters import Filter, read_filter
        from crawler.exporters.formats import FORMATS
        from crawler.exporters.posts import Order

        site, archive = self.archive(args)
        suffix = FORMATS[opts.format].suffix if opts.format in FORMATS else f".{opts.format}"
        target = Path(opts.output) if opts.output else archive.with_name(site.name + suffix)
        wanted = read_filter(opts)
        if opts.format in FORMATS:
            return _posts(Order(site, archive, opts.format, target, wanted, _start(opts.since_run)), opts.jobs)
        if wanted != Filter() or opts.since_run:
            raise CannotRun(f"--format {opts.format} takes all captures; filters are for the formats of posts")
        return _captures(site, archive, opts.format, target)


def _start(text: str) -> str:
    """The start of a run as reports have it; run reports' file names say it without dashes and colons."""
    named = _RUN.fullmatch(text.removesuffix(".json"))
    return "{}-{}-{}T{}:{}:{}".format(*named.groups()[:6]) if named else text


def _posts(order: Order, jobs: int) -> int:
    from crawler.bulk.run import workers
    from crawler.bulk.show import Show
    from crawler.exporters.posts import export, useful

    with Show() as progress, workers(useful(order.archive, jobs)) as at_work:
        done = export(order, at_work, progress)
    for path, why in done.lost[:_NAMED]:
        complain(f"not exported: {path}: {why}")
    if len(done.lost) > _NAMED:
        complain(f"and {len(done.lost) - _NAMED:,} more")
    print(f"{order.target}: {done.number:,} posts")
    return LOSSES if done.lost else GOOD


def _captures(site: Site, archive: Path, name: str, target: Path) -> int:
    from crawler.exporters.replay import export_captures

    number = export_captures(archive, site, name, target)
    print(f"{target}: {target.stat().st_size:,} bytes, of {number} capture files")
    return GOOD
