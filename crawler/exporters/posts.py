"""One export of posts, from archive to file or folder: all of them, or what changed since a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.archive.lines import index_lines
from crawler.archive.paths import INDEX
from crawler.archive.staging import copy_by_links, staged, sync_tree
from crawler.archive.target import output_path
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exporters.formats import FORMATS
from crawler.exporters.keep_out import KeepOut
from crawler.exporters.manifest import ALL_POSTS, Manifest, attach_manifest, filter_key
from crawler.exporters.output import STDOUT
from crawler.exporters.overwrite import check_overwrite
from crawler.exporters.plan import Plan, plan_of
from crawler.exporters.removal import remove_from, take_out
from crawler.exporters.sqlite import end_transactions, update_sqlite
from crawler.invocation import command

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.batch.processes import Workers
    from crawler.exporters.filters import Filter
    from crawler.exporters.formats import Format
    from crawler.exporters.packing import Packed
    from crawler.exporters.rows import Lost
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


class _Stays(Exception):
    """The existing export, with so many posts, is the same as the new one."""

    def __init__(self, posts: int) -> None:
        super().__init__(posts)
        self.posts = posts


def export(request: ExportRequest, workers: Workers, progress: Progress) -> Exported:
    """Write an export.

    :raises CannotRun: if the request cannot be met; one line.
    :raises ArchiveInUse: if another export is being written to the same target.
    :raises OSError: if the disk does not take it; the existing export is untouched.
    """
    if request.target != STDOUT:
        request = replace(request, target=output_path(str(request.target)))
    form = FORMATS[request.format]
    if request.target != STDOUT:
        check_overwrite(request.target, request.manifest(), folder=form.folder, overwrite=request.overwrite)
    elif not form.stream:
        raise CannotRun(f"{request.format} is {form.what}, which no pipe takes; name a place with --output")
    form.check_libraries(query=bool(request.wanted.query))
    return (_export_to_stdout if request.target == STDOUT else _export_to_target)(request, form, workers, progress)


def _export_to_stdout(request: ExportRequest, form: Format, workers: Workers, progress: Progress) -> Exported:
    from crawler.exporters.rows import Lost  # noqa: PLC0415 - an extra has what it takes

    lost, out = Lost(), KeepOut(request.archive)
    plan = plan_of(request, out.without)
    number = form.write(_rows(request, plan, workers, progress, lost), STDOUT, request.site, plan.checkpoint)
    late = ", ".join(sorted(out.late()))
    problem = late and f"{late}: forgotten while this was written, which may hold it; discard it, and export again"
    return Exported(number, lost.posts, problem)


def _export_to_target(request: ExportRequest, form: Format, workers: Workers, progress: Progress) -> Exported:
    from crawler.exporters.rows import Lost  # noqa: PLC0415 - an extra has what it takes

    lost, out, manifest = Lost(), KeepOut(request.archive), request.manifest()
    removed = 0

    def remove(ids: frozenset[str]) -> None:
        nonlocal removed
        removed += take_out(written, form, ids, request.site)
        sync_tree(place.parent)

    @contextmanager
    def publishing() -> Iterator[None]:
        with out.publishing(remove):
            if request.format == "sqlite" and not plan.update:
                end_transactions(request.target)
            yield

    try:
        with staged(request.target, publishing) as place:
            # This is checked once more, because nobody else can write to the target from here on.
            existing = check_overwrite(request.target, manifest, folder=form.folder, overwrite=request.overwrite)
            plan = plan_of(request, out.without)
            made_of = _made_of(request, plan)
            if existing is not None and _would_be_the_same(request, made_of, workers):
                raise _Stays(existing.posts or 0)
            found = _unless_worse(_rows(request, plan, workers, progress, lost), request, existing, plan, lost)
            written = request.target if plan.update and form.in_place else place
            number = _write(found, request, plan, place)
            attach_manifest(written, replace(manifest, posts=None if plan.update else number), whole=not lost.posts)
            if plan.update and out.without:  # the export may be older than the removal of posts, or name them as groups
                take_out(written, form, out.without, request.site)
            if made_of and not lost.posts and made_of == _made_of(request, plan):
                from crawler.exporters.unchanged import note_made_of  # noqa: PLC0415

                note_made_of(written, made_of)
    except _KeepsExisting as reason:
        return Exported(0, lost.posts, str(reason))
    except _Stays as same:
        number = same.posts
    while late := out.late():
        removed += remove_from(request.target, form, late, request.site)
    return Exported(number - removed, lost.posts)


def _made_of(request: ExportRequest, plan: Plan) -> str:
    """What a whole database is made of; empty for other exports."""
    if request.format != "sqlite" or request.since_run:
        return ""
    from crawler.exporters.unchanged import made_of  # noqa: PLC0415 - an extra has what it takes

    return made_of(request.archive, plan.wanted, plan.checkpoint)


def _would_be_the_same(request: ExportRequest, made_of: str, workers: Workers) -> bool:
    """Whether the existing database would be made again byte for byte."""
    if not made_of or request.overwrite:
        return False
    from crawler.exporters.unchanged import has_whole_sources, is_unchanged  # noqa: PLC0415

    return is_unchanged(request.target, made_of) and has_whole_sources(request.archive, workers)


def _rows(request: ExportRequest, plan: Plan, workers: Workers, progress: Progress, lost: Lost) -> Iterator[Packed]:
    from crawler.exporters.rows import Source, newest_ids, rows  # noqa: PLC0415

    form, wanted = FORMATS[request.format], plan.wanted
    if form.newest and not wanted.query:
        wanted = replace(wanted, ids=newest_ids(request.archive, wanted, form.newest))
    if wanted.may_take:
        yield from rows(Source(request.archive, wanted, form.groups, form.text, form.packs), workers, progress, lost)


def _unless_worse(
    found: Iterator[Packed], request: ExportRequest, existing: Manifest | None, plan: Plan, lost: Lost
) -> Iterator[Packed]:
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


def _write(found: Iterator[Packed], request: ExportRequest, plan: Plan, place: Path) -> int:
    """Write the posts, and return their number."""
    if not plan.update:
        return FORMATS[request.format].write(found, place, request.site, plan.checkpoint)
    if request.format == "sqlite":
        return update_sqlite(found, plan.forgotten, request.target, request.site, plan.checkpoint)
    from crawler.exporters.parquet_changes import update_parquet  # noqa: PLC0415

    copy_by_links(request.target, place)
    return update_parquet(found, plan.wanted.months or frozenset(), place, request.site, plan.checkpoint)
