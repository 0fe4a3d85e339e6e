"""The text that ``scrapy status`` prints: fitted to the terminal, or with lines of any length into a pipe or file."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from crawler.counted import counted, size_text
from crawler.exit_codes import GOOD
from crawler.invocation import command
from crawler.report.display import duration, printable
from crawler.report.status.table import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.archive.lock_holder import LockHolder
    from crawler.report.runs.summary import Summary
    from crawler.report.status.archive_status import ArchiveStatus

_GAPS = 12
_RUNS = (
    Column("began (UTC)", right=False),
    Column("took", leaves=5),
    Column("exit"),
    Column("answers", leaves=3),
    Column("304", leaves=1),
    Column("new"),
    Column("changed", leaves=4),
    Column("gone", leaves=2),
    Column("lost"),
    Column("late", leaves=3),
    Column("run", right=False),
)
_GAP_COLUMNS = (Column("day", right=False), Column("posts"), Column("usual"), Column("category", right=False))
_BOLD_RED, _YELLOW, _PLAIN = "\x1b[1;31m", "\x1b[33m", "\x1b[0m"


def text(status: ArchiveStatus, site: str, width: int | None, *, colour: bool = False) -> str:
    """The whole text.

    :param width: the width of the terminal; ``None`` if there is none, so that lines may have any length.
    """
    return "".join(f"{line}\n" for line in _lines(status, site, width, colour=colour))


def _lines(status: ArchiveStatus, site: str, width: int | None, *, colour: bool) -> Iterator[str]:
    yield from _runs(status.runs, width, colour=colour)
    if status.cut_short is not None:
        how = command(f"import FILE ... --site {site}")
        began = f"{_minute(status.cut_short)} UTC"
        yield from _wrapped(f"An import that began {began} was cut short; the same command goes on, or {how}", width)
    if status.was_imported:
        yield "What is here was imported."
    told = [("Last run", line) for line in status.last]
    told += [("Learned", line) for line in status.learned if line not in status.last]
    for of, line in told:
        yield from _wrapped(f"{of}: {printable(line)}", width)
    if status.holder is not None:
        yield from _wrapped(_holder(status, status.holder), width)
    if status.overdue:
        for line in _wrapped(f"OVERDUE: {status.overdue}", width):
            yield f"{_BOLD_RED}{line}{_PLAIN}" if colour else line
    if status.is_new:
        yield from _wrapped("Pages to be requested again: the next run finds out, for the catalog was made anew", width)
    if status.pages is not None:
        pages = status.pages
        yield from _wrapped(
            f"Pages to be requested again: {pages.pages:,}; more than an hour overdue: {pages.overdue:,}", width
        )
        if pages.failed:
            how = command(f"explain {site}")
            what = f"Pages that failed or gave no post: {pages.failed:,}, one is {printable(pages.one_failed)}"
            yield from _wrapped(f"{what}; {how} ADDRESS tells why", width)
    yield from _gaps(status, width)
    yield from _wrapped(_disk(status), width)


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

    arguments = " ".join(word for word in run.command_line.split() if not (run.sweep and word.startswith("sweep=")))
    return [
        _minute(run.started),
        "" if run.seconds is None else duration(run.seconds),
        str(run.exit_code),
        number(run.answers),
        "" if run.unchanged_share is None else f"{run.unchanged_share:.0%}",
        number(run.new),
        number(run.changed),
        number(run.gone),
        number(run.losses),
        "" if run.lateness is None else duration(run.lateness),
        printable(f"{'sweep' if run.sweep else ''} {arguments}".strip()),
    ]


def _minute(time: datetime) -> str:
    return time.isoformat(" ")[:16]


def _holder(status: ArchiveStatus, holder: LockHolder) -> str:
    what = command(holder.command) if holder.command else "a command of Backfile"
    when = f"since {_minute(holder.since)} UTC ({duration((status.now - holder.since).total_seconds())})"
    if status.workers:
        many = counted(len(status.workers), "worker")
        return f"Under way: {what}, {many}, {when}: {', '.join(map(_worker, status.workers, status.workers.values()))}"
    who = f"process {holder.process}"
    if holder.alive is False:
        return f"Interrupted: {who}, which was writing {when}, is gone; the next run repairs what it left"
    if holder.alive is None:
        return f"Under way on {printable(holder.host)}, as far as this machine can tell: {who}, {when}"
    progress = status.progress
    figures = f"; so far {counted(progress.responses, 'answer')}, {counted(progress.new, 'new post')}" if progress else ""
    return f"Under way: {what}, {who}, alive, {when}{figures}"


def _worker(name: str, holder: LockHolder) -> str:
    where = "" if holder.alive else f" on {printable(holder.host)}"
    return f"{printable(name)} (process {holder.process}{where})"


def _gaps(status: ArchiveStatus, width: int | None) -> Iterator[str]:
    if not status.gaps:
        yield "Gaps: none"
        return
    yield from _wrapped("Gaps: fewer than half of the posts that are usual", width)
    rows = [
        [gap.day.isoformat(), str(gap.posts), f"{gap.usual:g}", printable(gap.category or "all")] for gap in status.gaps[:_GAPS]
    ]
    yield from table(_GAP_COLUMNS, rows, width)
    if len(status.gaps) > _GAPS:
        yield f"and {len(status.gaps) - _GAPS:,} more"


def _disk(status: ArchiveStatus) -> str:
    parts = ", ".join(f"{name} {size_text(size)}" for name, size in status.disk.items())
    each = f"; {sum(status.disk.values()) / status.posts / 1e3:,.1f} kB a post" if status.posts else ""
    return f"Disk: {parts}; {counted(status.posts, 'post')}{each}"
