"""Finds the run since which an export takes what changed."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crawler.archive.catalog.changes import BadToken, Token
from crawler.archive.paths import RUNS
from crawler.errors import CannotRun
from crawler.report.runs.history import newest_first

if TYPE_CHECKING:
    from pathlib import Path

LAST = "last"
_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?)?)?")
#: The time in the name of a run report's file.
_NAME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d+))?")


def read_start(text: str) -> str:
    """The start of a run in the form of run reports, or the given part of it; ``last`` stands for the last run.

    >>> read_start("20220303T120000.000000Z.json")
    '2022-03-03T12:00:00.000000'
    >>> read_start("2022-03-03 12:00Z")
    '2022-03-03T12:00'

    :raises CannotRun: for what is no time.
    """
    if text == LAST:
        return text
    short = text.removesuffix(".json").removesuffix("Z").removesuffix("+00:00").replace(" ", "T")
    named = _NAME.fullmatch(short)
    if named:
        day, time, part = "-".join(named.groups()[:3]), ":".join(named.groups()[3:6]), named[7]
        return f"{day}T{time}" + (f".{part}" if part else "")
    if not _TIME.fullmatch(short):
        raise CannotRun(f"--since-run {text!r} is no time; write it like --since-run 2022-03-03T12:00, in UTC")
    return short


def changes_before(archive: Path, start: str) -> Token:
    """The last change of an archive before a run began: the first run whose start begins with ``start``.

    :raises CannotRun: if no run began then.
    """
    later, earlier = None, None
    for report in newest_first(archive / RUNS):
        if start != LAST and report["started"] < start:
            earlier = report
            break
        later = report
        if start == LAST:
            break
    if later is None or (start != LAST and not later["started"].startswith(start)):
        raise CannotRun(f"--since-run {start}: no run began then{_nearest(earlier, later)}")
    token = later.get("changes_since", "0")
    with suppress(BadToken):
        if isinstance(token, str):
            return Token.read(token)
    raise CannotRun(f"--since-run {start}: the report of the run of {later['started'][:19]} does not say what was new")


def _nearest(earlier: dict[str, Any] | None, later: dict[str, Any] | None) -> str:
    times = [report["started"][:19] for report in (earlier, later) if report is not None]
    return f"; the nearest began {' and '.join(times)}" if times else "; the archive has no report of any run"
