"""One export of posts, from archive to file or folder: all of them, or what changed since a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from crawler.archive.catalog_reader import open_catalog
from crawler.archive.changes import Change, current, since
from crawler.archive.lines import index_lines
from crawler.archive.paths import INDEX
from crawler.archive.staging import staged
from crawler.archive.target import output_path
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exporters.checkpoint import Checkpoint, checkpoint_of
from crawler.exporters.formats import FORMATS
from crawler.exporters.manifest import ALL_POSTS, Manifest, attach_manifest, filter_key
from crawler.exporters.output import STDOUT
from crawler.exporters.overwrite import check_overwrite
from crawler.exporters.since_run import LAST, changes_before
from crawler.exporters.sqlite import VERSION, end_transactions, has_all_tables, update_sqlite
from crawler.invocation import command

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from crawler.batch.run import Workers
    from crawler.exporters.filters import Filter
    from crawler.exporters.rows import Lost, Row
    from crawler.sites.site import Site

#: Formats of which an existing export is updated in place.
_UPDATABLE = ("sqlite", "parquet")
#: An index of fewer bytes is read by one process.
_SMALL = 2_000_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported, and where to.

    ``target`` is a path, or :data:`~crawler.exporters.output.STDOUT`. ``since_run`` asks for what a run and all later ones
    changed; it is the time when that run started, or ``last``. An existing SQLite database or folder of Parquet files is then
    updated from its own checkpoint, however old that is, and made anew if it has another filter. ``overwrite`` is the consent
    to replace whatever is at ``target``; nothing is updated then.
    """

    site: Site
    archive: Path
    format: str
    target: Path
    wanted: Filter
    since_run: str = ""
    overwrite: bool = False

    @property
    def updates_in_place(self) -> bool:
        """Whether an existing export is updated, if it can be."""
        return bool(self.since_run) and self.format in _UPDATABLE

    def manifest(self) -> Manifest:
        """The manifest of the export to be made."""
        wanted = self.wanted.as_json()
        if self.since_run and not self.updates_in_place:
            wanted = json.dumps(json.loads(wanted) | {"since_run": self.since_run}, ensure_ascii=False)
        return Manifest(self.format, self.site.name, filter_key(wanted))


def useful_jobs(archive: Path, jobs: int) -> int:
    """How many processes to start: a single one reads a small archive before others would have started."""
    index = archive / INDEX
    return 1 if not index.exists() or index.stat().st_size < _SMALL else jobs


@dataclass(slots=True)
class Exported:
    """The number of posts that were written, and the posts that could not be read: path, and why.

    ``kept_because`` is a line that tells why the existing export was kept; it is empty if the new one was put in place.
    """

    number: int
    lost: list[tuple[str, str]]
    kept_because: str = ""


class _KeepsExisting(Exception):
    """One line that tells why the existing export is better than the new one."""


def export(request: ExportRequest, workers: Workers, progress: Progress) -> Exported:
    """Write an export.

    :raises CannotRun: if the request cannot be met; one line.
    :raises ArchiveInUse: if another export is being written to the same target.
    :raises OSError: if the disk does not take it; the existing export is untouched.
    """
    if request.target != STDOUT:
        request = replace(request, target=output_path(str(request.target)))
    form, manifest = FORMATS[request.format], request.manifest()
    form.check_libraries(query=bool(request.wanted.query))
    from crawler.exporters.rows import Lost  # noqa: PLC0415 - an extra has what it takes

    lost = Lost()
    if request.target == STDOUT:
        if not form.stream:
            raise CannotRun(f"{request.format} is {form.what}, which no pipe takes; name a place with --output")
        plan = _plan_of(request)
        return Exported(
            form.write(_rows(request, plan, workers, progress, lost), STDOUT, request.site, plan.checkpoint), lost.posts
        )
    check_overwrite(request.target, manifest, folder=form.folder, overwrite=request.overwrite)
    try:
        with staged(request.target) as place:
            # This is checked again, because nobody else can write to the target from here on.
            existing = check_overwrite(request.target, manifest, folder=form.folder, overwrite=request.overwrite)
            plan = _plan_of(request)
            found = _unless_worse(_rows(request, plan, workers, progress, lost), request, existing, plan, lost)
            number = _write(found, request, plan, place)
            attach_manifest(
                request.target if plan.update else place,
                replace(manifest, posts=None if plan.update else number),
                whole=not lost.posts,
            )
            if request.format == "sqlite" and not plan.update:
                end_transactions(request.target)
    except _KeepsExisting as reason:
        return Exported(0, lost.posts, str(reason))
    return Exported(number, lost.posts)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which posts have to be written. ``update`` tells whether they go into the existing export."""

    wanted: Filter
    checkpoint: Checkpoint
    update: bool = False
    forgotten: tuple[str, ...] = ()


def _plan_of(request: ExportRequest) -> _Plan:
    with closing(open_catalog(request.archive)) as db:
        db.execute("BEGIN")
        plan = _Plan(request.wanted, Checkpoint(current(db), request.wanted.as_json()))
        if request.since_run:
            plan = _changed(request, db, plan)
        db.execute("ROLLBACK")
    return plan


def _changed(request: ExportRequest, db: sqlite3.Connection, plan: _Plan) -> _Plan:
    """The plan reduced to what changed; the whole plan if there is no existing export that can be updated."""
    if request.updates_in_place:
        if request.since_run != LAST:
            changes_before(request.archive, request.since_run)  # raises if no run began then
        return plan if request.overwrite else _update(request, db, plan)
    if not FORMATS[request.format].partial:
        raise CannotRun(f"--since-run means nothing for {request.format}: it is always made whole")
    changes = since(db, changes_before(request.archive, request.since_run))
    return replace(plan, wanted=replace(request.wanted, ids=_ids([change for change in changes if change.line is not None])))


def _update(request: ExportRequest, db: sqlite3.Connection, plan: _Plan) -> _Plan:
    checkpoint = checkpoint_of(request.target, VERSION)
    if checkpoint is None or not checkpoint.precedes(plan.checkpoint):
        return plan
    changes = list(since(db, checkpoint.token))
    if request.format == "sqlite":
        if not has_all_tables(request.target):
            return plan
        # The filter may not take a changed post any more, so every changed post is deleted first.
        wanted, gone = replace(request.wanted, ids=_ids(changes)), tuple(change.id for change in changes)
        return _Plan(wanted, plan.checkpoint, update=True, forgotten=gone)
    from crawler.exporters.parquet import NONE, has_all_columns, months_with  # noqa: PLC0415

    if not has_all_columns(request.target):
        return plan
    months = months_with(_ids(changes), request.target) | {
        orjson.loads(change.line)["date"][:7] for change in changes if change.line is not None
    }
    return _Plan(replace(request.wanted, months=months | {NONE} if months else months), plan.checkpoint, update=True)


def _ids(changes: list[Change]) -> frozenset[str]:
    return frozenset(change.id for change in changes)


def _rows(request: ExportRequest, plan: _Plan, workers: Workers, progress: Progress, lost: Lost) -> Iterator[Row]:
    from crawler.exporters.rows import Source, newest_ids, rows  # noqa: PLC0415

    form, wanted = FORMATS[request.format], plan.wanted
    if form.newest and not wanted.query:
        wanted = replace(wanted, ids=newest_ids(request.archive, wanted, form.newest))
    if wanted.may_take:
        yield from rows(Source(request.archive, wanted, form.groups, form.text), workers, progress, lost)


def _unless_worse(
    found: Iterator[Row], request: ExportRequest, existing: Manifest | None, plan: _Plan, lost: Lost
) -> Iterator[Row]:
    """Pass the rows on, and raise behind the last one if the existing export is better than the new one."""
    number = 0
    for number, row in enumerate(found, 1):  # noqa: B007 - its last value is their number
        yield row
    if existing is None or (request.overwrite and not plan.update):
        return
    kept = f"{request.target} stays as it was, for the new export"
    mend = command(f"verify {request.site.name}")
    if lost.posts:
        raise _KeepsExisting(
            f"{kept} lacks {counted(len(lost.posts), 'post')}: mend them, see {mend}, or give --overwrite to do without them"
        )
    # A filter may rightly take no post; but an archive without any post is probably damaged.
    is_suspect = request.manifest().filter == ALL_POSTS or next(index_lines(request.archive), None) is None
    if not number and existing.posts != 0 and not plan.update and is_suspect:
        raise _KeepsExisting(f"{kept} has no post at all: see {mend}, or give --overwrite")


def _write(found: Iterator[Row], request: ExportRequest, plan: _Plan, place: Path) -> int:
    """Write the posts, and return their number."""
    if not plan.update:
        return FORMATS[request.format].write(found, place, request.site, plan.checkpoint)
    if request.format == "sqlite":
        return update_sqlite(found, plan.forgotten, request.target, request.site, plan.checkpoint)
    from crawler.exporters.parquet import update_parquet  # noqa: PLC0415

    return update_parquet(found, plan.wanted.months or frozenset(), request.target, request.site, plan.checkpoint)
