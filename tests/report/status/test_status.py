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
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.exporters.schemas import schema
from crawler.report.display import columns_of
from tests.read_only import run_read_only
from tests.replica.crawl import PROJECT, run, scrapy
from tests.report.plots.years import lived
from tests.report.plots.years import run as a_report
from tests.report.runs.test_holder import held

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
_SCHEMA = jsonschema.Draft202012Validator(schema("status"), format_checker=jsonschema.FormatChecker())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Runs every six hours."""
    folder = tmp_path / "root" / "finews"
    lived(folder, NOW, 20, posts=12, every=timedelta(hours=6))
    with closing(Catalog(folder / "catalog.sqlite")) as catalog:
        catalog.put_in_place()
    return folder


def status(archive: Path, *arguments: str) -> Any:
    return run("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})


def document(archive: Path, *arguments: str) -> dict[str, Any]:
    """What ``--json`` prints: one document, as its schema has it."""
    done = status(archive, "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    _SCHEMA.validate(found)
    assert found["exit_code"] == done.returncode
    assert found["problems"] == done.stderr.splitlines()
    assert done.returncode == 1 or not found["problems"], "what is said on stderr is told by the exit code, too"
    return found


def add(archive: Path, started: datetime, **fields: Any) -> None:
    name = started.astimezone(UTC).isoformat(timespec="microseconds").replace("-", "").replace(":", "")[:22]
    (archive / "runs" / f"{name}Z.json").write_text(json.dumps(a_report(started) | fields), "utf-8")


def in_terminal(archive: Path, width: int, *arguments: str, **environment: str) -> list[str]:
    """The lines that a terminal of so many columns is given."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    words = scrapy("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
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
    done = status(archive)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    for said in ("Last runs", "Pages to be requested again", "kB a post", " sweep"):
        assert said in done.stdout
    found = document(archive)
    assert found["posts"] == len((archive / "index.jsonl").read_text("utf-8").splitlines())
    assert found["pages"]["to_ask"] > 0
    assert found["lock"] is None
    (path,) = (archive / "runs").glob("*.json")
    report = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(report | {"exit_code": 1}), "utf-8")
    assert status(archive).returncode == 1


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
        found = document(archive)
        assert found["lock"]["process"] == process.pid
        assert (found["lock"]["alive"], found["lock"]["command"]) == (True, "crawl")
        assert (found["lock"]["answers"], found["lock"]["new"]) == (0, 0)
        change(
            archive,
            "UPDATE captures SET time = '2099-01-01' WHERE id > (SELECT max(id) - 5 FROM captures)",
            "UPDATE posts SET first_seen = '2099-01-01' WHERE id IN (SELECT id FROM posts LIMIT 2)",
        )
        shown = status(archive).stdout
        assert f"Under way: scrapy crawl, process {process.pid}, alive, since " in shown
        assert "so far 5 answers, 2 new posts" in shown
        process.kill()
        process.wait()
        shown = status(archive).stdout
        assert f"Interrupted: process {process.pid}, " in shown
        assert "the next run repairs what it left" in shown
    with held(archive, "scrapy", "rebuild", "finews"):
        shown = status(archive).stdout
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
        words = scrapy("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
        done = subprocess.run(words, cwd=PROJECT, env=os.environ | more, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        if arguments:
            assert json.loads(done.stdout)["runs"][0]["arguments"]["category"] == "公司新闻\x1b[2J"
        else:
            assert done.stdout.isascii()
            assert b"\x1b" not in done.stdout


# What cannot be read


def damaged(archive: Path) -> None:
    good = json.loads((archive / "index.jsonl").read_text("utf-8").splitlines()[-1])
    lines: list[Any] = [
        3,
        [],
        good | {"date": "9999-12-31T23:59:59+08:00"},
        good | {"date": "0001-01-01"},
        good | {"first_seen": 5},
    ]
    with (archive / "index.jsonl").open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
        file.write("{torn")
    add(archive, datetime(9999, 12, 31, 23, tzinfo=UTC))
    (archive / "runs" / "20220101T000000.000000Z.json").write_text("{torn", "utf-8")
    (archive / "runs" / "20990101T000000.000000Z.json").write_text('{"started": "x", "exit_code": 0}', "utf-8")


def test_damage_is_named_and_the_rest_is_shown(archive: Path) -> None:
    damaged(archive)
    found = document(archive, "--runs", "99")
    assert len(found["runs"]) >= 80
    assert any(
        "lines of index.jsonl skipped: 2 (no JSON object), 1 ('first_seen' is invalid" in line for line in found["problems"]
    )
    assert any("run reports skipped" in line for line in found["problems"])
    assert "9999-12-31" in status(archive).stdout


@pytest.mark.parametrize(
    "what", ["no database", "empty", "folder", "cut off", "other schema", "no tables", "locked", "missing"]
)
def test_a_catalog_that_cannot_be_read_is_named(archive_root: Path, what: str) -> None:
    archive = archive_root / "finews"
    path = archive / "catalog.sqlite"
    content = path.read_bytes()
    path.unlink()
    with closing(sqlite3.connect(path if what in ("other schema", "no tables", "locked") else ":memory:")) as db:
        if what in ("no database", "empty", "cut off"):
            path.write_bytes({"no database": b"\0garbage" * 500, "empty": b"", "cut off": content[:5000]}[what])
        elif what == "folder":
            path.mkdir()
        elif what == "other schema":
            db.execute("PRAGMA user_version = 99")
        elif what == "no tables":
            db.execute("PRAGMA user_version = 4")
        elif what == "locked":
            db.executescript("PRAGMA user_version = 4; CREATE TABLE posts (id); BEGIN EXCLUSIVE;")
        found = document(archive)
    assert found["pages"] is None
    assert len(found["problems"]) == 1, found["problems"]
    assert "catalog.sqlite" in found["problems"][0]
    assert found["posts"] > 0, "the index tells"
    assert "Disk: " in status(archive).stdout


def test_an_archive_that_cannot_be_written(archive_root: Path) -> None:
    done = run_read_only(archive_root, "status", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("Last runs", "Pages to be requested again", "kB a post"):
        assert said in done.stdout


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("status"))
