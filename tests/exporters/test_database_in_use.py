"""A database that another program keeps locked: it is waited for, then that program is named; nobody is told of a lock."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post
from tests.replica.crawl import run, run_armed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: Path) -> Iterator[int]:
    """Locked by a process; gives its number."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process.pid
        process.communicate()


def impatient() -> None:
    """Have this process wait a moment for other programs."""
    from crawler.exporters import database
    from crawler.text import readings

    database.PATIENCE = readings._PATIENCE = 0.2


ARM = ("tests.exporters.test_database_in_use:impatient",)


@pytest.mark.parametrize("more", [(), ("--since-run",), ("--overwrite",)])
def test_an_export_names_the_program(archive_root: Path, more: tuple[str, ...]) -> None:
    settings, place = {"ARCHIVE_ROOT": str(archive_root)}, archive_root / "finews.db"
    words = ("export", "finews", "--format", "sqlite", "--jobs", "1")
    assert run(*words, settings=settings).returncode == 0
    before = place.read_bytes()
    with held(place) as process:
        done = run_armed(ARM, *words, *more, settings=settings)
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith(f"{place} is being used by process {process} (python")
        assert done.stderr.count("\n") == 1
    assert place.read_bytes() == before
    assert run(*words, *more, settings=settings).returncode == 0
    assert [path.name for path in archive_root.iterdir() if path.name.startswith(".")] == []


def test_forget_names_the_program_and_the_same_command_goes_on(archive_root: Path) -> None:
    settings, place = {"ARCHIVE_ROOT": str(archive_root)}, archive_root / "finews.db"
    assert run("export", "finews", "--format", "sqlite", "--jobs", "1", settings=settings).returncode == 0
    words = ("forget", "finews", a_post(archive_root)["id"], "--reason", "x")
    with held(place) as process:
        done = run_armed(ARM, *words, settings=settings)
        assert done.returncode == 1, done.stderr
        assert f"may still hold what was forgotten: {place} is being used by process {process} (python" in done.stdout
    done = run(*words, settings=settings)
    assert done.returncode == 0
    assert f"{place}: 1 taken out" in done.stdout


@pytest.mark.parametrize("name", ["readings.sqlite", "catalog.sqlite"])
def test_a_database_of_the_archive(archive_root: Path, name: str) -> None:
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    assert run("export", "finews", "--format", "csv", "--jobs", "1", settings=settings).returncode == 0
    words = ("forget", "finews", a_post(archive_root)["id"], "--reason", "x")
    with held(archive_root / "finews" / name):
        done = run_armed(ARM, *words, settings=settings)
        assert done.returncode == 3, done.stderr
        assert "being used by another program" in done.stderr
        assert done.stderr.count("\n") == 1
    done = run(*words, settings=settings)
    assert done.returncode == 0, done.stderr
    assert run("verify", "finews", settings=settings).returncode == 0
