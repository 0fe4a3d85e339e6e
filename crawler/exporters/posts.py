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
from crawler.exporters.earlier import check_earlier
from crawler.exporters.formats import FORMATS
from crawler.exporters.journal import settle
from crawler.exporters.label import FULL, Label, attach, kept_filter
from crawler.exporters.place import STDOUT
from crawler.exporters.since_run import LAST, changes_before
from crawler.exporters.stand import Stand, stand_of
from crawler.invocation import command

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from crawler.batch.run import Workers
    from crawler.exporters.filters import Filter
    from crawler.exporters.rows import Lost, Row
    from crawler.sites.site import Site

#: Formats that are brought up to date in their place.
_KEPT_UP = ("sqlite", "parquet")
#: Bytes of an index.
_SMALL = 2_000_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is exported, and where to.

    ``target``: a path, or :data:`~crawler.exporters.place.STDOUT`. ``since_run``: only what that run and those after
    it changed; the time it started, or ``last``. An SQLite database or a folder of Parquet files that is there is brought up to
    date from where it stands, however long ago that was; one of another filter is made anew. ``overwrite``: the consent to
    replace what is at ``target``, whatever it holds; it is made anew then.
    """

    site: Site
    archive: Path
    format: str
    target: Path
    wanted: Filter
    since_run: str = ""
    overwrite: bool = False

    @property
    def kept_up(self) -> bool:
        """Whether it is brought up to date, if it can be."""
        return bool(self.since_run) and self.format in _KEPT_UP

    def label(self) -> Label:
        """What the export is going to say of itself."""
        said = self.wanted.said()
        if self.since_run and not self.kept_up:
            said = json.dumps(json.loads(said) | {"since_run": self.since_run}, ensure_ascii=False)
        return Label(self.format, self.site.name, kept_filter(said))


def useful(archive: Path, jobs: int) -> int:
    """How many of so many processes are of use: one has read a small archive before others have started."""
    index = archive / INDEX
    return 1 if not index.exists() or index.stat().st_size < _SMALL else jobs


@dataclass(slots=True)
class Exported:
    """Posts written, and those that were lost on the way: path, and why.

    ``stays``: a line that says why what was there before was left as it is; empty if the new one is in its place.
    """

    number: int
    lost: list[tuple[str, str]]
    stays: str = ""


class _Stays(Exception):
    """One line: what is at the target is worth more than what would take its place."""


def export(order: Order, workers: Workers, progress: Progress) -> Exported:
    """Write it.

    :raises CannotRun: if that cannot be done, a line.
    :raises ArchiveInUse: if another export is being written to the same place.
    :raises OSError: if the disk does not take it; what was there before is untouched.
    """
    if order.target != STDOUT:
        order = replace(order, target=output_path(str(order.target)))
    form, label = FORMATS[order.format], order.label()
    form.check_libraries(query=bool(order.wanted.query))
    from crawler.exporters.rows import Lost  # noqa: PLC0415 - an extra has what it takes

    lost = Lost()
    if order.target == STDOUT:
        if not form.stream:
            raise CannotRun(f"{order.format} is {form.what}, which no pipe takes; name a place with --output")
        part = _part_of(order)
        return Exported(form.write(_rows(order, part, workers, progress, lost), STDOUT, order.site, part.stand), lost.posts)
    check_earlier(order.target, label, folder=form.folder, overwrite=order.overwrite)
    try:
        with staged(order.target) as place:
            # Once more: now nobody else can put anything there.
            earlier = check_earlier(order.target, label, folder=form.folder, overwrite=order.overwrite)
            part = _part_of(order)
            found = _worth_it(_rows(order, part, workers, progress, lost), order, earlier, part, lost)
            number = _write(found, order, part, place)
            attach(
                order.target if part.update else place,
                replace(label, posts=None if part.update else number),
                whole=not lost.posts,
            )
            if order.format == "sqlite" and not part.update:
                settle(order.target)
    except _Stays as stays:
        return Exported(0, lost.posts, str(stays))
    return Exported(number, lost.posts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What has to be written of an archive. ``update``: whether the export that is there takes it."""

    wanted: Filter
    stand: Stand
    update: bool = False
    forgotten: tuple[str, ...] = ()


def _part_of(order: Order) -> _Part:
    with closing(open_catalog(order.archive)) as db:
        db.execute("BEGIN")
        part = _Part(order.wanted, Stand(current(db), order.wanted.said()))
        if order.since_run:
            part = _changed(order, db, part)
        db.execute("ROLLBACK")
    return part


def _changed(order: Order, db: sqlite3.Connection, part: _Part) -> _Part:
    """What changed of the part; all of it, if there is nothing yet that could be brought up to date."""
    if order.kept_up:
        if order.since_run != LAST:
            changes_before(order.archive, order.since_run)  # that it is a run's
        return part if order.overwrite else _update(order, db, part)
    if not FORMATS[order.format].partial:
        raise CannotRun(f"--since-run means nothing for {order.format}: it is always made whole")
    changes = since(db, changes_before(order.archive, order.since_run))
    return replace(part, wanted=replace(order.wanted, ids=_ids([change for change in changes if change.line is not None])))


def _update(order: Order, db: sqlite3.Connection, part: _Part) -> _Part:
    from crawler.exporters.sqlite import VERSION, has_all_tables  # noqa: PLC0415

    stand = stand_of(order.target, VERSION)
    if stand is None or not stand.leads_to(part.stand):
        return part
    changes = list(since(db, stand.token))
    if order.format == "sqlite":
        if not has_all_tables(order.target):
            return part
        # A post that changed may be none any more that the filter takes: out with it first.
        wanted, gone = replace(order.wanted, ids=_ids(changes)), tuple(change.id for change in changes)
        return _Part(wanted, part.stand, update=True, forgotten=gone)
    from crawler.exporters.parquet import NONE, has_all_columns, months_with  # noqa: PLC0415

    if not has_all_columns(order.target):
        return part
    months = months_with(_ids(changes), order.target) | {
        orjson.loads(change.line)["date"][:7] for change in changes if change.line is not None
    }
    return _Part(replace(order.wanted, months=months | {NONE} if months else months), part.stand, update=True)


def _ids(changes: list[Change]) -> frozenset[str]:
    return frozenset(change.id for change in changes)


def _rows(order: Order, part: _Part, workers: Workers, progress: Progress, lost: Lost) -> Iterator[Row]:
    from crawler.exporters.rows import Source, newest_ids, rows  # noqa: PLC0415

    form, wanted = FORMATS[order.format], part.wanted
    if form.newest and not wanted.query:
        wanted = replace(wanted, ids=newest_ids(order.archive, wanted, form.newest))
    if wanted.may_take:
        yield from rows(Source(order.archive, wanted, form.groups, form.text), workers, progress, lost)


def _worth_it(found: Iterator[Row], order: Order, earlier: Label | None, part: _Part, lost: Lost) -> Iterator[Row]:
    """The rows; at their end, before anything is put in its place, raises if what is there is worth more."""
    number = 0
    for number, row in enumerate(found, 1):  # noqa: B007 - its last value is their number
        yield row
    if earlier is None or (order.overwrite and not part.update):
        return
    stays = f"{order.target} stays as it was, for the new export"
    mend = command(f"verify {order.site.name}")
    if lost.posts:
        raise _Stays(
            f"{stays} lacks {counted(len(lost.posts), 'post')}: mend them, see {mend}, or give --overwrite to do without them"
        )
    # No post is what a choice may come to; that an archive has none at all is what a damaged one looks like.
    is_suspect = order.label().filter == FULL or next(index_lines(order.archive), None) is None
    if not number and earlier.posts != 0 and not part.update and is_suspect:
        raise _Stays(f"{stays} has no post at all: see {mend}, or give --overwrite")


def _write(found: Iterator[Row], order: Order, part: _Part, place: Path) -> int:
    """Gives the number of posts written."""
    if not part.update:
        return FORMATS[order.format].write(found, place, order.site, part.stand)
    if order.format == "sqlite":
        from crawler.exporters.sqlite import update_sqlite  # noqa: PLC0415

        return update_sqlite(found, part.forgotten, order.target, order.site, part.stand)
    from crawler.exporters.parquet import update_parquet  # noqa: PLC0415

    return update_parquet(found, part.wanted.months or frozenset(), order.target, order.site, part.stand)
