"""What one WARC file holds, noted in a database of its own by whichever process has read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.archive.scratch import new_database
from crawler.warc.scan import Found, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Of each response and revisit, as a catalog has it.
COLUMNS = "url, time, status, type, offset, length, payload_digest"


def note(path: Path, items: Iterable[tuple[Found, str | None] | Problem]) -> None:
    """Note captures, with the IDs of the posts at their URLs, and what is wrong; whole or not at all."""
    with new_database(path, f"CREATE TABLE found ({COLUMNS}, post); CREATE TABLE problems (offset, reason);") as db:

        def rows() -> Iterator[tuple[object, ...]]:
            for item in items:
                if isinstance(item, Problem):
                    db.execute("INSERT INTO problems VALUES (?, ?)", (item.offset, item.reason))
                else:
                    one, post = item
                    yield one.url, one.time, one.status, one.type, one.offset, one.length, one.payload_digest, post

        db.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?)", rows())


def problems(path: Path) -> list[tuple[int, str]]:
    """Where something is wrong in a file of which this was noted, and what."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT offset, reason FROM problems ORDER BY offset").fetchall()
