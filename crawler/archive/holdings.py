"""What one WARC file holds, noted in a database of its own by whichever process has read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from crawler.archive.scratch import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.warc.scan import Found

#: Of each response and revisit, as a catalog has it.
COLUMNS = "url, time, status, type, offset, length, payload_digest"
#: ``post``: the ID of the post at a URL.
_TABLES = f"CREATE TABLE found ({COLUMNS}, post); CREATE TABLE problems (offset, reason);"
_BATCH = 5000


class Holdings:
    """Takes down what a file holds."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._rows: list[tuple[object, ...]] = []

    def add(self, found: Found, url: str, post: str | None = None) -> None:
        """Note a response or revisit, filed under ``url``."""
        place = (found.offset, found.length)
        self._rows.append((url, found.time, found.status, found.type, *place, found.payload_digest, post))
        if len(self._rows) == _BATCH:
            self.write()

    def problem(self, offset: int, reason: str) -> None:
        """Note what is wrong at a byte."""
        self._db.execute("INSERT INTO problems VALUES (?, ?)", (offset, reason))

    def write(self) -> None:
        """Write what was noted so far."""
        self._db.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?)", self._rows)
        self._rows.clear()


@contextmanager
def noted(path: Path) -> Iterator[Holdings]:
    """Holdings to fill, which are at ``path`` when the block ends well."""
    with new_database(path, _TABLES) as db:
        holdings = Holdings(db)
        yield holdings
        holdings.write()


def problems(path: Path) -> list[tuple[int, str]]:
    """Where something is wrong in a file of which this was noted, and what."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT offset, reason FROM problems ORDER BY offset").fetchall()
