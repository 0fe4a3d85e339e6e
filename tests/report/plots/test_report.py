"""``scrapy report`` as a person runs it: where the page may go, and what becomes of an archive that is not as it should be."""

from __future__ import annotations

import gzip
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.report.runs.entries import dated, entries
from crawler.report.runs.skipped import Skipped
from crawler.report.runs.summary import InvalidReport, Summary
from tests.read_only import run_read_only
from tests.replica.crawl import run
from tests.report.plots.years import lived
from tests.report.plots.years import run as a_report

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
MARK = '<meta name="generator" content="Backfile '


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two months of one."""
    lived(tmp_path / "root" / "finews", NOW, 60, posts=12, every=timedelta(hours=6))
    return tmp_path / "root" / "finews"


def report(archive: Path, *arguments: str) -> Any:
    return run("report", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})


def refused(archive: Path, *arguments: str) -> str:
    """The one line that is said."""
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    done = report(archive, *arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()} == before
    lines: list[str] = [line for line in done.stderr.splitlines() if not line.startswith(("Usage", "===", "  scrapy")) and line]
    assert len(lines) == 1, done.stderr
    return lines[0]


# Where to


def test_into_the_archive_again_and_again(archive: Path) -> None:
    for days in ("7", "30"):
        done = report(archive, "--days", days)
        assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(archive / "report.html"), "")
    assert MARK in (archive / "report.html").read_text("utf-8")
    assert [path.name for path in archive.iterdir() if "report" in path.name] == ["report.html"]
    assert stat.S_IMODE((archive / "report.html").stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_elsewhere_and_only_over_an_earlier_report(archive: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert report(archive, "--output", str(page)).returncode == 0
    page.chmod(0o640)
    assert report(archive, "--output", str(page), "--days", "3").returncode == 0
    assert "an hour" in page.read_text("utf-8")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    page.write_text("<html>a page of somebody else</html>", "utf-8")
    assert "is no earlier report of Backfile; name another file, or replace it with --overwrite" in refused(
        archive, "--output", str(page)
    )
    assert report(archive, "--output", str(page), "--overwrite").returncode == 0
    assert MARK in page.read_text("utf-8")


def test_what_a_link_points_at_is_meant(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "link.html").symlink_to(archive / "index.jsonl")
    assert "is in the archive" in refused(archive, "--output", str(tmp_path / "link.html"), "--overwrite")
    (tmp_path / "other.html").symlink_to(tmp_path / "there.html")
    assert report(archive, "--output", str(tmp_path / "other.html")).returncode == 0
    assert (tmp_path / "other.html").is_symlink()
    assert MARK in (tmp_path / "there.html").read_text("utf-8")


@pytest.mark.parametrize("more", [[], ["--overwrite"]])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("index.jsonl", "is in the archive"),
        ("runs/x.html", "is in the archive"),
        ("new.html", "is in the archive"),
        ("runs/../index.jsonl", "is in the archive"),
        (".", "is a folder"),
        ("..", "is a folder"),
        ("../no/such/x.html", "there is no folder"),
        ("/dev/null", "is not a file; --output - writes to standard output"),
        ("../fifo", "is not a file"),
        ("index.jsonl/x.html", "there is no folder"),
    ],
)
def test_a_place_that_is_none_is_refused_in_a_line(archive: Path, place: str, said: str, more: list[str]) -> None:
    os.mkfifo(archive.parent / "fifo")
    assert said in refused(archive, "--output", str(archive / place), *more)


def test_standard_output_is_the_page_and_nothing_else(archive: Path) -> None:
    before = sorted(archive.iterdir())
    done = report(archive, "--output", "-")
    assert done.returncode == 0
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stdout.endswith("</html>\n")
    assert sorted(archive.iterdir()) == before


def test_an_archive_that_cannot_be_written_has_its_page_elsewhere(archive: Path, tmp_path: Path) -> None:
    settings = {"ARCHIVE_ROOT": str(archive.parent)}
    done = run_read_only(archive.parent, "report", "finews", settings=settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert "name a file elsewhere with --output FILE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    done = run_read_only(archive.parent, "report", "finews", "--output", str(tmp_path / "x.html"), settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert MARK in (tmp_path / "x.html").read_text("utf-8")


# Which time


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--days", "0"], "no whole number of at least 1"),
        (["--days", "x"], "no whole number of at least 1"),
        (["--days", "99999999"], "before the year 1"),
        (["--days", "9999999999999999999999999999"], "before the year 1"),
        (["--days", "3", "--since", "2022"], "give one of them"),
        (["--all", "--since", "2022-03"], "give one of them"),
        (["--since", "2022-02-30"], "there is no such date"),
        (["--since", "yesterday"], "cannot be read"),
        (["--since", "2022-03-02", "--until", "2022-03-01"], "exchange them"),
        (["--since", "9000-01-01"], "is in the future"),
        (["--output", "/no/such/folder/x.html"], "there is no folder"),
        (["--until", "0001-01", "--days", "90"], "before the year 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(archive: Path, arguments: list[str], said: str) -> None:
    assert said in refused(archive, *arguments)


@pytest.mark.parametrize(
    ("arguments", "span"),
    [
        (["--since", "2022-03-01", "--until", "2022-03-01T12:00"], "2022-03-01 00:00 to 2022-03-01 12:00, by the hour"),
        (["--since", "2022-03", "--until", "2022-04"], "2022-03-01 to 2022-04-30, by the day"),
        (["--until", "2022-03", "--days", "365"], "2021-04-01 to 2022-03-31, by the week"),
        (["--since", "1990-01-01", "--until", "1999"], None),
        (["--since", "1990-01-01", "--until", "1999-12"], "1990-01-01 to 1999-12-31, by the month"),
        (["--since", "0001-01-01", "--until", "9999-12-31"], "0001-01-01 to 9999-12-31, in steps of 100 years"),
    ],
)
def test_a_time_is_cut_as_it_wants(archive: Path, arguments: list[str], span: str | None) -> None:
    if span is None:
        assert "cannot be read" in refused(archive, *arguments)
        return
    done = report(archive, "--output", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"<small>{span}, in the time of Asia/Shanghai" in done.stdout


def test_all_begins_with_the_oldest_post_or_run(archive: Path) -> None:
    first = (NOW - timedelta(days=60)).date()
    assert f"<small>{first}" in report(archive, "--all", "--output", "-").stdout
    old = json.loads((archive / "index.jsonl").read_text("utf-8").splitlines()[0])
    with (archive / "index.jsonl").open("a") as file:
        file.writelines(
            json.dumps(old | {"id": day, "date": f"{day}T08:00:00+08:00"}) + "\n" for day in ("2003-05-06", "0001-01-01")
        )
    done = report(archive, "--all", "--output", "-")
    assert "<small>2003-05-06" in done.stdout
    assert "posts dated before 1990 and not shown: 1; --since shows them" in done.stderr


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
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert (what == "index.jsonl") == ("index.jsonl cannot be read" in done.stderr)


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


def test_hours_are_said_of_the_figures_alone(crawled: Path) -> None:
    """The axes are in seconds, days or years, as the time wants it."""
    page = run("report", "finews", "--all", "--output", "-", settings={"ARCHIVE_ROOT": str(crawled)}).stdout
    meanings = re.findall(r"<p><small>([^<]*hours[^<]*)</small></p>", page)
    assert len(meanings) == 2
    assert all(meaning.endswith("the figures below are hours.") for meaning in meanings)
