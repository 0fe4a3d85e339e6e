"""An archive that nobody can write to: what only looks gives what it gives elsewhere, what writes says so in a line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crawler.archive.catalog.catalog_reader import open_catalog
from crawler.archive.lock import Lock, NotWritable, check_writable
from crawler.errors import ArchiveInUse, CannotRun
from tests.archives import a_post, index
from tests.batch.conftest import tree
from tests.read_only import python_on_full_disk, python_read_only, run_read_only
from tests.replica.crawl import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def clean(archive: Path) -> None:
    """As a run that ended leaves it."""


def without_lock(archive: Path) -> None:
    (archive / ".lock").unlink()


def full_log(archive: Path) -> None:
    """As a run leaves it that was killed, copied without the log's index, which SQLite makes anew."""
    _kill_a_writer(archive, ("catalog.sqlite", "catalog.sqlite-wal"))


def full_log_and_its_index(archive: Path) -> None:
    _kill_a_writer(archive, ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"))


def empty_log(archive: Path) -> None:
    (archive / "catalog.sqlite-wal").write_bytes(b"")


def _kill_a_writer(archive: Path, names: tuple[str, ...]) -> None:
    kept = archive.with_name("kept")
    kept.mkdir()
    with closing(sqlite3.connect(archive / "catalog.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('in_the_log', 7)")
        for name in names:
            shutil.copyfile(archive / name, kept / name)
    for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
        (archive / name).unlink(missing_ok=True)
    for name in names:
        (kept / name).rename(archive / name)
    kept.rmdir()


STATES: list[Callable[[Path], None]] = [clean, without_lock, empty_log, full_log, full_log_and_its_index]


@pytest.mark.parametrize("state", STATES)
def test_what_only_looks_says_what_it_says_elsewhere(archive_root: Path, state: Callable[[Path], None], crawled: Path) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    state(archive)
    before = sorted(path.name for path in archive.iterdir())
    post = a_post(archive_root)
    commands = [
        ["verify", "finews"],
        ["changes", "finews"],
        ["rebuild", "finews", "--diff", "--jobs", "1"],
        ["fetch", "--nolog", post["url"]],
        ["parse", "--nolog", "--spider", "finews", post["url"]],
    ]
    for command in commands:
        read = run_read_only(archive_root, *command, settings=settings)
        assert read.returncode == 0, (command, read.stdout, read.stderr)
        assert "Traceback" not in read.stderr
        assert sorted(path.name for path in archive.iterdir()) == before
        if command[0] in ("changes", "fetch"):
            assert read.stdout == run(*command, settings={"ARCHIVE_ROOT": str(crawled)}).stdout
    query = "from pathlib import Path; import sys; from crawler.archive.catalog.catalog_reader import open_catalog;"
    query += (
        "print(open_catalog(Path(sys.argv[1])).execute('SELECT value FROM meta WHERE name = ?', ('in_the_log',)).fetchall())"
    )
    found = python_read_only(archive_root, "-c", query, str(archive))
    assert found.stdout == ("[(7,)]\n" if state in (full_log, full_log_and_its_index) else "[]\n"), found.stderr


def test_a_rebuild_elsewhere_takes_nothing_but_what_it_reads(archive_root: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    done = run_read_only(archive_root, "rebuild", "finews", "--output", str(target), settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(target) == tree(archive_root / "finews")


@pytest.mark.parametrize(
    "command",
    [
        ["crawl", "finews"],
        ["forget", "finews", "POST", "--reason", "x"],
        ["rebuild", "finews"],
        ["catalog", "finews"],
        ["verify", "finews", "--repair"],
        ["import", "CAPTURES"],
    ],
    ids=lambda command: " ".join(command[:1]),
)
def test_what_writes_says_that_it_cannot(archive_root: Path, command: list[str]) -> None:
    archive = archive_root / "finews"
    names = {"POST": a_post(archive_root)["id"], "CAPTURES": str(archive / "captures")}
    done = run_read_only(
        archive_root,
        *(names.get(word, word) for word in command),
        settings={"ARCHIVE_ROOT": str(archive_root), "LOG_ENABLED": "0"},
    )
    assert done.returncode == 2, done.stdout + done.stderr
    said = [line for line in (done.stdout + done.stderr).splitlines() if "cannot be written (Read-only file system)" in line]
    assert len(said) == 1
    assert "Traceback" not in done.stderr


def lose(path: Path) -> str:
    path.unlink()
    return "is missing"


def empty(path: Path) -> str:
    path.write_bytes(b"")
    return "is empty"


def spoil(path: Path) -> str:
    path.write_bytes(b"spoilt" * 1000)
    return "is damaged (file is not a database)"


def blot(path: Path) -> str:
    """Pages overwritten behind the first, which is met when the rows are read."""
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 2000] = os.urandom(2000)
    path.write_bytes(data)
    return "is damaged (database disk image is malformed)"


def of_old(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 1")
    return "is of an earlier version"


@pytest.mark.parametrize("harm", [lose, empty, spoil, blot, of_old])
def test_a_catalog_that_cannot_be_read_is_named_with_what_to_do(archive_root: Path, harm: Callable[[Path], str]) -> None:
    path = archive_root / "finews" / "catalog.sqlite"
    expected = harm(path)
    done = run("changes", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 2
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("{")]
    assert said == [f"{path} {expected}; the next run makes it again, and so does: scrapy catalog finews"]
    assert path.exists() is (harm is not lose)


@pytest.mark.parametrize(
    "words",
    [
        ("crawl", "finews"),
        ("rebuild", "finews", "--jobs", "1"),
        ("catalog", "finews"),
        ("forget", "finews", "x", "--reason", "y"),
        ("verify", "finews"),
        ("changes", "finews"),
        ("export", "finews", "--format", "jsonl"),
    ],
)
def test_a_catalog_of_a_newer_release_is_refused(archive_root: Path, words: tuple[str, ...]) -> None:
    path = archive_root / "finews" / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 9")
    before = path.read_bytes()
    done = run(*words, settings={"ARCHIVE_ROOT": str(archive_root), "LOG_LEVEL": "WARNING"})
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{path} was made by a newer Backfile (its tables are version 9; this one knows 4): ")
    assert path.read_bytes() == before
    assert not list((archive_root / "finews").glob(".*.tmp"))


def test_a_catalog_is_read_while_it_is_written(archive_root: Path) -> None:
    archive = archive_root / "finews"
    with closing(sqlite3.connect(archive / "catalog.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO meta VALUES ('x', 1)")
        with closing(open_catalog(archive)) as db:
            assert db.execute("SELECT count(*) FROM meta WHERE name = 'x'").fetchone() == (0,)
            writer.execute("COMMIT")
            assert db.execute("SELECT count(*) FROM meta WHERE name = 'x'").fetchone() == (1,)


def test_who_reads_keeps_writers_out_and_is_kept_out(tmp_path: Path) -> None:
    reader, writer = Lock(tmp_path), Lock(tmp_path, patience=0.2)
    writer.take()
    with pytest.raises(ArchiveInUse):
        reader.share()
    writer.release()
    reader.share()
    with pytest.raises(ArchiveInUse):
        writer.take()
    reader.release()
    writer.take()
    writer.release()


def test_a_full_disk_is_no_hindrance_to_who_reads(archive_root: Path) -> None:
    code = (
        "import shutil, sys; from pathlib import Path\n"
        "from crawler.archive.catalog.catalog_reader import open_catalog; from crawler.archive.lock import Lock\n"
        "archive = Path(sys.argv[1], 'finews'); lock = Lock(archive); lock.share()\n"
        "print(open_catalog(archive).execute('SELECT count(*) FROM posts').fetchone()[0], len(list(archive.glob('catalog*'))))\n"
        "lock.release()\n"
        "try: lock.take()\nexcept OSError as error: print(error.strerror)\n"
    )
    done = python_on_full_disk(archive_root, "-c", code)
    assert done.stdout.splitlines()[1:] == ["No space left on device"], done.stderr
    assert done.stdout.split()[0] == str(len(index(archive_root / "finews")))


def test_a_lock_that_cannot_be_made_is_said_by_who_writes_alone(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from crawler.archive.lock import Lock, NotWritable\n"
        "lock = Lock(Path(sys.argv[1])); lock.share(); lock.release()\n"
        "try: lock.take()\nexcept NotWritable as error: print(error)"
    )
    done = python_read_only(tmp_path, "-c", code, str(tmp_path))
    assert done.stdout.startswith(f"{tmp_path} cannot be written (Read-only file system); "), done.stderr
    assert issubclass(NotWritable, CannotRun)
    assert json.dumps(str(NotWritable("one line"))) == '"one line"'


def test_a_file_in_the_place_of_an_archive_is_called_a_file(tmp_path: Path) -> None:
    (tmp_path / "blog").write_text("not an archive", "utf-8")
    with pytest.raises(NotWritable, match=r"blog is a file, where the folder of an archive should be; move it"):
        check_writable(tmp_path / "blog")
