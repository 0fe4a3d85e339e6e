"""Years of run reports, read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.paths import ALERT_SENT
from crawler.report.runs.history import compress_months, newest_first, oldest_first
from crawler.report.runs.skipped import Skipped
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

NOW = datetime(2022, 6, 20, 12, tzinfo=UTC)


def write(folder: Path, *starts: datetime) -> None:
    for start in starts:
        report = {"started": start.isoformat(), "exit_code": 0}
        (folder / f"{start:%Y%m%dT%H%M%S.%fZ}.json").write_text(json.dumps(report), "utf-8")


def starts(folder: Path) -> list[str]:
    return [report["started"] for report in newest_first(folder)]


@given(st.sets(st.integers(0, 200), min_size=1, max_size=20), st.integers(0, 120))
def test_no_report_is_lost_or_doubled_by_gathering(
    tmp_path_factory: pytest.TempPathFactory, days: set[int], later: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    write(folder, *(NOW - timedelta(days=day) for day in days))
    before = starts(folder)
    compress_months(folder, NOW)
    assert starts(folder) == before
    compress_months(folder, NOW + timedelta(days=later))
    assert starts(folder) == before == sorted(before, reverse=True)
    assert [report["started"] for report in oldest_first(folder)] == before[::-1]


def test_two_months_at_most_stay_loose(tmp_path: Path) -> None:
    write(tmp_path, *(NOW - timedelta(days=day) for day in range(100)))
    assert compress_months(tmp_path, NOW) == 100 - 20 - 31
    assert sorted(path.name for path in tmp_path.glob("*.gz")) == ["2022-03.jsonl.gz", "2022-04.jsonl.gz"]
    assert compress_months(tmp_path, NOW) == 0


def test_what_was_cut_short_is_made_up_for(tmp_path: Path) -> None:
    write(tmp_path, datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 3, 2, tzinfo=UTC))
    compress_months(tmp_path, NOW)
    write(tmp_path, datetime(2022, 3, 2, tzinfo=UTC), datetime(2022, 3, 3, tzinfo=UTC))  # as if its file had not gone yet
    compress_months(tmp_path, NOW)
    assert [start[:10] for start in starts(tmp_path)] == ["2022-03-03", "2022-03-02", "2022-03-01"]
    assert list(tmp_path.glob("*.json")) == []


def test_nothing_is_gathered_into_a_damaged_file_and_no_stranger_goes(tmp_path: Path) -> None:
    write(tmp_path, datetime(2022, 3, 1, tzinfo=UTC))
    (tmp_path / "20220301T000000.000001Z.json").write_text("{torn", "utf-8")
    compress_months(tmp_path, NOW)
    assert [path.name for path in tmp_path.glob("*.json")] == ["20220301T000000.000001Z.json"]
    gathered = tmp_path / "2022-03.jsonl.gz"
    gathered.write_bytes(gathered.read_bytes()[:-12])
    write(tmp_path, datetime(2022, 3, 2, tzinfo=UTC))
    with pytest.raises(OSError, match="damaged"):
        compress_months(tmp_path, NOW)
    assert [report["started"][:10] for report in newest_first(tmp_path)] == ["2022-03-02"]


@given(st.sets(st.integers(0, 200), min_size=1, max_size=20), st.integers(0, 200))
def test_since_a_time_no_report_is_missing(tmp_path_factory: pytest.TempPathFactory, days: set[int], back: int) -> None:
    folder = tmp_path_factory.mktemp("runs")
    write(folder, *(NOW - timedelta(days=day) for day in days))
    compress_months(folder, NOW)
    found = [report["started"] for report in newest_first(folder, since=NOW - timedelta(days=back))]
    wanted = [(NOW - timedelta(days=day)).isoformat() for day in sorted(days) if day <= back]
    assert found[: len(wanted)] == wanted
    assert found == starts(folder)[: len(found)]


def test_what_is_passed_over_is_named(tmp_path: Path) -> None:
    write(tmp_path, NOW)
    (tmp_path / "2022-03.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "20220301T000000.000001Z.json").write_text("{torn", "utf-8")
    (tmp_path / "20220301T000000.000002Z.json").mkdir()
    skipped = Skipped()
    assert len(list(newest_first(tmp_path, skipped))) == 1
    assert skipped.total == 3
    assert skipped.lines() == [
        "run reports skipped: 1 (Is a directory: 20220301T000000.000002Z.json), 1 (no JSON: 20220301T000000.000001Z.json)",
        "months of run reports skipped: 1 (damaged: 2022-03.jsonl.gz)",
    ]


def test_a_sweep_gathers_and_verify_knows_what_lies_there(archive_root: Path, replica: ReplicaServer) -> None:
    runs = archive_root / "finews" / "runs"
    (report,) = runs.iterdir()
    old = json.loads(report.read_text("utf-8")) | {"started": "2022-03-03T00:00:00+00:00"}
    report.unlink()
    (runs / "20220303T000000.000000Z.json").write_text(json.dumps(old), "utf-8")
    (runs / ALERT_SENT).touch()
    assert crawl(replica.origins, archive_root, "-a", "sweep=1").returncode == 0
    assert [path.name for path in runs.glob("*.gz")] == ["2022-03.jsonl.gz"]
    assert len(starts(runs)) == 2
    assert run("verify", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
