"""What an export has to write: everything, or what changed since an earlier export or run."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from crawler.archive.catalog.catalog_reader import open_catalog
from crawler.archive.catalog.changes import Change, current, since
from crawler.errors import CannotRun
from crawler.exporters.checkpoint import Checkpoint, checkpoint_of
from crawler.exporters.formats import FORMATS
from crawler.exporters.since_run import LAST, changes_before
from crawler.exporters.sqlite import VERSION, has_all_tables

if TYPE_CHECKING:
    import sqlite3

    from crawler.exporters.filters import Filter
    from crawler.exporters.posts import ExportRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """Which posts have to be written. ``update`` tells whether they go into the existing export, or into a copy of it."""

    wanted: Filter
    checkpoint: Checkpoint
    update: bool = False
    forgotten: tuple[str, ...] = ()


def plan_of(request: ExportRequest, without: frozenset[str]) -> Plan:
    """Find out what has to be written. Posts of ``without`` are left out.

    :raises CannotRun: if the request cannot be met.
    """
    with closing(open_catalog(request.archive)) as db:
        db.execute("BEGIN")
        plan = Plan(replace(request.wanted, without=without), Checkpoint(current(db), request.wanted.as_json()))
        if request.since_run:
            plan = _changed(request, db, plan)
        db.execute("ROLLBACK")
    return plan


def _changed(request: ExportRequest, db: sqlite3.Connection, plan: Plan) -> Plan:
    """The plan reduced to what changed; the whole plan if there is no existing export that can be updated."""
    if request.updates_in_place:
        if request.since_run != LAST:
            changes_before(request.archive, request.since_run)  # raises if no run began then
        return plan if request.overwrite else _update(request, db, plan)
    if not FORMATS[request.format].partial:
        raise CannotRun(f"--since-run means nothing for {request.format}: it is always made whole")
    changes = since(db, changes_before(request.archive, request.since_run))
    return replace(plan, wanted=replace(plan.wanted, ids=_ids([change for change in changes if change.line is not None])))


def _update(request: ExportRequest, db: sqlite3.Connection, plan: Plan) -> Plan:
    checkpoint = checkpoint_of(request.target, VERSION)
    if checkpoint is None or not checkpoint.precedes(plan.checkpoint):
        return plan
    changes = list(since(db, checkpoint.token))
    if request.format == "sqlite":
        if not has_all_tables(request.target):
            return plan
        # The filter may not take a changed post any more, so every changed post is deleted first.
        wanted, gone = replace(plan.wanted, ids=_ids(changes)), tuple(change.id for change in changes)
        return Plan(wanted, plan.checkpoint, update=True, forgotten=gone)
    from crawler.exporters.parquet import NONE, has_all_columns  # noqa: PLC0415
    from crawler.exporters.parquet_changes import months_with  # noqa: PLC0415

    if not has_all_columns(request.target):
        return plan
    months = months_with(_ids(changes), request.target) | {
        orjson.loads(change.line)["date"][:7] for change in changes if change.line is not None
    }
    return Plan(replace(plan.wanted, months=months | {NONE} if months else months), plan.checkpoint, update=True)


def _ids(changes: list[Change]) -> frozenset[str]:
    return frozenset(change.id for change in changes)
