"""What a person is told when a disk takes something not: where, what, and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.exporters.test_places import mount
from tests.replica.crawl import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def few_files(tmp_path: Path, crawled: Path) -> Iterator[Path]:
    """``ARCHIVE_ROOT`` on a disk that has room for bytes, and for no more files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=40m,nr_inodes=3000", "tmpfs", str(disk))
    shutil.copytree(crawled, disk / "root", copy_function=shutil.copy2)
    with closing(sqlite3.connect(disk / "root" / "finews" / "catalog.sqlite")) as db:
        db.execute("PRAGMA wal_checkpoint")  # the last who closes it takes away what readers left beside it
    (disk / "filler").mkdir()
    for number in range(os.statvfs(disk).f_ffree):
        (disk / "filler" / str(number)).touch()
    yield disk / "root"
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize(
    "words",
    [
        ("catalog", "finews"),
        ("rebuild", "finews", "--jobs", "1"),
        ("crawl", "finews"),
        ("export", "finews", "--format", "jsonl"),
        ("export", "finews", "--format", "sqlite"),
    ],
    ids=" ".join,
)
def test_a_disk_that_takes_no_more_files_is_told_from_one_without_room(few_files: Path, words: tuple[str, ...]) -> None:
    settings = {"ARCHIVE_ROOT": str(few_files), "ARCHIVE_ONLY": "1"}
    done = run(*words, settings=settings)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert f"{few_files}/" in done.stderr
    assert "; remove files there, for that disk takes no more of them" in done.stderr
    shutil.rmtree(few_files.parent / "filler")
    assert run(*words, settings=settings).returncode == 0


def test_a_new_catalog_without_room_says_so_and_nothing_of_its_tables(few_files: Path) -> None:
    for number, beside in enumerate(("-wal", "-shm")):  # as readers leave them
        (few_files.parent / "filler" / str(number)).rename(few_files / "finews" / f"catalog.sqlite{beside}")
    done = run("catalog", "finews", settings={"ARCHIVE_ROOT": str(few_files)})
    assert done.returncode == 2
    assert f"{few_files}/finews/catalog.sqlite: unable to open database file; remove files there" in done.stderr
    assert "no such table" not in done.stderr
