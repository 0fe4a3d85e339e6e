"""What was read out of posts before is used where it still holds, and never where it does not; the exports are the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crawler.text import readings
from crawler.text.readings import Readings, forget_readings, reader_version, reading_key
from tests.archives import a_post, index
from tests.exporters.test_overwrite import all_bytes
from tests.replica.crawl import PROJECT, run, run_armed, scrapy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.exporters.conftest import Export

#: One of each way in which rows are packed, and one of some posts only.
WAYS = {"jsonl": "x.jsonl", "csv": "x.csv", "parquet": "x.parquet", "sqlite": "x.db", "atom": "x.atom"}


def store_of(root: Path) -> Path:
    return root / "finews" / "readings.sqlite"


def rows_of(root: Path) -> dict[str, tuple[bytes, bytes]]:
    with closing(sqlite3.connect(store_of(root))) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name: (key, data) for name, key, data in db.execute("SELECT id, key, data FROM readings")}


def change(root: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store_of(root))) as db:
        db.execute(statement, values)
        db.commit()


def nothing(root: Path) -> None:
    store_of(root).unlink()


def empty(root: Path) -> None:
    store_of(root).write_bytes(b"")


def noise(root: Path) -> None:
    store_of(root).write_bytes(os.urandom(20_000))


def noise_behind_its_head(root: Path) -> None:
    data = store_of(root).read_bytes()
    store_of(root).write_bytes(data[:4096] + os.urandom(len(data) - 4096))


def cut_short(root: Path) -> None:
    os.truncate(store_of(root), store_of(root).stat().st_size // 2)


def another_table(root: Path) -> None:
    store_of(root).unlink()
    with closing(sqlite3.connect(store_of(root))) as db:
        db.execute(f"PRAGMA user_version = {readings._VERSION}")


def a_bit_is_another(root: Path) -> None:
    for post_id, (_, data) in rows_of(root).items():
        spoilt = bytearray(data)
        spoilt[len(spoilt) // 2] ^= 4
        change(root, "UPDATE readings SET data = ? WHERE id = ?", bytes(spoilt), post_id)


def of_another_reader(root: Path) -> None:
    false = zlib.compress(b"\0\0" + b'{"text":"false","body":[0,1]}')
    change(root, "UPDATE readings SET key = zeroblob(16), data = ?", false)


def in_a_folder(root: Path) -> None:
    store_of(root).unlink()
    store_of(root).mkdir()


HARM = [
    nothing,
    empty,
    noise,
    noise_behind_its_head,
    cut_short,
    another_table,
    a_bit_is_another,
    of_another_reader,
    in_a_folder,
]


@pytest.mark.parametrize("harm", HARM)
def test_an_export_is_the_same_with_what_was_read_before_or_without(
    archive_root: Path, tmp_path: Path, make: Export, harm: Callable[[Path], None]
) -> None:
    made = {}
    for turn in range(3):  # the second mends what there is, the third finds it mended
        folder = tmp_path / str(turn) / "made"
        folder.mkdir(parents=True)
        lost = [make(archive_root, name, folder / place).lost for name, place in WAYS.items()]
        assert lost == [[]] * len(WAYS)
        made[turn] = all_bytes(folder)
        if not turn:
            harm(archive_root)
    assert made[0] == made[1]
    assert made[0] == made[2]


def test_each_post_is_read_once(archive_root: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make(archive_root, "jsonl", tmp_path / "x.jsonl").lost == []
    assert set(rows_of(archive_root)) == {entry["id"] for entry in index(archive_root / "finews")}
    before = rows_of(archive_root)
    monkeypatch.delattr("crawler.text.reading.read")
    assert make(archive_root, "csv", tmp_path / "x.csv").lost == []
    assert rows_of(archive_root) == before


def test_a_post_that_changed_is_read_again(archive_root: Path) -> None:
    entry, reader = a_post(archive_root), reader_version(archive_root / "finews")
    key = reading_key(reader, entry)
    others = ({"sha256": "0" * 64}, {"url": "https://x.example/"}, {"path": "_posts/x.html"}, {"site": "other"})
    keys = {key, *(reading_key(reader, entry | one) for one in others), reading_key(b"another reader!!", entry)}
    assert len(keys) == 6
    with Readings(archive_root / "finews") as store:
        store.add(entry["id"], key, b"1234", {"text": "then"})
    with Readings(archive_root / "finews") as store:
        assert store.find({entry["id"]: key}) == {entry["id"]: (b"1234", {"text": "then"})}
        assert [store.find({entry["id"]: other}) for other in keys - {key}] == [{}] * 5


def test_one_row_a_post_however_often_it_changes(archive_root: Path) -> None:
    for number in range(5):
        with Readings(archive_root / "finews") as store:
            store.add("NW1", bytes([number]) * 16, b"", {"text": str(number)})
            store.add("NW2", bytes(16), b"", {"text": os.urandom(readings._LONGEST).hex()})
    assert list(rows_of(archive_root)) == ["NW1"]


def test_a_site_that_is_learned_anew_is_read_anew(archive_root: Path) -> None:
    before = reader_version(archive_root / "finews")
    (archive_root / "finews" / "site.toml").write_text("[site]\n", "utf-8")
    assert reader_version(archive_root / "finews") != before


def test_nothing_of_a_forgotten_post_stays(archive_root: Path, tmp_path: Path, make: Export) -> None:
    entry = a_post(archive_root)
    make(archive_root, "csv", tmp_path / "x.csv")
    key, data = rows_of(archive_root)[entry["id"]]
    assert data in store_of(archive_root).read_bytes()
    done = run("forget", "finews", entry["id"], "--reason", "x", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stderr
    assert entry["id"] not in rows_of(archive_root)
    assert data not in store_of(archive_root).read_bytes()
    with Readings(archive_root / "finews") as store:  # an export that read the post before, and is slow
        store.add(entry["id"], key, b"", {"text": "late"})
    assert entry["id"] not in rows_of(archive_root)


def test_what_an_earlier_version_stored_is_deleted(archive_root: Path, tmp_path: Path, make: Export) -> None:
    old = archive_root / "finews" / "signatures.sqlite"
    for delete in (lambda: make(archive_root, "csv", tmp_path / "x.csv"), lambda: forget_readings(archive_root / "finews", [])):
        old.write_bytes(b"old")
        store_of(archive_root).unlink(missing_ok=True)
        delete()
        assert not old.exists()


def test_two_exports_at_once(archive_root: Path, tmp_path: Path, make: Export) -> None:
    for turn in range(2):
        store_of(archive_root).unlink(missing_ok=True)
        at_once = []
        for name in ("one", "other"):
            given = ("export", "finews", "--format", "jsonl", "--overwrite", "--output", str(tmp_path / f"{name}.jsonl"))
            at_once.append(subprocess.Popen(scrapy(*given, settings={"ARCHIVE_ROOT": str(archive_root)}), cwd=PROJECT))
        assert [process.wait() for process in at_once] == [0, 0], turn
        assert len(rows_of(archive_root)) == len(index(archive_root / "finews"))
    make(archive_root, "jsonl", tmp_path / "alone.jsonl")
    for name in ("one", "other"):
        assert (tmp_path / f"{name}.jsonl").read_bytes() == (tmp_path / "alone.jsonl").read_bytes()


def die_in_a_transaction(step: str) -> None:
    """Have this process die while it writes what it has read: before the transaction, in it, or when its table is made."""
    forgotten, create = readings._forgotten, readings._create

    def dies(archive: Path) -> frozenset[str]:
        if step == "begun":
            os.kill(os.getpid(), signal.SIGKILL)
        return forgotten(archive)

    def dies_too(db: sqlite3.Connection, archive: Path) -> None:
        if step == "created":
            db.execute("BEGIN IMMEDIATE")
            db.execute("CREATE TABLE readings (id)")
            os.kill(os.getpid(), signal.SIGKILL)
        create(db, archive)

    readings._forgotten, readings._create = dies, dies_too


@pytest.mark.parametrize("step", ["begun", "created"])
def test_killed_it_is_as_if_it_had_not_been(archive_root: Path, tmp_path: Path, make: Export, step: str) -> None:
    store_of(archive_root).unlink(missing_ok=True)
    arm = ("tests.exporters.test_readings:die_in_a_transaction", step)
    given = ("export", "finews", "--format", "csv", "--jobs", "1", "--output", str(tmp_path / "x.csv"))
    assert run_armed(arm, *given, settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == -signal.SIGKILL
    make(archive_root, "csv", tmp_path / "x.csv")
    make(archive_root, "csv", tmp_path / "y.csv")
    nothing(archive_root)
    make(archive_root, "csv", tmp_path / "z.csv")
    assert (tmp_path / "x.csv").read_bytes() == (tmp_path / "y.csv").read_bytes() == (tmp_path / "z.csv").read_bytes()
    assert len(rows_of(archive_root)) == len(index(archive_root / "finews"))
