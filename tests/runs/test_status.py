"""What a person sees of an archive at a glance."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crawler.runs.status import Survey, gaps, overdue
from tests.replica.crawl import run

DAY = date(2022, 3, 1)
TODAY = DAY + timedelta(days=7)
NOW = datetime(2022, 3, 20, tzinfo=UTC)


def counts(**posts: list[int]) -> dict[str, Counter[date]]:
    made = {name: Counter({DAY + timedelta(days=n): number for n, number in enumerate(days)}) for name, days in posts.items()}
    made[""] = sum(made.values(), Counter())
    return made


def test_a_day_with_few_posts_is_named_once() -> None:
    found = list(gaps(counts(a=[10, 11, 9, 10, 10, 2, 10], b=[6, 6, 6, 6, 6, 0, 6]), TODAY))
    assert [(gap.day, gap.category, gap.posts, gap.usual) for gap in found] == [(date(2022, 3, 6), None, 2, 16)]


def test_a_category_that_falls_silent_is_named() -> None:
    found = list(gaps(counts(a=[30] * 7, b=[6, 6, 6, 6, 6, 0, 6]), TODAY))
    assert [(gap.day, gap.category, gap.posts) for gap in found] == [(date(2022, 3, 6), "b", 0)]


def test_neither_today_nor_small_numbers_nor_first_days_are_gaps() -> None:
    assert list(gaps(counts(a=[30, 30, 30, 30, 30, 1]), DAY + timedelta(days=5))) == []
    assert list(gaps(counts(a=[4, 3, 4, 3, 4, 0, 4]), TODAY)) == []
    assert list(gaps(counts(a=[30, 0, 30, 30, 30]), DAY + timedelta(days=5))) == []
    assert list(gaps({}, TODAY)) == []


def test_a_site_that_falls_silent_is_named_once() -> None:
    (gap,) = gaps(counts(a=[30] * 7), NOW.date())
    assert (gap.day, gap.category, gap.posts) == (TODAY, None, 0)


def test_posts_count_for_their_category_and_for_all() -> None:
    entry = {"date": "2022-03-01T08:00:00+08:00", "categories": ["career", "in"], "bytes": 7}
    found = Survey().add([entry, entry | {"categories": []}])
    assert found.days == {"career in": Counter({DAY: 1}), "": Counter({DAY: 2})}
    assert (found.posts, found.size) == (2, 14)


def test_runs_that_no_longer_come_are_noticed() -> None:
    reports = [{"started": (NOW - timedelta(minutes=5 * n)).isoformat()} for n in range(10)]
    assert overdue(reports, NOW + timedelta(minutes=14)) is None
    assert "16 min ago" in str(overdue(reports, NOW + timedelta(minutes=16)))
    assert overdue([], NOW) == "no run has ended yet"


def test_the_command(archive_root: Path) -> None:
    done = run("status", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Last runs" in done.stdout
    assert "Pages to be asked for again" in done.stdout
    assert "kB a post" in done.stdout
    (path,) = (archive_root / "finews" / "runs").glob("*.json")
    report = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(report | {"exit_code": 1}), "utf-8")
    (path.parent / "20220101T000000.000000Z.json").write_text("{torn", "utf-8")
    assert run("status", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 1


def test_no_archive_is_said_in_a_line(tmp_path: Path) -> None:
    done = run("status", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert "make one with: scrapy crawl finews" in done.stderr
    assert list(tmp_path.iterdir()) == []
