"""What ``scrapy status`` prints for a person: at 80 columns, wider, and in full lines into a pipe."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.exit_codes import GOOD
from crawler.invocation import command
from crawler.report.status.span import span
from crawler.report.status.table import Column, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.archive.lock import LockHolder
    from crawler.report.runs.summary import Summary
    from crawler.report.status.glance import Glance

_GAPS = 12
_RUNS = (
    Column("began (UTC)", right=False),
    Column("took", goes=5),
    Column("exit"),
    Column("answers", goes=3),
    Column("304", goes=1),
    Column("new"),
    Column("changed", goes=4),
    Column("gone", goes=2),
    Column("lost"),
    Column("late", goes=3),
    Column("run", right=False),
)
_GAP_COLUMNS = (Column("day", right=False), Column("posts"), Column("usual"), Column("category", right=False))
_BOLD_RED, _YELLOW, _PLAIN = "\x1b[1;31m", "\x1b[33m", "\x1b[0m"


def text(found: Glance, width: int | None, *, colour: bool = False) -> str:
    """All of it, a line each thing.

    :param width: columns of the terminal; ``None``: it is none, and lines are as long as they are.
    """
    return "".join(f"{line}\n" for line in _lines(found, width, colour=colour))


def _lines(found: Glance, width: int | None, *, colour: bool) -> Iterator[str]:
    yield from _runs(found.runs, width, colour=colour)
    if found.holder is not None:
        yield from _wrapped(_holder(found, found.holder), width)
    if found.overdue:
        for line in _wrapped(f"OVERDUE: {found.overdue}", width):
            yield f"{_BOLD_RED}{line}{_PLAIN}" if colour else line
    if found.pages is not None:
        yield from _wrapped(
            f"Pages to be asked for again: {found.pages:,}; more than an hour overdue: {found.pages_overdue:,}", width
        )
    yield from _gaps(found, width)
    yield from _wrapped(_disk(found), width)


def _wrapped(line: str, width: int | None) -> list[str]:
    return [line] if width is None else textwrap.wrap(line, max(20, width), subsequent_indent="  ")


def _runs(runs: list[Summary], width: int | None, *, colour: bool) -> Iterator[str]:
    yield "Last runs" if runs else "Last runs: none"
    if not runs:
        return
    heads, *rows = table(_RUNS, [_row(run) for run in runs], width)
    yield heads
    for run, row in zip(runs, rows, strict=True):
        yield f"{_YELLOW}{row}{_PLAIN}" if colour and run.exit_code != GOOD else row


def _row(run: Summary) -> list[str]:
    def number(value: int | None) -> str:
        return "" if value is None else str(value)

    given = " ".join(word for word in run.limits.split() if not (run.sweep and word.startswith("sweep=")))
    return [
        _minute(run.started),
        "" if run.seconds is None else span(run.seconds),
        str(run.exit_code),
        number(run.answers),
        "" if run.unchanged_share is None else f"{run.unchanged_share:.0%}",
        number(run.new),
        number(run.changed),
        number(run.gone),
        number(run.losses),
        "" if run.lateness is None else span(run.lateness),
        plain(f"{'sweep' if run.sweep else ''} {given}".strip()),
    ]


def _minute(time: datetime) -> str:
    return time.isoformat(" ")[:16]


def _holder(found: Glance, holder: LockHolder) -> str:
    what = command(holder.command) if holder.command else "a command of Backfile"
    when = f"since {_minute(holder.since)} UTC ({span((found.now - holder.since).total_seconds())})"
    who = f"process {holder.process}"
    if holder.alive is False:
        return f"Cut short: {who}, which was writing {when}, is gone; the next run mends what it left"
    if holder.alive is None:
        return f"Under way on {plain(holder.host)}, as far as can be told from here: {who}, {when}"
    so_far = found.so_far
    figures = f"; so far {so_far.answers:,} answers, {so_far.new:,} new posts" if so_far else ""
    return f"Under way: {what}, {who}, alive, {when}{figures}"


def _gaps(found: Glance, width: int | None) -> Iterator[str]:
    if not found.gaps:
        yield "Gaps: none"
        return
    yield from _wrapped("Gaps: fewer than half of the posts that are usual", width)
    rows = [[gap.day.isoformat(), str(gap.posts), f"{gap.usual:g}", plain(gap.category or "all")] for gap in found.gaps[:_GAPS]]
    yield from table(_GAP_COLUMNS, rows, width)
    if len(found.gaps) > _GAPS:
        yield f"and {len(found.gaps) - _GAPS:,} more"


def _disk(found: Glance) -> str:
    parts = ", ".join(f"{name} {size / 1e6:,.1f} MB" for name, size in found.disk.items())
    each = f"; {sum(found.disk.values()) / found.posts / 1e3:,.1f} kB a post" if found.posts else ""
    return f"Disk: {parts}; {counted(found.posts, 'post')}{each}"
