"""What a person sees of an archive at a glance."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import sqlite3
import struct
import subprocess
import termios
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import jsonschema
import pytest

from crawler.exporters.schemas import schema
from crawler.report.display import columns_of
from tests.replica.crawl import PROJECT, run
from tests.report.runs.test_holder import held
from tests.report.status.conftest import add, document, status
from tests.report.told_time import NOW, scrapy_at

if TYPE_CHECKING:
    from pathlib import Path


def in_terminal(archive: Path, width: int, *arguments: str, **environment: str) -> list[str]:
    """The lines that a terminal of so many columns is given."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    words = scrapy_at("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
    given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm"}
    with subprocess.Popen(words, cwd=PROJECT, stdout=inner, stderr=subprocess.PIPE, env=given | environment):
        os.close(inner)
        shown = b""
        while True:
            try:
                part = os.read(outer, 65_536)
            except OSError:
                break
            shown += part
            if not part:
                break
    os.close(outer)
    return shown.decode().replace("\r\n", "\n").splitlines()


def bare(line: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", line)


# What it tells


def test_the_command(archive_root: Path) -> None:
    archive = archive_root / "finews"
    done = status(archive, just_crawled=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    for said in ("Last runs", "Pages to be requested again", "kB a post", " sweep"):
        assert said in done.stdout
    found = document(archive, just_crawled=True)
    assert found["posts"] == len((archive / "index.jsonl").read_text("utf-8").splitlines())
    assert found["pages"]["to_ask"] > 0
    assert found["lock"] is None
    (path,) = (archive / "runs").glob("*.json")
    report = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(report | {"exit_code": 1}), "utf-8")
    assert status(archive, just_crawled=True).returncode == 1


def test_no_archive_is_said_in_a_line(tmp_path: Path) -> None:
    done = run("status", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert "make one with: scrapy crawl finews" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_archive_with_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "finews").mkdir()
    done = status(tmp_path / "finews")
    assert done.returncode == 1
    assert "OVERDUE: no run has ended yet" in done.stdout
    found = document(tmp_path / "finews")
    assert (found["runs"], found["posts"], found["gaps"]) == ([], 0, [])


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", ""])
def test_a_number_of_runs_that_is_none_is_refused(archive: Path, number: str) -> None:
    done = status(archive, f"--runs={number}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no whole number of at least 1" in done.stderr


def test_as_many_runs_as_asked_for(archive: Path) -> None:
    assert len(document(archive, "--runs", "3")["runs"]) == 3
    assert len(document(archive, "--runs", "75")["runs"]) == 75
    assert len(document(archive, "--runs", "999999")["runs"]) >= 80


# When it alarms


def test_runs_that_no_longer_come_are_overdue(archive: Path) -> None:
    found = document(archive)
    assert found["overdue"] is None
    assert found["schedule"]["every"] == 6 * 3600
    for path in sorted((archive / "runs").glob("*.json"))[-4:]:
        path.unlink()
    assert "runs usually follow each other in 6 h" in document(archive)["overdue"]
    assert status(archive).returncode == 1


def test_runs_by_hand_seconds_apart_alarm_nobody(archive: Path) -> None:
    for path in (archive / "runs").iterdir():
        path.unlink()
    for number in range(12):
        add(archive, NOW - timedelta(days=2) + timedelta(seconds=9 * number))
    found = document(archive)
    assert (found["overdue"], found["schedule"], found["exit_code"]) == (None, None, 0)


def test_a_run_limited_by_arguments_is_told_from_others(archive: Path) -> None:
    add(archive, NOW, arguments={"limit": "10", "sweep": "1", "_job": "8f"}, sweep=True, settings={"X": None}, versions={})
    lines = status(archive, "--runs", "2").stdout.splitlines()
    assert lines[2].endswith("  sweep limit=10")
    assert "=" not in lines[3]
    run = document(archive)["runs"][0]
    assert run["arguments"] == {"limit": "10", "sweep": "1", "_job": "8f"}
    assert run["settings"] == {"X": None}


def change(archive: Path, *statements: str) -> None:
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_a_run_under_way(archive_root: Path) -> None:
    archive = archive_root / "finews"
    change(archive, "UPDATE captures SET time = '2022-03-01'", "UPDATE posts SET first_seen = '2022-03-01'")
    with held(archive, "scrapy", "crawl", "finews") as process:
        found = document(archive, just_crawled=True)
        assert found["lock"]["process"] == process.pid
        assert (found["lock"]["alive"], found["lock"]["command"]) == (True, "crawl")
        assert (found["lock"]["answers"], found["lock"]["new"]) == (0, 0)
        change(
            archive,
            "UPDATE captures SET time = '2099-01-01' WHERE id > (SELECT max(id) - 5 FROM captures)",
            "UPDATE posts SET first_seen = '2099-01-01' WHERE id IN (SELECT id FROM posts LIMIT 2)",
        )
        shown = status(archive, just_crawled=True).stdout
        assert f"Under way: scrapy crawl, process {process.pid}, alive, since " in shown
        assert "so far 5 answers, 2 new posts" in shown
        process.kill()
        process.wait()
        shown = status(archive, just_crawled=True).stdout
        assert f"Interrupted: process {process.pid}, " in shown
        assert "the next run repairs what it left" in shown
    with held(archive, "scrapy", "rebuild", "finews"):
        shown = status(archive, just_crawled=True).stdout
        assert "Under way: scrapy rebuild, process " in shown
        assert "so far" not in shown


def test_while_a_run_is_under_way_none_is_overdue(archive: Path) -> None:
    for path in sorted((archive / "runs").glob("*.json"))[-9:]:
        path.unlink()
    assert document(archive)["overdue"] is not None
    with held(archive):
        assert document(archive)["overdue"] is None


# How it looks


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_longer_than_the_terminal(archive: Path, width: int) -> None:
    long = {"category": "dongliribao,emnews,公司新闻", "since": "2022-03-01T08:30", "limit": "100000"}
    add(archive, NOW - timedelta(minutes=1), arguments=long, sweep=True, exit_code=1, losses=12_345)
    lines = in_terminal(archive, width)
    assert max(columns_of(bare(line)) for line in lines) <= width
    assert f"{NOW - timedelta(minutes=1):%Y-%m-%d %H:%M}" in lines[2], "no date is cut off"
    heads = lines[1].split()
    assert {"began", "exit", "new", "lost", "run"} <= set(heads)
    if width >= 80:
        assert {"took", "changed", "sweep"} <= {*heads, *lines[2].split()}
    if width >= 120:
        assert {"answers", "304", "gone", "late"} <= set(heads)


def test_colours_are_for_terminals_that_have_them(archive: Path) -> None:
    add(archive, NOW, exit_code=1)
    assert any("\x1b[33m" in line for line in in_terminal(archive, 80))
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert not any("\x1b" in line for line in in_terminal(archive, 80, **environment))
    assert "\x1b" not in status(archive).stdout


def test_into_a_pipe_lines_are_whole(archive: Path) -> None:
    given = {f"argument{number}": "x" * 30 for number in range(9)}
    add(archive, NOW, arguments=given)
    shown = status(archive).stdout
    assert " ".join(f"{name}={value}" for name, value in given.items()) in shown
    assert "..." not in shown


@pytest.mark.parametrize(
    "more", [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_an_ascii_locale(archive: Path, more: dict[str, str]) -> None:
    add(archive, NOW, arguments={"category": "公司新闻\x1b[2J"})
    for arguments in ([], ["--json"]):
        words = scrapy_at("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
        done = subprocess.run(words, cwd=PROJECT, env=os.environ | more, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        if arguments:
            assert json.loads(done.stdout)["runs"][0]["arguments"]["category"] == "公司新闻\x1b[2J"
        else:
            assert done.stdout.isascii()
            assert b"\x1b" not in done.stdout


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("status"))
