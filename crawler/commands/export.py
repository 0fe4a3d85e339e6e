"""``scrapy export SITE``: writes an archive in formats that other tools read."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_jobs
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from crawler.exporters.posts import ExportRequest
    from crawler.sites.site import Site

_NAMED = 10


class Command(OfflineMixin, ScrapyCommand):
    """Exit codes: 0 written; 1 some posts could not be exported, or the earlier export stays; 2 could not run; 3 the archive or
    the output is in use.

    The output is written atomically. Only an earlier export of the same kind is replaced, and one of all posts only by
    another of all posts, unless --overwrite is given. A crawl may run at the same time.
    """

    summary = "Write an archive's posts or captures for other tools"
    example = "export finews --format csv --since 2022-03"
    after_error = "; nothing was written"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        from crawler.exporters.filters import add_filter_options

        super().add_options(parser)
        group = parser.add_argument_group(title="Export")
        meanings = "; ".join(f"{name}: {what}" for name, what in _formats().items())
        group.add_argument("--format", metavar="FORMAT", help=f"needed. {meanings}")
        group.add_argument(
            "--output", metavar="PLACE", help="where to; ARCHIVE_ROOT/SITE.FORMAT if not given; - is standard output"
        )
        group.add_argument(
            "--overwrite", action="store_true", help="replace what is there, if it is a file or an export, whatever it holds"
        )
        group.add_argument(
            "--since-run",
            nargs="?",
            const="last",
            metavar="START",
            help="only what the run that began then, and those after it, changed; the last run if no time is given",
        )
        add_jobs(group)
        add_filter_options(parser)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Write the export."""
        from crawler.exporters.filters import Filter, check_known, read_filter
        from crawler.exporters.formats import FORMATS
        from crawler.exporters.since_run import read_start

        name = _format(opts.format)
        wanted, start = read_filter(opts), "" if opts.since_run is None else read_start(opts.since_run)
        if name not in FORMATS:
            if wanted != Filter() or start:
                raise CannotRun(f"--format {name} takes all captures; filters are for the formats of posts")
            site, archive = self.site_and_archive(args)
            target = _target(opts.output, archive.with_name(f"{site.name}.{name}"))
            return _captures(site, archive, name, target, overwrite=opts.overwrite)
        site, archive = self.site_and_archive(args)
        check_known(wanted, archive)
        from crawler.exporters.posts import ExportRequest

        target = _target(opts.output, archive.with_name(site.name + FORMATS[name].suffix))
        return _posts(ExportRequest(site, archive, name, target, wanted, start, opts.overwrite), opts.jobs)


def _formats() -> dict[str, str]:
    """The names of the formats, each with its description."""
    from crawler.exporters.formats import FORMATS
    from crawler.exporters.replay import REPLAY

    return {name: form.what for name, form in FORMATS.items()} | REPLAY


def _format(name: str | None) -> str:
    known = list(_formats())
    if name in known:
        return str(name)
    listed = f"{', '.join(known)} ({command('export -h')} tells what each is)"
    if name is None:
        raise CannotRun(f"name a --format: {listed}")
    near = difflib.get_close_matches(name.casefold(), known, 1)
    raise CannotRun(
        f"there is no --format {name}" + (f"; did you mean {near[0]}? There are" if near else "; there are") + f": {listed}"
    )


def _target(named: str | None, usual: Path) -> Path:
    """The path to write to."""
    from crawler.archive.target import output_path
    from crawler.exporters.output import STDOUT

    if named == str(STDOUT):
        return STDOUT
    if named is not None:
        return output_path(named)
    if usual.parent.is_dir() and not os.access(usual.parent, os.W_OK):
        raise CannotRun(f"{usual.parent} cannot be written to; name a place with --output")
    return output_path(str(usual))


def _posts(request: ExportRequest, jobs: int) -> int:
    from crawler.batch.processes import workers
    from crawler.batch.show import ProgressDisplay
    from crawler.exporters.posts import export, useful_jobs

    with workers(useful_jobs(request.archive, jobs), may_fork=True) as at_work, ProgressDisplay() as progress:
        done = export(request, at_work, progress)
    for path, why in done.lost[:_NAMED]:
        print_stderr(f"not exported: {path}: {why}")
    if len(done.lost) > _NAMED:
        print_stderr(f"and {len(done.lost) - _NAMED:,} more")
    if done.kept_because:
        print_stderr(done.kept_because)
        return LOSSES
    what = counted(done.number, "post")
    if request.since_run and not done.number and not done.lost:
        what = f"{'up to date' if request.updates_in_place else what}, for nothing is new"
    _print_written(request.target, what)
    return LOSSES if done.lost else GOOD


def _captures(site: Site, archive: Path, name: str, target: Path, *, overwrite: bool) -> int:
    from crawler.exporters.output import STDOUT
    from crawler.exporters.replay import export_captures

    number = export_captures(archive, site, name, target, overwrite=overwrite)
    size = "" if target == STDOUT else f"{target.stat().st_size:,} bytes, "
    _print_written(target, f"{size}of {counted(number, 'capture file')}")
    return GOOD


def _print_written(target: Path, what: str) -> None:
    """Print what was written; on stderr if the export itself goes to standard output."""
    from crawler.exporters.output import STDOUT

    if target == STDOUT:
        print_stderr(f"written: {what}")
    else:
        print(f"{target}: {what}")
