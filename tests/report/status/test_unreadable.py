"""What a person sees of an archive of which something cannot be read or written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.read_only import run_read_only
from tests.report.status.conftest import add, document, status

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize("what", ["no database", "empty", "cut off", "other schema", "no tables", "locked", "missing"])
def test_a_catalog_that_cannot_be_read_is_named(archive_root: Path, what: str) -> None:
    archive = archive_root / "finews"
    path = archive / "catalog.sqlite"
    content = path.read_bytes()
    path.unlink()
    with closing(sqlite3.connect(path if what in ("other schema", "no tables", "locked") else ":memory:")) as db:
        if what in ("no database", "empty", "cut off"):
            path.write_bytes({"no database": b"\0garbage" * 500, "empty": b"", "cut off": content[:5000]}[what])
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
