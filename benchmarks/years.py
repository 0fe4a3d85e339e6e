"""``scrapy report`` and ``scrapy status`` of an archive of five years with a run every 15 minutes: time, memory, size."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.measure import Run, machine, medians, timed
from crawler.scratch import scratch_folder
from tests.replica.crawl import scrapy
from tests.report.plots.years import lived

_DAYS = 1826
#: ``lived`` makes this share of the posts asked for, because weekends have fewer.
_SHARE = 0.81
_SPANS = (("--days", "1"), ("--days", "30"), ("--days", "365"), ("--days", "1826"), ("--all",))


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    with scratch_folder() as folder:
        root, page = folder / "root", folder / "page.html"
        made = lived(root / "finews", datetime.now(UTC), _DAYS, posts=max(1, round(posts / _DAYS / _SHARE)))
        settings = {"ARCHIVE_ROOT": str(root)}
        print(f"{machine()}; {rounds} rounds, medians")
        print(f"{made:,} posts; index {(root / 'finews' / 'index.jsonl').stat().st_size / 1e6:,.0f} MB")
        print(f"\n{'':28}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'page kB':>9}")
        for span in _SPANS:
            command = scrapy("report", "finews", *span, "--output", str(page), settings=settings)
            _line(f"report {' '.join(span)}", [timed(command) for _ in range(rounds)], page.stat().st_size / 1e3)
        _line("status", [timed(scrapy("status", "finews", settings=settings), good=(0, 1)) for _ in range(rounds)])


def _line(what: str, runs: list[Run], size: float | None = None) -> None:
    middle = medians(runs)
    print(
        f"{what:28}{middle.wall:9.2f}{middle.cpu:9.2f}{middle.peak:9.0f}" + ("" if size is None else f"{size:9.0f}"), flush=True
    )
