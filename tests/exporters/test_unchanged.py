"""A database stays when it would be made again of the same, and is made anew when anything else would come of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.exporters import unchanged
from tests.archives import a_post

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.exporters.conftest import Export


def dump(path: Path) -> list[str]:
    """Everything in a database, the rows of the search index included, but for what it says of itself."""
    with closing(sqlite3.connect(path)) as db:
        return [line for line in db.iterdump() if '"about"' not in line]


def write(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(statement)


def test_it_is_the_same_as_one_made_anew(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place = tmp_path / "x.db"
    first = make(archive_root, "sqlite", place)
    made = place.stat().st_ino
    for _ in range(2):
        again = make(archive_root, "sqlite", place)
        assert (again.number, again.lost, again.kept_because) == (first.number, [], "")
        assert place.stat().st_ino == made
    make(archive_root, "sqlite", tmp_path / "new.db")
    assert place.read_bytes() == (tmp_path / "new.db").read_bytes()


def test_it_is_made_anew_after_somebody_has_written_to_it(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place = tmp_path / "x.db"
    make(archive_root, "sqlite", place)
    for statement in ("UPDATE posts SET title = 'x'", "DROP INDEX posts_date", "PRAGMA journal_mode = WAL"):
        write(place, statement)
        make(archive_root, "sqlite", place)
    make(archive_root, "sqlite", tmp_path / "new.db")
    assert dump(place) == dump(tmp_path / "new.db")


def test_it_is_made_anew_of_other_posts(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place = tmp_path / "x.db"
    make(archive_root, "sqlite", place)
    lines = (archive_root / "finews" / "index.jsonl").read_bytes().splitlines(keepends=True)
    (archive_root / "finews" / "index.jsonl").write_bytes(b"".join(lines[1:]))
    assert make(archive_root, "sqlite", place).number == len(lines) - 1
    make(archive_root, "sqlite", tmp_path / "new.db")
    assert dump(place) == dump(tmp_path / "new.db")


def test_it_is_made_anew_by_other_code_and_when_it_is_asked_for(
    archive_root: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "x.db"
    make(archive_root, "sqlite", place)
    made = place.stat().st_ino
    make(archive_root, "sqlite", place, overwrite=True)
    assert place.stat().st_ino != made
    made = place.stat().st_ino
    monkeypatch.setattr(unchanged, "_ROOMS", ("text",))
    make(archive_root, "sqlite", place)
    assert place.stat().st_ino != made
    made = place.stat().st_ino
    place.with_suffix(".metadata.json").unlink()
    make(archive_root, "sqlite", place)
    assert place.with_suffix(".metadata.json").exists()


def test_a_source_post_that_is_not_as_its_line_says_is_named(archive_root: Path, tmp_path: Path, make: Export) -> None:
    make(archive_root, "sqlite", tmp_path / "x.db")
    before = dump(tmp_path / "x.db")
    damaged = a_post(archive_root)["path"]
    (archive_root / "finews" / damaged).write_text("x")
    again = make(archive_root, "sqlite", tmp_path / "x.db")
    assert [path for path, _ in again.lost] == [damaged]
    assert "lacks 1 post" in again.kept_because
    assert dump(tmp_path / "x.db") == before
