from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.archive.captures import Captures
from crawler.archive.catalog.catalog import FIRST_AFTER, Catalog
from crawler.archive.limits import Limits
from crawler.warc.reader import DamagedRecord
from tests.archive.conftest import NOW, wire

if TYPE_CHECKING:
    from pathlib import Path


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "captures").glob("*.warc.gz"))


def test_what_was_stored_is_read_back(opened) -> None:
    captures = opened()
    row = captures.store(wire(body=b"\x1f\x8b gzip"))
    record = captures.payloads.read(row)
    assert (record.payload, record.status, record.url) == (b"\x1f\x8b gzip", 200, "https://s/a")
    assert ("Content-Type", "text/html") in record.headers


def test_not_modified_becomes_a_revisit_with_the_old_payload(opened) -> None:
    captures = opened()
    first = captures.store(wire())
    second = captures.store(wire(body=b"", status=304, time=NOW + timedelta(seconds=1)))
    assert (second.type, second.payload_id, second.payload_digest) == ("revisit", first.id, first.payload_digest)
    assert captures.payloads.read(second).payload == b"<p>x</p>"
    assert captures.payloads.read(second).status == 200


def test_the_same_payload_is_stored_once(opened) -> None:
    captures = opened()
    body = random.Random(1).randbytes(10_000)
    first = captures.store(wire("https://s/a", body))
    second = captures.store(wire("https://s/b", body))
    assert (second.type, second.payload_id) == ("revisit", first.id)
    assert captures.payloads.read(second).payload == body
    assert second.length < 1_000


def test_empty_bodies_are_no_revisits(opened) -> None:
    captures = opened()
    captures.store(wire("https://s/a", b""))
    assert captures.store(wire("https://s/b", b"")).type == "response"


def test_a_run_carries_the_open_file_on(opened, tmp_path: Path) -> None:
    for number in range(3):
        captures = opened()
        captures.store(wire(f"https://s/{number}", time=NOW + timedelta(seconds=number)))
        captures.close()
        captures._catalog.close()
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("limits", [Limits(size=1), Limits(age=1.0)])
def test_a_file_is_closed_at_a_limit_and_never_written_again(opened, tmp_path: Path, limits: Limits) -> None:
    captures = opened(limits)
    captures.store(wire("https://s/1"))
    captures.store(wire("https://s/2", time=NOW + timedelta(seconds=5)))
    first, _ = files(tmp_path)
    assert not first.stat().st_mode & 0o222
    before = first.read_bytes()
    captures.close()
    opened().store(wire("https://s/3", time=NOW + timedelta(seconds=9)))
    assert first.read_bytes() == before


@pytest.mark.parametrize("cut", [1, 50, 300, 700])
def test_a_torn_end_is_cut_off_and_writing_goes_on(opened, tmp_path: Path, cut: int) -> None:
    captures = opened()
    for number in range(3):
        captures.store(wire(f"https://s/{number}", f"<p>{number}</p>".encode()))
    (path,) = files(tmp_path)
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - cut)
    shutil.copy(path, tmp_path / "torn.warc.gz")
    captures = opened()
    assert captures.repaired
    rows = [captures._catalog.latest(f"https://s/{number}") for number in range(3)]
    assert all(row is not None for row in rows[:2])
    captures.store(wire("https://s/after", b"<p>after</p>"))
    captures.close()
    again = opened()
    assert again.repaired == []
    for url in ("https://s/0", "https://s/1", "https://s/after"):
        assert again.payloads.read(again._catalog.latest(url)).payload.startswith(b"<p>")


def test_what_the_catalog_never_committed_is_read_from_the_files(opened, tmp_path: Path) -> None:
    captures = opened()
    captures.store(wire())
    captures.store(wire(body=b"", status=304, time=NOW + timedelta(seconds=1)))
    # As after kill -9: no close(), no commit.
    again = opened()
    assert [row.status for row in again._catalog.history(["https://s/a"])] == [200, 304]


def test_the_catalog_is_made_again_from_the_files_alone(opened, tmp_path: Path) -> None:
    captures = opened()
    captures.store(wire())
    captures.store(wire("https://s/b"))
    captures.store(wire(body=b"", status=304, time=NOW + timedelta(seconds=1)))
    captures.close()
    captures._catalog.close()
    urls = ("https://s/a", "https://s/b")
    before = [captures_rows for url in urls for captures_rows in opened()._catalog.history([url])]
    for path in tmp_path.glob("catalog.sqlite*"):
        path.unlink()
    after = [row for url in urls for row in opened()._catalog.history([url])]
    assert after == before


def test_a_catalog_made_again_has_revisits_whose_payload_is_in_a_file_that_sorts_behind(opened, tmp_path: Path) -> None:
    """Files of one second are told apart by names that say nothing of what came first."""
    captures = opened(Limits(1, 1))
    captures.store(wire())
    captures.close()
    captures = opened(Limits(1, 1))
    captures.store(wire(body=b"", status=304, time=NOW + timedelta(seconds=1)))
    captures.close()
    captures._catalog.close()
    first, second = files(tmp_path)
    second.rename(first.with_name(f"a{second.name}"))
    for path in tmp_path.glob("catalog.sqlite*"):
        path.unlink()
    again = opened()
    assert again.repaired == []
    assert [(row.status, row.type) for row in again._catalog.history(["https://s/a"])] == [(200, "response"), (304, "revisit")]
    assert opened().repaired == []


@pytest.mark.parametrize("knows", ["the folder", "the catalog"])
def test_a_worker_names_no_file_as_the_archive_has_one(opened, tmp_path: Path, knows: str) -> None:
    """A crawl that is begun again in the second in which it was stopped."""
    captures = opened()
    captures.store(wire())
    captures.close()
    catalog = captures._catalog if knows == "the catalog" else Catalog(tmp_path / "own.sqlite")
    base = tmp_path / ("captures" if knows == "the folder" else "elsewhere")
    own = Captures(tmp_path / "own", "s", catalog, Limits(), {}, base=base)
    own.store(wire("https://s/b"))
    assert {path.name for path in (tmp_path / "own").iterdir()}.isdisjoint(path.name for path in files(tmp_path))


def test_a_file_taken_away_is_forgotten(opened, tmp_path: Path) -> None:
    captures = opened()
    captures.store(wire())
    captures.close()
    captures._catalog.close()
    files(tmp_path)[0].unlink()
    again = opened()
    assert again._catalog.latest("https://s/a") is None
    assert "no longer" in again.repaired[0]


def test_a_full_disk_leaves_no_half_record(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    captures = opened()
    captures.store(wire())
    (path,) = files(tmp_path)
    size, real = path.stat().st_size, os.write

    def full(fd: int, data: bytes) -> int:
        if len(data) > 200:
            return real(fd, data[:200])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            captures.store(wire("https://s/b", random.Random(2).randbytes(330)))
    assert path.stat().st_size == size
    assert captures.payloads.read(captures.store(wire("https://s/c", b"c"))).payload == b"c"


def test_no_record_where_one_was_expected(opened) -> None:
    captures = opened()
    row = captures.store(wire())
    with pytest.raises(DamagedRecord, match=f"byte {row.offset + 3}: "):
        captures.payloads.read(row._replace(offset=row.offset + 3))


def test_a_start_does_not_go_through_all_captures(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    plan = " ".join(str(row) for row in catalog.rows(f"EXPLAIN QUERY PLAN {FIRST_AFTER}", (5,)))
    catalog.close()
    assert "PRIMARY KEY (rowid>?)" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize("at", [0, 1, 90])
def test_a_catalog_without_room_for_a_moment_lacks_no_capture(opened, at: int) -> None:
    """What it did not take, and what SQLite took back with it, would be hidden by the rows that come later."""
    captures = opened()
    catalog, refused = captures._catalog, 0
    urls = [f"https://s/{number}/{'x' * 300}" for number in range(200)]
    for number, url in enumerate(urls):
        if number == at:
            (pages,) = catalog._db.execute("PRAGMA page_count").fetchone()
            catalog._db.execute(f"PRAGMA max_page_count = {pages}")
        try:
            captures.store(wire(url, b"%d" % number, time=NOW + timedelta(seconds=number)))
        except sqlite3.OperationalError:
            refused += 1
            catalog._db.execute("PRAGMA max_page_count = 100000")
    assert refused > 0
    with suppress(sqlite3.OperationalError):
        captures.close()
        catalog.close()
    again = opened()
    assert [url for url in urls if again._catalog.latest(url) is None] == []
