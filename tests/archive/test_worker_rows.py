"""What a worker's catalog tells is what its files tell; where it may not, the files are read."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.archive.limits import Limits
from crawler.archive.workers import workers
from crawler.archive.workers.worker_archive import WorkerArchive
from tests.archive.conftest import NOW, wire

if TYPE_CHECKING:
    from pathlib import Path

#: All that two catalogs can be compared by: numbers of rows differ by the order in which files are read.
ROWS = (
    "SELECT c.url, c.time, c.status, c.type, c.file, c.offset, c.length, c.payload_digest, p.file, p.offset"
    " FROM captures c LEFT JOIN captures p ON p.id = c.payload_id ORDER BY c.file, c.offset"
)


def captured_by_workers(folder: Path, *, size: int = 10**9) -> None:
    """An archive with a capture of its own, and the folders of two workers: answers, the same ones again, and a 304."""
    with closing(Archive(folder, "s")) as archive:
        archive.recover(str)
        archive.captures.store(wire("https://s/old", b"old" * 1000))
    for name in "ab":
        worker = WorkerArchive(folder, "s", name, layout="", limits=Limits(size, 1e9), about={})
        for number in range(6):
            time = NOW + timedelta(seconds=10 + number)
            worker.captures.store(wire(f"https://s/{name}{number}", f"{name}{number // 2}".encode() * 2000, time=time))
        worker.captures.store(wire("https://s/again", b"old" * 1000, time=NOW + timedelta(seconds=30)))
        worker.captures.store(wire("https://s/old", b"", status=304, time=NOW + timedelta(seconds=31)))
        worker.close()


def brought_together(folder: Path) -> tuple[list[tuple[object, ...]], list[str]]:
    with closing(Archive(folder, "s")) as archive:
        repaired = archive.recover(str)
        assert not list(archive.catalog.unresolved())
        return list(archive.catalog.rows(ROWS)), repaired


@pytest.mark.parametrize("size", [10**9, 3000], ids=["one file", "several files"])
def test_rows_are_those_that_reading_the_files_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    captured_by_workers(tmp_path / "s", size=size)
    shutil.copytree(tmp_path / "s", tmp_path / "other" / "s")
    taken, _ = brought_together(tmp_path / "s")
    monkeypatch.setattr(workers, "own_rows", lambda *_: [])
    read, _ = brought_together(tmp_path / "other" / "s")
    assert taken == read
    assert len(taken) == 1 + 2 * 8


def test_files_of_workers_that_ended_well_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captured_by_workers(tmp_path / "s")
    monkeypatch.setattr("crawler.archive.catalog.uncatalogued.records", lambda *_: pytest.fail("a file is read"))
    assert len(brought_together(tmp_path / "s")[0]) == 17


@pytest.mark.parametrize("harm", ["more in the file", "no catalog", "no database", "not synced"])
def test_files_of_other_workers_are_read(tmp_path: Path, harm: str) -> None:
    captured_by_workers(tmp_path / "s")
    (first, _) = sorted((tmp_path / "s" / "workers").iterdir())
    whole = 17
    if harm == "more in the file":
        (file,) = first.glob("*.warc.gz")
        file.chmod(0o644)
        with file.open("ab") as end:
            end.write(b"\x1f\x8b torn")
    elif harm == "no catalog":
        (first / "catalog.sqlite").unlink()
    elif harm == "no database":
        (first / "catalog.sqlite").write_bytes(b"x" * 10_000)
    else:
        unsynced(first / "catalog.sqlite")
    rows, _ = brought_together(tmp_path / "s")
    assert len(rows) == whole


def unsynced(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog)) as db, db:
        db.execute("UPDATE meta SET value = value - 1 WHERE name = 'synced_captures'")
