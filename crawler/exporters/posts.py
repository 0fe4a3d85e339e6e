"""One export of posts, from archive to file or folder: all of them, or what changed since a run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from crawler.archive.changes import Change, Token, current, since
from crawler.archive.follow import catalog_of
from crawler.bulk.run import Workers
from crawler.errors import CannotRun
from crawler.exporters.filters import Filter
from crawler.exporters.formats import FORMATS, missing
from crawler.exporters.stand import Stand, stand_of
from crawler.runs.history import newest_first
from crawler.sites.site import Site

#: Formats that are brought up to date in their place.
_KEPT_UP = ("sqlite", "parquet")
#: Bytes of an index.
_SMALL = 2_000_000

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Order:
    """What is exported, and where to.

    ``since_run``: only what that run and those after it changed; the time it started, or ``last``. An SQLite database or a
    folder of Parquet files that is there is brought up to date from where it stands, however long ago that was; one that was
    made with another filter is made anew.
    """

    site: Site
    archive: Path
    format: str
    target: Path
    wanted: Filter
    since_run: str = ""


def useful(archive: Path, jobs: int) -> int:
    """How many of so many processes are of use: one has read a small archive before others have started."""
    index = archive / "index.jsonl"
    return 1 if not index.exists() or index.stat().st_size < _SMALL else jobs


@dataclass(slots=True)
class Exported:
    """Posts written, and those that were lost on the way: path, and why."""

    number: int
    lost: list[tuple[str, str]]


def export(order: Order, workers: Workers, progress: Callable[[str, int, int], None]) -> Exported:
    """Write it.

    :raises CannotRun: if that cannot be done, a line.
    :raises OSError: if the disk does not take it; what was there before is untouched.
    """
    try:
        from crawler.exporters.rows import Lost, Source, newest_ids, rows  # noqa: PLC0415 - an extra has what it takes
    except ImportError as error:
        raise missing(error) from None
    with closing(catalog_of(order.archive)) as db:
        db.execute("BEGIN")
        newest = Stand(current(db), order.wanted.said())
        part = _part(order, db, newest) if order.since_run else None
        db.execute("ROLLBACK")
    lost, form = Lost(), FORMATS[order.format]
    wanted = order.wanted if part is None else part.wanted
    if form.newest and not wanted.query:
        wanted = replace(wanted, ids=newest_ids(order.archive, wanted, form.newest))
    found = (
        rows(Source(order.archive, wanted, form.groups, form.text), workers, progress, lost) if wanted.may_take else iter(())
    )
    if part is not None and part.update == "sqlite":
        from crawler.exporters.sqlite import update_sqlite  # noqa: PLC0415

        number = update_sqlite(found, part.forgotten, order.target, order.site, newest)
    elif part is not None and part.update == "parquet":
        from crawler.exporters.parquet import update_parquet  # noqa: PLC0415

        number = update_parquet(found, part.wanted.months or frozenset(), order.target, order.site, newest)
    else:
        number = form.write(found, order.target, order.site, newest)
    return Exported(number, lost.posts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What has to be written of an archive. ``update``: the export that is there and takes it; empty if it is new."""

    wanted: Filter
    update: str = ""
    forgotten: tuple[str, ...] = ()


def _part(order: Order, db: sqlite3.Connection, newest: Stand) -> _Part | None:
    """``None``: all of it, for there is nothing yet that could be brought up to date."""
    if order.format in _KEPT_UP:
        return _update(order, db, newest)
    if not FORMATS[order.format].partial:
        raise CannotRun(f"--since-run means nothing for {order.format}: it is always made whole")
    changes = since(db, _token(order))
    return _Part(replace(order.wanted, ids=_ids([change for change in changes if change.line is not None])))


def _update(order: Order, db: sqlite3.Connection, newest: Stand) -> _Part | None:
    from crawler.exporters.sqlite import VERSION  # noqa: PLC0415

    stand = stand_of(order.target, VERSION)
    if stand is None or not stand.leads_to(newest):
        return None
    changes = list(since(db, stand.token))
    if order.format == "sqlite":
        # A post that changed may be none any more that the filter takes: out with it first.
        return _Part(replace(order.wanted, ids=_ids(changes)), "sqlite", tuple(change.id for change in changes))
    from crawler.exporters.parquet import NONE, months_with  # noqa: PLC0415

    months = months_with(_ids(changes), order.target) | {
        orjson.loads(change.line)["date"][:7] for change in changes if change.line is not None
    }
    return _Part(replace(order.wanted, months=months | {NONE} if months else months), "parquet")


def _ids(changes: list[Change]) -> frozenset[str]:
    return frozenset(change.id for change in changes)


def _token(order: Order) -> Token:
    """Where the run began that was named."""
    reports = newest_first(order.archive / "runs")
    if order.since_run == "last":
        found = next(reports, None)
    else:
        found = None
        for report in takewhile(lambda report: report["started"] >= order.since_run, reports):
            found = report
    if found is None:
        raise CannotRun(f"--since-run {order.since_run}: no run began then or later; runs/ in the archive has their times")
    return Token.read(found.get("changes_since", "0"))
