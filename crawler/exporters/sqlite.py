"""Rows as an SQLite database with full-text search and views, and the metadata with which Datasette shows it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from crawler.atomic import make_empty, replacing
from crawler.exporters.database import open_database
from crawler.exporters.sqlite_tables import columns, indexes, lists, quoted, tables
from crawler.text.search import searchable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.packing import Packed, Row
    from crawler.fields import Field
    from crawler.sites.site import Site

#: The version of the tables. A database of another version is made anew.
VERSION = 2
_PAGE = 4096
#: The endings of the files that SQLite keeps beside a database. They belong to that one, and spoil another in its place.
_BESIDE = ("-journal", "-wal", "-shm")
#: Bytes of words that FTS5 holds in memory before it writes them: as usual, and while a whole database is made.
_HASH = "INSERT INTO posts_fts (posts_fts, rank) VALUES ('hashsize', ?)"
_USUAL, _BUILDING = 1 << 20, 1 << 26
_HAS = "SELECT 1 FROM posts WHERE id = ?"
_FIRST = 'SELECT id FROM posts WHERE "group" = ? ORDER BY first_seen, id LIMIT 1'
_REGROUP = f'UPDATE posts SET "group" = ({_FIRST}) WHERE "group" = ?'


class _Post(NamedTuple):
    """A post as its tables have it: its row without ``group``, the words of its text and of its title, and its lists."""

    id: str
    values: list[Any]
    text: str
    title: str
    lists: list[list[tuple[Any, ...]]]


def pack_sqlite(rows: Sequence[Row], _site: Site) -> tuple[None, list[_Post]]:
    """Rows as their tables have them, with the words that are searched for."""
    names, of_lists = [field.name for field in columns()], _lists()
    return None, [_packed(row, names, of_lists) for row in rows]


def _packed(row: Row, names: list[str], of_lists: list[Field]) -> _Post:
    values = row | {"category": " ".join(row["categories"]), "group": None}
    found = [
        [(row["id"], *(item.values() if field.has_objects else (item,))) for item in row[field.name]] for field in of_lists
    ]
    return _Post(row["id"], [_value(values[name]) for name in names], searchable(row["text"]), searchable(row["title"]), found)


def _lists() -> list[Field]:
    # Lists of values come before lists of objects: this order decides the bytes of the file.
    return sorted(lists(), key=lambda field: field.has_objects)


def write_sqlite(rows: Iterable[Packed], target: Path, site: Site, checkpoint: Checkpoint) -> int:
    """Write a database, and ``….metadata.json`` for Datasette beside it, and return the number of posts.

    The same rows give the same file. The database stores the checkpoint.
    """
    with replacing(target) as temporary, closing(_made(temporary)) as db:
        db.executescript(f"PRAGMA page_size = {_PAGE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        db.executescript(";".join(tables().values()))
        db.executescript(files("crawler.exporters").joinpath("sqlite.sql").read_text("utf-8"))
        db.execute(_HASH, (_BUILDING,))
        db.execute("BEGIN")
        number = _insert(db, rows)
        db.execute("COMMIT")
        db.execute(_HASH, (_USUAL,))
        # 'optimize' is left out: it makes no search faster, and leaves a sixth of the file empty.
        db.executescript(f"{indexes()} ANALYZE;")
        _store_about(db, site, checkpoint)
    named = os.fsencode(target.stem).decode("utf-8", "replace")  # a file's name may be any bytes
    target.with_suffix(".metadata.json").write_bytes(orjson.dumps(metadata(site, named), option=orjson.OPT_INDENT_2))
    return number


def _made(path: Path) -> sqlite3.Connection:
    make_empty(path)
    return sqlite3.connect(path, isolation_level=None)


def update_sqlite(rows: Iterable[Packed], gone: Collection[str], target: Path, site: Site, checkpoint: Checkpoint) -> int:
    """Update a database in one transaction, and return the number of ``rows``.

    :param rows: the posts that are new or have changed.
    :param gone: the IDs of posts that are deleted first.
    """
    with _transaction(target) as db:
        known = _lists_in(db)
        for post_id in gone:
            _delete(db, post_id, known)
        number = _insert(db, rows, replace=True)
        _regroup(db, [post_id for post_id in gone if not db.execute(_HAS, (post_id,)).fetchone()])
        _store_about(db, site, checkpoint)
    return number


def remove_from_sqlite(target: Path, ids: Collection[str]) -> int:
    """Delete these posts, so that no byte of them stays, and return how many there were."""
    with _transaction(target) as db:
        known = _lists_in(db)
        found = sum(_delete(db, post_id, known) for post_id in sorted(ids))
        _regroup(db, ids)
        if found:
            db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('optimize')")
    return found


@contextmanager
def _transaction(target: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a database. SQLite overwrites with zeros what is deleted."""
    with open_database(target) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # Ctrl-C may come after the COMMIT
                db.execute("ROLLBACK")
            raise


def _store_about(db: sqlite3.Connection, site: Site, checkpoint: Checkpoint) -> None:
    about = {"site": site.name, "home": site.home} | checkpoint.about()
    db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
    db.execute(f"PRAGMA user_version = {VERSION}")


def has_all_tables(target: Path) -> bool:
    """Whether a database has all tables and columns of today: an earlier version of Backfile may have made it with fewer."""
    with open_database(target, "ro") as db:
        return set(tables().values()) <= {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")}


def _insert(db: sqlite3.Connection, rows: Iterable[Packed], *, replace: bool = False) -> int:
    number, names, known = 0, [field.name for field in columns()], _lists_in(db) if replace else []
    into_posts = f"INSERT INTO posts VALUES ({_marks(len(names))})"
    into_lists = [f"INSERT INTO {quoted(field.name)} VALUES ({_marks(len(field.parts) + 1)})" for field in _lists()]
    group = names.index("group")
    for number, (post, _, story) in enumerate(rows, 1):  # noqa: B007 - its last value is their number
        if replace:
            _delete(db, post.id, known)
        post.values[group] = story
        cursor = db.execute(into_posts, post.values)
        db.execute("INSERT INTO posts_fts (rowid, text, title) VALUES (?, ?, ?)", (cursor.lastrowid, post.text, post.title))
        for into, items in zip(into_lists, post.lists, strict=True):
            if items:
                db.executemany(into, items)
    return number


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _lists_in(db: sqlite3.Connection) -> list[str]:
    """The tables of lists that a database has, whatever version of Backfile made it."""
    query = (
        "SELECT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE columns.name = 'post'"
    )
    return [name for (name,) in db.execute(query)]


def _delete(db: sqlite3.Connection, post_id: str, known: Iterable[str]) -> bool:
    """Delete a post and its items in the tables of lists (``known``); gives whether there was one."""
    found = db.execute("SELECT rowid, text, title FROM posts WHERE id = ?", (post_id,)).fetchone()
    if found is None:
        return False
    old = (found[0], searchable(found[1]), searchable(found[2]))
    db.execute("INSERT INTO posts_fts (posts_fts, rowid, text, title) VALUES ('delete', ?, ?, ?)", old)
    for table in known:
        db.execute(f"DELETE FROM {quoted(table)} WHERE post = ?", (post_id,))
    db.execute("DELETE FROM posts WHERE id = ?", (post_id,))
    return True


def _regroup(db: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Name another post of the same story where one that is removed was named as the first."""
    names = {name for _, name, *_ in db.execute("PRAGMA table_info(posts)")}
    if {"group", "first_seen"} <= names:
        db.executemany(_REGROUP, [(post_id, post_id) for post_id in ids])


def _value(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def metadata(site: Site, database: str) -> dict[str, Any]:
    """How Datasette shows the database: https://docs.datasette.io/en/stable/metadata.html."""
    hidden = {name: {"hidden": True} for name in ("about", "links", "images")}
    posts = {
        "description": "One row a post; search finds words of any length as they are typed, in title and text",
        "label_column": "title",
        "sort_desc": "date",
        "facets": ["category", "day", "source", "fidelity"],
        "fts_table": "posts_fts",
        "fts_pk": "rowid",
        "size": 20,
    }
    return {
        "title": f"{site.name}: archived posts",
        "source": site.listed_hosts[0],
        "source_url": site.home,
        "databases": {database: {"tables": {"posts": posts} | hidden}},
    }


def end_transactions(database: Path) -> None:
    """Have SQLite finish or roll back what was begun in a database that is going to be replaced; then no file is beside it.

    :raises TargetInUse: if another program goes on writing to it.
    :raises OSError: if a file beside it cannot be removed.
    """
    if not any(database.with_name(database.name + end).exists() for end in _BESIDE):
        return
    if database.exists():
        try:
            with open_database(database) as db:
                db.execute("PRAGMA journal_mode = DELETE")
                db.execute("BEGIN IMMEDIATE")
                db.execute("ROLLBACK")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            pass  # a file that is no database has nothing to keep
    for end in _BESIDE:
        database.with_name(database.name + end).unlink(missing_ok=True)
