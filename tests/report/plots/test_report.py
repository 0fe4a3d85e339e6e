"""``scrapy report`` as a person runs it: where the page may go, and which time it shows."""

from __future__ import annotations

import json
import os
import re
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.read_only import run_read_only
from tests.replica.crawl import run
from tests.report.plots.conftest import report
from tests.report.told_time import NOW

if TYPE_CHECKING:
    from pathlib import Path

MARK = '<meta name="generator" content="Backfile '


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


def test_hours_are_said_of_the_figures_alone(crawled: Path) -> None:
    """The axes are in seconds, days or years, as the time wants it."""
    page = run("report", "finews", "--all", "--output", "-", settings={"ARCHIVE_ROOT": str(crawled)}).stdout
    meanings = re.findall(r"<p><small>([^<]*hours[^<]*)</small></p>", page)
    assert len(meanings) == 2
    assert all(meaning.endswith("the figures below are hours.") for meaning in meanings)
