"""What a person sees of a long command: a progress bar on a terminal, a line now and then elsewhere, tables at the end."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from crawler.counted import counted

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable
    from types import TracebackType

    from crawler.batch.run import Result

_SECONDS = 10.0
#: The longest bar and the least; the columns of all else beside it, with some for the ^C that a terminal shows.
_BAR, _LEAST, _BESIDE = 40, 8, 62
#: The terminal that has room for all figures but the time that is left.
_NARROW = 55


class ProgressDisplay:
    """The progress of a long command: a context manager, and the function that is called with the progress."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, float] = {}
        self._last = self._called = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            wide, width = self._console.width, min(_BAR, self._console.width - _BESIDE)
            has_bar = width >= _LEAST
            columns = [TextColumn("{task.description}"), *([BarColumn(width)] if has_bar else [])]
            columns += [MofNCompleteColumn() if wide >= _NARROW else TaskProgressColumn()]
            columns += [TextColumn("{task.fields[rate]}"), *([TimeRemainingColumn()] if has_bar else [])]
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how much of a stage is done."""
        now = time.monotonic()
        begun = self._begun.setdefault(stage, self._called)  # what is done at the first call was done since the one before
        self._called = now
        rate = done / (now - begun) if now > begun and done else 0.0
        if self._bar is not None:
            if stage not in self._tasks:
                self._tasks[stage] = self._bar.add_task(stage, total=total, rate="")
            self._bar.update(self._tasks[stage], completed=done, total=total, rate=f"{_speed(rate)}/s" if rate else "")
        elif now - self._last > _SECONDS:
            self._last = now
            left = f", {(total - done) / rate:,.0f} s left" if rate else ""
            print(f"{stage}: {done:,} of {total:,} ({_speed(rate)} a second{left})", file=sys.stderr, flush=True)


def _speed(number: float) -> str:
    """So many a second, in two digits at least: a site that is learned anew may take seconds for a post.

    >>> _speed(4951.4), _speed(12.3), _speed(9.7), _speed(0.341)
    ('4,951', '12', '9.7', '0.34')
    """
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"  # noqa: PLR2004


class _Table(Console):
    """A console that leaves a closed pipe to the command; Rich would end the process with 1."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 - called while the BrokenPipeError is handled


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuild for a person: its target and duration, what failed (URL, code, reason), and what differs."""

    target: str
    seconds: float
    failed: list[tuple[str, str, str]]
    changes: Iterable[tuple[str, str]]

    def show(self, result: Result, *, diff: bool) -> None:
        """Print the figures as tables and a line; ``diff``: nothing was written."""
        made, outcome = result.made, result.outcome
        print_counts("Fidelity", made.fidelity)
        print_counts("Body from", made.body_from)
        print_counts("Editions", made.editions)
        rate = f" ({_speed(made.posts / self.seconds)} posts a second)" if self.seconds else ""
        verb = "would be written" if diff else "written"
        print(
            f"{self.target}: {counted(made.posts, 'post')} rebuilt in {self.seconds:.1f} s{rate}; "
            f"{counted(made.written, 'file')} {verb}; index: "
            f"{outcome.new:,} new, {outcome.changed:,} changed, {outcome.unchanged:,} unchanged; "
            f"{result.losses:,} could not be rebuilt; {counted(made.broken_by_site, 'page')} the site itself broke"
        )

    def document(self, result: Result) -> dict[str, Any]:
        """The result of the rebuild as one JSON document."""
        made, outcome = result.made, result.outcome
        return {
            "target": self.target,
            "seconds": round(self.seconds, 3),
            "posts": made.posts,
            "files_written": made.written,
            "index": {"new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged},
            "losses": result.losses,
            "broken_by_site": made.broken_by_site,
            "fidelity": dict(made.fidelity.most_common()),
            "body_from": dict(made.body_from.most_common()),
            "editions": dict(made.editions.most_common()),
            "unreadable": result.problems,
            "unplaced": result.unplaced,
            "failures": [{"url": url, "code": code, "reason": reason} for url, code, reason in self.failed],
            "changes": [{"path": path, "diff": change} for path, change in self.changes],
        }


def print_counts(title: str, counts: Counter[str], *, most: int = 12) -> None:
    """Print counts as a table, the largest first; those after the first ``most`` are summed up. Of no counts, nothing."""
    if not counts:
        return
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    for name, number in counts.most_common(most):
        table.add_row(f"{number:,}", name)
    left = len(counts) - most
    if left > 0:
        table.add_row(f"{sum(counts.values()) - sum(n for _, n in counts.most_common(most)):,}", f"in {counted(left, 'other')}")
    _Table(soft_wrap=True).print(table)
