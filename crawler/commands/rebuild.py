"""``scrapy rebuild SITE``: makes every post again from captures, with the present rules."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.paths import CAPTURES, INDEX
from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_jobs, add_json, add_period
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from crawler.archive.lock import Lock
    from crawler.batch.input import Input
    from crawler.batch.job import Job
    from crawler.batch.run import Result
    from crawler.batch.show import Rebuilt


class Command(OfflineMixin, ScrapyCommand):
    """Exit codes: 0 everything was rebuilt; 1 something could not be, or with --diff would change; 2 could not run; 3 in use.

    Without --output the archive is brought up to date in place: only files that change are written, and all of it takes
    effect at the end. An interrupted rebuild continues when the same command is given again.
    """

    summary = "Make posts, index and catalog again from captures, offline"
    example = "rebuild finews --diff"
    after_error = "; captures are as they were, and the same command goes on"
    renamed_options: ClassVar[dict[str, str]] = {"--to": "--output"}

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
            help="WARC or WACZ files, folders or addresses of them (https://..., s3://...), not the archive's own captures",
        )
        group.add_argument(
            "--output", metavar="DIR", help="make the posts, index and catalog there, and leave the archive alone"
        )
        add_jobs(group)
        add_period(group)
        group.add_argument(
            "--scheduler", metavar="ADDRESS", help="work on a Dask cluster (tcp://host:8786); --output may be a URL"
        )
        group.add_argument("--diff", action="store_true", help="write nothing; show what would change, and how")
        add_json(group)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Rebuild, then print the result."""
        from crawler.archive.archive import Archive
        from crawler.archive.root import check_folder
        from crawler.batch.input import BadInput
        from crawler.batch.workspace import locked_stage, recover, temporary_stage
        from crawler.period import Period
        from crawler.sites.declared import load

        assert self.settings is not None
        settings, site = self.settings, load(self.only_argument(args)).name
        _check(opts)
        opts.period = Period.read(opts.since, opts.until)
        archive = Archive.folder_of(settings, site)
        check_folder(archive)
        if opts.scheduler:
            return self._on_cluster(site, archive, opts)
        target = Path(opts.output) if opts.output and Path(opts.output).resolve() != archive.resolve() else archive
        if not opts.inputs and not (archive / CAPTURES).is_dir():
            make = command(f"crawl {site}")
            raise BadInput(f"there are no captures in {archive}; name some with --from, or make some: {make}")
        _check_target(target, archive, opts)

        def repair(lock: Lock) -> None:
            for line in recover(settings, site, lock):
                print_stderr(f"repaired: {line}")

        place = temporary_stage() if opts.diff else locked_stage(archive, target, repair, own=not opts.inputs)
        with place as stage:
            return self._rebuild(site, archive, target, stage, opts)

    def _on_cluster(self, site: str, archive: Path, opts: Namespace) -> int:
        from crawler.batch.cluster import Dask, list_inputs, rebuild_on_cluster
        from crawler.batch.finish import failures
        from crawler.batch.remote import RemoteFolder
        from crawler.batch.show import ProgressDisplay, Rebuilt
        from crawler.batch.workspace import temporary_stage

        begun = time.monotonic()
        target = RemoteFolder(opts.output if "://" in opts.output else str(Path(opts.output).resolve()))
        with temporary_stage() as stage, Dask(opts.scheduler) as at_work, ProgressDisplay() as progress:
            inputs = tuple(list_inputs(opts.inputs or [str(archive / CAPTURES)]))
            job = self._job(site, inputs, stage, None, opts)
            result = rebuild_on_cluster(job, target, at_work, progress)
            failed = list(failures(job))
        return _print_result(result, Rebuilt(opts.output, time.monotonic() - begun, failed, iter(())), opts)

    def _job(self, site: str, inputs: tuple[Input, ...], stage: Path, old: Path | None, opts: Namespace) -> Job:
        from crawler.batch.job import Job
        from crawler.sites.declared import learned_text

        assert self.settings is not None
        return Job(
            site=site,
            inputs=inputs,
            stage=str(stage),
            old=str(old) if old else None,
            layout=self.settings.get("POSTS_LAYOUT"),
            origins={target: origin for origin, target in self.settings.getdict("ORIGINS").items()},
            period=opts.period,
            diff=opts.diff,
            learned=learned_text(site),
        )

    def _rebuild(self, site: str, archive: Path, target: Path, stage: Path, opts: Namespace) -> int:
        from crawler.archive.publish import publish_tree
        from crawler.batch.finish import changes, failures
        from crawler.batch.inputs import gather_inputs
        from crawler.batch.processes import workers
        from crawler.batch.run import rebuild
        from crawler.batch.show import ProgressDisplay, Rebuilt

        begun = time.monotonic()
        inputs = tuple(gather_inputs(opts.inputs or [str(archive / CAPTURES)], stage / "inputs", own=not opts.inputs))
        job = self._job(site, inputs, stage, target if target.exists() else None, opts)
        with workers(opts.jobs, may_fork=True) as at_work, ProgressDisplay() as progress:
            result = rebuild(job, at_work, progress)
        rebuilt = Rebuilt(str(target), time.monotonic() - begun, list(failures(job)), changes(job, result.outcome))
        if not opts.diff:
            job.remove_intermediates()
            result.unplaced = publish_tree(stage, target)
        return _print_result(result, rebuilt, opts)


def _check_target(target: Path, archive: Path, opts: Namespace) -> None:
    own = target == archive and not opts.inputs
    if own or opts.diff or not target.exists():
        return
    if not target.is_dir():
        raise CannotRun(f"{target} is not a folder; name an empty or a new one with --output")
    if (target / CAPTURES).exists():
        raise CannotRun(f"{target} has captures of its own; name another folder")
    if any(target.iterdir()) and not (target / INDEX).exists():
        raise CannotRun(f"{target} holds something else than an archive; name an empty or a new folder")


def _check(opts: Namespace) -> None:
    if opts.scheduler and (not opts.output or opts.diff):
        raise UsageError("--scheduler needs --output, a folder that every worker reaches or a URL, and writes")
    if opts.inputs and not opts.output and not opts.diff:
        how = command("import")
        raise UsageError(f"--from needs --output: an archive's index speaks of its own captures; {how} takes others in")


def _print_result(result: Result, rebuilt: Rebuilt, opts: Namespace) -> int:
    """Print the result. Pages that the site itself published broken are neither losses nor errors.

    :returns: the exit code.
    """
    from crawler.items import SITE_DEFECTS

    if result.outcome.malformed:
        print_stderr(f"{INDEX}: {counted(result.outcome.malformed, 'invalid line')} skipped")
    for line in result.problems:
        print_stderr(f"cannot be read: {line}")
    for line in result.unplaced:
        print_stderr(line)
    for url, code, reason in rebuilt.failed:
        if code not in SITE_DEFECTS:
            print_stderr(f"not rebuilt: {url}: {code}: {reason}")
        elif not opts.json:
            print(f"broken by the site: {url}: {code}: {reason}")
    if opts.json:
        import orjson

        document = rebuilt.document(result)
        exit_code = LOSSES if result.losses or (opts.diff and (document["changes"] or result.outcome.new)) else GOOD
        print(orjson.dumps(document | {"exit_code": exit_code}, option=orjson.OPT_INDENT_2).decode())
        return exit_code
    differs = bool(opts.diff and result.outcome.new)
    for path, change in rebuilt.changes if opts.diff else ():
        print(change, end="\n" if path == INDEX else "\n\n")
        differs = True
    rebuilt.show(result, diff=opts.diff)
    return LOSSES if result.losses or differs else GOOD
