"""What ``scrapy report`` makes of an archive that is not as it should be: it passes over what cannot be read, counts it and names it."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.report.runs.entries import dated, entries
from crawler.report.runs.skipped import Skipped
from crawler.report.runs.summary import InvalidReport, Summary
from tests.report.plots.conftest import report
from tests.report.plots.years import run as a_report
from tests.report.told_time import NOW

if TYPE_CHECKING:
    from pathlib import Path


# What cannot be read


def test_an_archive_without_anything_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "finews").mkdir()
    for arguments in ([], ["--all"], ["--days", "1"], ["--since", "0001-01-01"]):
        done = report(tmp_path / "finews", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert "no run has ended yet" in (tmp_path / "finews" / "report.html").read_text("utf-8")


def test_damage_is_passed_over_counted_and_named(archive: Path) -> None:
    good = json.loads((archive / "index.jsonl").read_text("utf-8").splitlines()[0])
    odd: list[Any] = ["text", 3, None, [], {}]
    odd += [
        {name: value for name, value in good.items() if name != gone} for gone in ("date", "first_seen", "categories", "bytes")
    ]
    odd += [good | {"date": date} for date in ("2022-02-30T00:00:00+08:00", "", None, 5, "31st of March")]
    odd += [
        good | {"bytes": -1},
        good | {"bytes": "many"},
        good | {"categories": [1]},
        good | {"first_seen": "9999-12-31T23:59:59Z"},
    ]
    fine = [
        good | {"id": "far", "date": "9999-12-31T23:59:59+08:00"},
        good | {"id": "west", "date": "9999-12-31T23:59:59-08:00"},
        good | {"id": "early", "date": "0001-01-01T00:00:00+08:00"},
        good | {"id": "bare", "date": "2022-03-01T08:00:00"},
        good | {"id": "day", "date": "2022-03-01"},
    ]
    with (archive / "index.jsonl").open("a") as file:
        file.writelines(json.dumps(one) + "\n" for one in [*odd, *fine])
        file.write('{"torn": "li\n\n\xff\n')
    runs = archive / "runs"
    for number, text in enumerate(["", "{torn", "[]", '{"started": 5, "exit_code": 0}', '{"started": "soon", "exit_code": 0}']):
        (runs / f"2099010{number}T000000.000000Z.json").write_text(text, "utf-8")
    (runs / "20990109T000000.000000Z.json").mkdir()
    (runs / "2022-01.jsonl.gz").write_bytes(gzip.compress(b'{"started": "2022-01-01T00:00:00Z", "exit_code": 1}\nno\n')[:-9])
    for arguments in ([], ["--days", "1"], ["--all"], ["--since", "0001-01-01", "--until", "9999-12-31"]):
        done = report(archive, "--output", "-", *arguments)
        assert done.returncode == 0
        assert "Traceback" not in done.stderr
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("lines of index.jsonl skipped")]
        assert sum(int(number) for number in re.findall(r"(\d+) \(", line)) == len(odd) + 2, line
        assert "'date' is invalid; first: " in line
        assert "2 (no JSON)" in line
        assert "run reports skipped" in done.stderr
        assert "posts dated in the future: 2" in done.stderr
        assert "skipped" in done.stdout, "the page says so, too"


@pytest.mark.parametrize("what", ["index.jsonl", "runs", "catalog.sqlite", "captures"])
def test_something_else_in_the_place_of_a_file_or_folder(archive: Path, what: str) -> None:
    path = archive / what
    if path.is_dir():
        path.rename(archive / "away")
        path.write_bytes(b"\0")
    else:
        path.unlink(missing_ok=True)
        path.mkdir()
    done = report(archive)
    assert done.returncode == (2 if "." in what else 0)
    assert "Traceback" not in done.stderr
    assert ("." in what) == (f"{what} is a folder, where a file of the archive should be" in done.stderr)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*a_report(NOW), "arguments", "settings"])


@given(st.dictionaries(NAMES, JSON, max_size=5), st.sampled_from(["requests", "posts", "lateness", "alarm"]), JSON)
def test_no_report_is_too_odd_for_a_summary(odd: dict[str, Any], part: str, value: Any) -> None:
    whole = a_report(NOW, 1, 2)
    for one in (whole | odd, whole | {part: dict.fromkeys(whole[part], value)}):
        try:
            found = Summary.of(one)
        except InvalidReport as error:
            assert "is invalid" in str(error) or "is missing" in str(error)
        else:
            assert found.started.tzinfo is UTC
            assert isinstance(found.command_line, str)


@given(st.lists(st.one_of(JSON.map(json.dumps).map(str.encode), st.binary(max_size=30)), max_size=10))
def test_no_line_is_too_odd_for_the_index(lines: list[bytes]) -> None:
    skipped = Skipped()
    assert list(entries(lines, UTC, skipped)) == []
    assert skipped.total == sum(bool(line.strip()) for line in lines)
    again = Skipped()
    assert list(dated(lines, UTC, again)) == []
    assert again.lines() == skipped.lines()


@given(st.dictionaries(st.sampled_from(["date", "first_seen", "categories", "bytes", "status", "fidelity"]), JSON, min_size=1))
def test_every_odd_field_is_named(fields: dict[str, Any]) -> None:
    good = {"id": "1", "date": "2022-03-01T00:00:00+08:00", "first_seen": "2022-03-01T00:00:00Z", "categories": []}
    good |= {"bytes": 1, "status": "live", "fidelity": "exact"}
    skipped = Skipped()
    found = list(entries([json.dumps(good | fields).encode()], UTC, skipped))
    assert len(found) + skipped.total == 1
    assert found or any(name in skipped.lines()[0] for name in fields)
    again = Skipped()
    counted = list(dated([json.dumps(good | fields).encode()], UTC, again))
    assert counted == [(entry.day, entry.category, entry.size) for entry in found]
    assert again.lines() == skipped.lines()


@pytest.mark.parametrize("seen", ["0001-01-01T00:00:00Z", "9999-12-31T23:30:00Z"])
def test_a_time_beyond_the_calendar_is_named_by_whatever_reads_it(seen: str) -> None:
    zone = timezone(timedelta(hours=-8 if seen < "1" else 8))
    line = {"date": seen, "first_seen": seen, "categories": [], "bytes": 1, "status": "live", "fidelity": "exact"}
    for read in (entries, dated):
        skipped = Skipped()
        assert list(read([json.dumps(line).encode()], zone, skipped)) == []
        assert "first_seen" in skipped.lines()[0]
