"""``scrapy status SITE``: whether all is well with an archive, at a glance."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD, LOSSES

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from crawler.runs.status import Gap, Survey

#: Reports that tell how runs usually follow each other; and gaps shown.
_REPORTS, _GAPS = 50, 12
#: So far back posts are looked at.
_SPAN = timedelta(days=60)


class Command(Offline, ScrapyCommand):
    """Exit codes: 0 all is well; 1 the last run was not good, or no run comes any more; 2 there is no archive.

    Asks nobody and writes nothing; crawls go on meanwhile.
    """

    does = "Show an archive's last runs, what is overdue, gaps and disk"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--runs", type=int, default=10, metavar="N", help="how many runs to show; 10 if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print it."""
        import orjson
        from rich.console import Console

        from crawler import clock
        from crawler.archive.lines import overlaid, start_of
        from crawler.clock import stamp
        from crawler.runs.history import newest_first
        from crawler.runs.status import Survey, gaps, overdue

        _, archive = self.archive(args)
        now, console = clock.now(), Console()
        reports = list(islice(newest_first(archive / "runs"), max(_REPORTS, opts.runs)))
        late = overdue(reports, now)
        console.print(_table(reports[: opts.runs]))
        if late:
            console.print(f"OVERDUE: {late}", style="bold red", markup=False)
        _print_pages(console, archive, now)
        index = archive / "index.jsonl"
        start = start_of(index, stamp(now - _SPAN))
        recent = Survey().add(map(orjson.loads, overlaid(index, archive / "index.changes.jsonl", start)))
        if not recent.posts:  # of an archive that nothing comes to any more, all
            recent = Survey().add(map(orjson.loads, overlaid(index, archive / "index.changes.jsonl")))
        _print_gaps(console, list(gaps(recent.days, now.date())))
        _print_disk(console, archive, recent)
        return GOOD if reports and not late and reports[0]["exit_code"] == GOOD else LOSSES


def _table(reports: list[dict[str, Any]]) -> Table:
    from rich.table import Table

    from crawler.runs.status import span

    table = Table(title="Last runs", title_justify="left")
    for name in ("began", "took", "exit", "answers", "304", "new", "changed", "gone", "lost", "late"):
        table.add_column(name, justify="left" if name == "began" else "right")
    for report in reports:
        begun, ended = (datetime.fromisoformat(report[name]) for name in ("started", "finished"))
        share, late = report["requests"]["unchanged_share"], report["lateness"]["median"]
        table.add_row(
            f"{begun:%Y-%m-%d %H:%M}" + (" sweep" if report["sweep"] else ""),
            span((ended - begun).total_seconds()),
            str(report["exit_code"]),
            str(report["requests"]["total"]),
            "" if share is None else f"{share:.0%}",
            *(str(report["posts"][name]) for name in ("new", "changed", "gone")),
            str(report.get("losses", len(report["failures"]))),
            "" if late is None else span(late),
            style=None if report["exit_code"] == GOOD else "yellow",
        )
    return table


def _print_pages(console: Console, archive: Path, now: datetime) -> None:
    import sqlite3

    from crawler.runs.status import overdue_pages

    path = archive / "catalog.sqlite"
    if not path.exists():
        console.print("catalog.sqlite is missing; the next run makes it again")
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        late = overdue_pages(db.execute("SELECT due FROM rechecks"), now)
        waiting = db.execute("SELECT count(*) FROM rechecks").fetchone()[0]
    console.print(f"Pages to be asked for again: {waiting:,}; more than an hour overdue: {late:,}")


def _print_gaps(console: Console, found: list[Gap]) -> None:
    if not found:
        console.print("Gaps: none")
        return
    from rich.table import Table

    table = Table(title="Gaps: fewer than half of the posts that are usual", title_justify="left")
    for name in ("day", "category", "posts", "usual"):
        table.add_column(name)
    for gap in found[:_GAPS]:
        table.add_row(gap.day.isoformat(), gap.category or "all", str(gap.posts), f"{gap.usual:g}")
    console.print(table)
    if len(found) > _GAPS:
        console.print(f"and {len(found) - _GAPS} more")


def _print_disk(console: Console, archive: Path, recent: Survey) -> None:
    from crawler.runs.status import sizes

    posts = _count(archive / "catalog.sqlite") or recent.posts
    found = sizes(archive, posts * recent.size // max(1, recent.posts))
    parts = ", ".join(f"{name} {size / 1e6:,.1f} MB" for name, size in found.items())
    each = f"; {sum(found.values()) / posts / 1e3:,.1f} kB a post" if posts else ""
    console.print(f"Disk: {parts}; {posts:,} posts{each}")


def _count(catalog: Path) -> int:
    import sqlite3

    if not catalog.exists():
        return 0
    with closing(sqlite3.connect(f"{catalog.resolve().as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM posts").fetchone()[0])
