"""Intermediate results of a rebuild or a verification: SQLite databases that are written once, in bulk, and not synced.

A crash may spoil one; it is then written again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import astuple
from typing import TYPE_CHECKING

from crawler.atomic import replacing
from crawler.warc.parts import Part
from crawler.warc.scan import Problem, ScannedCapture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: The columns of a scan, in the order of the catalog's ``captures``.
SCAN_COLUMNS = "url, time, status, type, offset, length, payload_digest"


def create_database(path: Path) -> sqlite3.Connection:
    """Create an empty database at ``path``, replacing whatever is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    return db


@contextmanager
def new_database(path: Path, tables: str) -> Iterator[sqlite3.Connection]:
    """A database to fill in one transaction. It appears at ``path`` only when the block ends well, so it is complete there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, durable=False) as temporary, closing(create_database(temporary)) as db:
        db.executescript(f"{tables} BEGIN;")
        yield db
        db.execute("COMMIT")


def write_scan(path: Path, items: Iterable[tuple[ScannedCapture, str | None] | Problem], part: Part | None = None) -> None:
    """Write what a scan of one WARC file found: its captures, each with the ID of the post at its URL, and its problems.

    :param part: the part of the file that was scanned, if not all of it was.
    """
    with new_database(
        path,
        f"CREATE TABLE found ({SCAN_COLUMNS}, post, refers_url, refers_time); CREATE TABLE problems (offset, reason);"
        "CREATE TABLE part (begin, end, start, stop);",
    ) as db:

        def rows() -> Iterator[tuple[object, ...]]:
            for item in items:
                if isinstance(item, Problem):
                    db.execute("INSERT INTO problems VALUES (?, ?)", item)
                else:
                    one, post = item
                    yield (
                        one.url,
                        one.time,
                        one.status,
                        one.type,
                        one.offset,
                        one.length,
                        one.payload_digest,
                        post,
                        *one.refers_to,
                    )

        db.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?,?,?)", rows())
        if part is not None:
            db.execute("INSERT INTO part VALUES (?,?,?,?)", astuple(part))


def scanned_part(path: Path) -> Part:
    """The part of a file that was scanned."""
    with closing(sqlite3.connect(path)) as db:
        return Part(*db.execute("SELECT * FROM part").fetchone())


def scan_problems(path: Path) -> list[tuple[int, str]]:
    """The offset and the reason of each problem in a scan."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT offset, reason FROM problems ORDER BY offset").fetchall()
