"""``scrapy rebuild SITE``: every post again from captures, with the rules as they are now."""

from __future__ import annotations

import os
import sqlite3
import time
from argparse import ArgumentParser, Namespace
from contextlib import closing
from datetime import date
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.swap import put_in_place
from crawler.bulk.cluster import Dask, listed, rebuild_on_cluster
from crawler.bulk.finish import failures
from crawler.bulk.inputs import BadInput, Input, gather
from crawler.bulk.job import Job
from crawler.bulk.place import recover, scratch, stage_for
from crawler.bulk.remote import Place
from crawler.bulk.run import Result, rebuild, workers
from crawler.bulk.show import Show, print_counts
from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD, LOSSES
from crawler.sites.site import load


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 everything was rebuilt; 1 something could not be, or with --diff would change; 2 could not run; 3 in use.

    Without --to the archive is brought up to date in place: only files that change are written, and all of it takes
    effect at the end. A rebuild that was cut short goes on where it was when the same command is given again.
    """

    does = "Make every post, the index and the catalog again from captures, offline"
    afterwards = "; the archive is as it was, and the same command goes on"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Rebuild")
        group.add_argument(
            "--from",
            dest="inputs",
            action="extend",
            nargs="+",
            metavar="WARC",
            help="WARC or WACZ files, folders of them, or URLs that fsspec reads, in place of the archive's own captures",
        )
        group.add_argument("--to", metavar="DIR", help="make the posts, index and catalog there, and leave the archive alone")
        group.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes; all cores if not given"
        )
        group.add_argument("--since", metavar="DAY", default="", help="only posts published on that day (YYYY-MM-DD) or later")
        group.add_argument("--scheduler", metavar="ADDRESS", help="work on a Dask cluster (tcp://host:8786); --to may be a URL")
        group.add_argument("--diff", action="store_true", help="write nothing; show what would change, and how")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Rebuild, then tell what came of it."""
        assert self.settings is not None
        settings, site = self.settings, load(self.only(args)).name
        _check(opts)
        archive = Archive.folder_of(settings, site)
        if opts.scheduler:
            return self._on_cluster(site, archive, opts)
        target = Path(opts.to) if opts.to and Path(opts.to).resolve() != archive.resolve() else archive
        if not opts.inputs and not (archive / "captures").is_dir():
            raise BadInput(f"there are no captures in {archive}; name some with --from, or make some: scrapy crawl {site}")
        _check_target(target, archive, opts)
        place = scratch() if opts.diff else stage_for(archive, target, lambda: recover(settings, site), own=not opts.inputs)
        with place as stage:
            return self._rebuild(site, archive, target, stage, opts)

    def _on_cluster(self, site: str, archive: Path, opts: Namespace) -> int:
        assert self.settings is not None
        begun = time.monotonic()
        target = Place(opts.to if "://" in opts.to else str(Path(opts.to).resolve()))
        with scratch() as stage, Dask(opts.scheduler) as at_work, Show() as progress:
            inputs = tuple(listed(opts.inputs or [str(archive / "captures")]))
            job = self._job(site, inputs, stage, None, opts)
            result = rebuild_on_cluster(job, target, at_work, progress)
            _print_losses(job, result)
        _print_summary(result, opts.to, time.monotonic() - begun, diff=False)
        return LOSSES if result.losses else GOOD

    def _job(self, site: str, inputs: tuple[Input, ...], stage: Path, old: Path | None, opts: Namespace) -> Job:
        assert self.settings is not None
        return Job(
            site=site,
            inputs=inputs,
            stage=str(stage),
            old=str(old) if old else None,
            layout=self.settings.get("POSTS_LAYOUT"),
            origins={asked: origin for origin, asked in self.settings.getdict("ORIGINS").items()},
            since=opts.since,
            diff=opts.diff,
        )

    def _rebuild(self, site: str, archive: Path, target: Path, stage: Path, opts: Namespace) -> int:
        assert self.settings is not None
        begun = time.monotonic()
        inputs = tuple(gather(opts.inputs or [str(archive / "captures")], stage / "inputs"))
        job = self._job(site, inputs, stage, target if target.exists() else None, opts)
        with Show() as progress, workers(opts.jobs) as at_work:
            result = rebuild(job, at_work, progress)
        _print_losses(job, result)
        if opts.diff:
            changes = _print_diff(job)
        else:
            put_in_place(stage, target)
            changes = 0
        _print_summary(result, target, time.monotonic() - begun, diff=opts.diff)
        return LOSSES if result.losses or changes else GOOD


def _check_target(target: Path, archive: Path, opts: Namespace) -> None:
    own = target == archive and not opts.inputs
    if own or opts.diff or not target.exists():
        return
    if (target / "captures").exists():
        raise BadInput(f"{target} has captures of its own; name another folder")
    if any(target.iterdir()) and not (target / "index.jsonl").exists():
        raise BadInput(f"{target} holds something else than an archive; name an empty or a new folder")


def _check(opts: Namespace) -> None:
    if opts.scheduler and (not opts.to or opts.diff):
        raise UsageError("--scheduler needs --to, a folder that every worker reaches or a URL, and writes")
    if opts.inputs and not opts.to and not opts.diff:
        raise UsageError("--from needs --to: an archive's index speaks of its own captures; scrapy import takes others in")
    if opts.jobs < 1:
        raise UsageError(f"--jobs {opts.jobs}: at least one process has to do the work")
    if opts.since:
        try:
            date.fromisoformat(opts.since)
        except ValueError:
            raise UsageError(f"--since {opts.since} is no day; write it like --since 2022-03-01") from None


def _print_diff(job: Job) -> int:
    changes = 0
    for path in sorted((Path(job.stage) / "done").glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as db:
            for (change,) in db.execute("SELECT change FROM changes ORDER BY rowid"):
                changes += 1
                print(change, end="\n\n")
    return changes


def _print_losses(job: Job, result: Result) -> None:
    for line in result.problems:
        print(f"cannot be read: {line}")
    for url, code, reason in failures(job):
        print(f"not rebuilt: {url}: {code}: {reason}")


def _print_summary(result: Result, target: Path | str, seconds: float, *, diff: bool) -> None:
    made, outcome = result.made, result.outcome
    print_counts("Fidelity", made.fidelity)
    print_counts("Body from", made.body_from)
    print_counts("Editions", made.editions)
    rate = f"{made.posts / seconds:,.0f} posts a second" if seconds else ""
    verb = "would be written" if diff else "written"
    print(
        f"{target}: {made.posts:,} posts rebuilt in {seconds:.1f} s ({rate}); {made.written:,} files {verb}; index: "
        f"{outcome.new:,} new, {outcome.changed:,} changed, {outcome.unchanged:,} unchanged; "
        f"{result.losses:,} could not be rebuilt; {made.broken_by_site:,} pages the site itself broke"
    )
