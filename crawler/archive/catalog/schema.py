"""The tables of ``catalog.sqlite``."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Literal, NamedTuple

from crawler.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 4
TABLES = ("captures", "files", "posts", "post_urls", "rechecks", "changes", "meta")
COLUMNS = "id, url, time, status, type, file, offset, length, payload_digest, payload_id"
#: A number in ``meta`` that no capture tells, so that a new catalog takes it over: when a first run began (in seconds since
#: 1970) that has not come to its end; -1 once one has.
EXPLORING = "exploring"
#: Likewise: when an import began that has not come to its end; there is none once one has.
IMPORTING = "importing"
#: All of these.
KEPT = (EXPLORING, IMPORTING)
_CREATE_TABLES = """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    time TEXT NOT NULL,
    status INTEGER NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('response', 'revisit')),
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    payload_digest TEXT NOT NULL,
    payload_id INTEGER NOT NULL
);
CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE posts (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, category TEXT NOT NULL,
    unfinished INTEGER NOT NULL, first_seen TEXT NOT NULL, line TEXT NOT NULL
);
CREATE TABLE post_urls (url TEXT PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE rechecks (
    url TEXT PRIMARY KEY, published TEXT NOT NULL, last TEXT NOT NULL, tries INTEGER NOT NULL, due TEXT NOT NULL
);
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
_OF_HISTORIES = """
CREATE INDEX IF NOT EXISTS captures_url ON captures (url, time);
CREATE INDEX IF NOT EXISTS captures_digest ON captures (payload_digest) WHERE type = 'response';
CREATE INDEX IF NOT EXISTS captures_payload ON captures (payload_id) WHERE type = 'revisit';
"""
_CREATE_INDEXES = f"""
{_OF_HISTORIES}
CREATE UNIQUE INDEX IF NOT EXISTS captures_place ON captures (file, offset);
CREATE INDEX IF NOT EXISTS posts_category ON posts (category);
CREATE INDEX IF NOT EXISTS posts_order ON posts (first_seen, id);
CREATE INDEX IF NOT EXISTS rechecks_due ON rechecks (due);
CREATE INDEX IF NOT EXISTS post_urls_id ON post_urls (id);
"""


class CaptureRow(NamedTuple):
    """One row of ``captures``. ``payload_id`` is the row that has the payload: the row itself unless it is a revisit."""

    id: int
    url: str
    time: str
    status: int
    type: Literal["response", "revisit"]
    file: str
    offset: int
    length: int
    payload_digest: str
    payload_id: int


def is_damage(error: BaseException) -> bool:
    """Whether an error says that a database is damaged, and not that it is locked or the disk full."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def is_busy(error: BaseException | None) -> bool:
    """Whether an error says that another process has locked a database for longer than was waited."""
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.OperationalError) and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def refuse_newer(path: Path, version: int) -> None:
    """Refuse a catalog with tables that only a later release knows: what it tells would be lost if it were made again here.

    :raises CannotRun: if it is one.
    """
    if version > VERSION:
        raise CannotRun(
            f"{path} was made by a newer Backfile (its tables are version {version}; this one knows {VERSION}): use that, or"
            " delete the file, and the next run makes it again from the captures"
        )


def create_tables(db: sqlite3.Connection) -> None:
    """Create the tables of this version; existing tables are dropped, since all their rows can be derived again."""
    for table in TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    db.executescript(_CREATE_TABLES)


def create_indexes_of_histories(db: sqlite3.Connection) -> None:
    """Create the indexes by which payloads and the captures of addresses are found, and no others."""
    db.executescript(_OF_HISTORIES)


def create_indexes(db: sqlite3.Connection) -> None:
    """Create the indexes, best after many rows were inserted, and mark the schema as complete."""
    db.executescript(f"{_CREATE_INDEXES} PRAGMA user_version = {VERSION};")
