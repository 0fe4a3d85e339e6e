"""Rows as an SQLite database: full-text search that finds what is typed, views, and what Datasette wants to know of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from crawler.atomic import replacing
from crawler.exporters.sqlite_tables import columns, indexes, lists, quoted, tables
from crawler.text.search import searchable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from crawler.exporters.rows import Row
    from crawler.exporters.stand import Stand
    from crawler.sites.site import Site

#: Of the tables; a database of another version is made anew.
VERSION = 2
_PAGE = 4096
_COMMIT = 2000


def write_sqlite(rows: Iterable[Row], target: Path, site: Site, stand: Stand) -> int:
    """A database file, and ``….metadata.json`` for Datasette beside it; gives the number of posts.

    The same rows give the same file. ``stand``: how far it goes, and what it takes; it is kept in it.
    """
    with replacing(target) as temporary, closing(sqlite3.connect(temporary, isolation_level=None)) as db:
        db.executescript(f"PRAGMA page_size = {_PAGE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        db.executescript(";".join(tables().values()))
        db.executescript(files("crawler.exporters").joinpath("sqlite.sql").read_text("utf-8"))
        db.execute("BEGIN")
        number = _insert(db, rows)
        db.execute("COMMIT")
        # No 'optimize': it finds nothing sooner, and leaves a sixth of the file empty.
        db.executescript(f"{indexes()} ANALYZE;")
        _note(db, site, stand)
    named = os.fsencode(target.stem).decode("utf-8", "replace")  # a file's name may be any bytes
    target.with_suffix(".metadata.json").write_bytes(orjson.dumps(metadata(site, named), option=orjson.OPT_INDENT_2))
    return number


def update_sqlite(rows: Iterable[Row], gone: Iterable[str], target: Path, site: Site, stand: Stand) -> int:
    """Bring a database up to date, all or nothing: ``rows`` are new and changed posts, ``gone`` the IDs of those that go."""
    with _changing(target) as db:
        known = _lists_in(db)
        for post_id in gone:
            _delete(db, post_id, known)
        number = _insert(db, rows, replace=True)
        _note(db, site, stand)
    return number


def take_out_of_sqlite(target: Path, ids: Collection[str]) -> int:
    """Delete these posts, so that no byte of them stays; gives how many were in it."""
    with _changing(target) as db:
        known = _lists_in(db)
        found = sum(_delete(db, post_id, known) for post_id in sorted(ids))
        if found:
            db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('optimize')")
    return found


@contextmanager
def _changing(target: Path) -> Iterator[sqlite3.Connection]:
    """A database to change, all or nothing. What is deleted is overwritten with zeros."""
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def _note(db: sqlite3.Connection, site: Site, stand: Stand) -> None:
    about = {"site": site.name, "home": site.home} | stand.about()
    db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
    db.execute(f"PRAGMA user_version = {VERSION}")


def has_all_tables(target: Path) -> bool:
    """Whether a database has the tables that there are now: one of an earlier version may lack some, or columns of them."""
    with closing(sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro", uri=True)) as db:
        return set(tables().values()) <= {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")}


def _insert(db: sqlite3.Connection, rows: Iterable[Row], *, replace: bool = False) -> int:
    number, names, known = 0, [field.name for field in columns()], _lists_in(db) if replace else []
    into_posts = f"INSERT INTO posts VALUES ({_marks(len(names))})"
    # Lists of values before lists of objects, as ever: the same rows give the same file.
    into_lists = [
        (field, f"INSERT INTO {quoted(field.name)} VALUES ({_marks(len(field.parts) + 1)})")
        for field in sorted(lists(), key=lambda field: field.has_objects)
    ]
    for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
        if replace:
            _delete(db, row["id"], known)
        values = row | {"category": " ".join(row["categories"])}
        cursor = db.execute(into_posts, [_value(values[name]) for name in names])
        found = (cursor.lastrowid, searchable(row["text"]), searchable(row["title"]))
        db.execute("INSERT INTO posts_fts (rowid, text, title) VALUES (?, ?, ?)", found)
        for field, into in into_lists:
            items = (item.values() if field.has_objects else (item,) for item in row[field.name])
            db.executemany(into, [(row["id"], *item) for item in items])
    return number


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _lists_in(db: sqlite3.Connection) -> list[str]:
    """The tables of posts' lists that a database has, which another version of Backfile may have made."""
    query = (
        "SELECT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE columns.name = 'post'"
    )
    return [name for (name,) in db.execute(query)]


def _delete(db: sqlite3.Connection, post_id: str, known: Iterable[str]) -> bool:
    """Whether it was there; ``known``: the tables of lists."""
    found = db.execute("SELECT rowid, text, title FROM posts WHERE id = ?", (post_id,)).fetchone()
    if found is None:
        return False
    old = (found[0], searchable(found[1]), searchable(found[2]))
    db.execute("INSERT INTO posts_fts (posts_fts, rowid, text, title) VALUES ('delete', ?, ?, ?)", old)
    for table in known:
        db.execute(f"DELETE FROM {quoted(table)} WHERE post = ?", (post_id,))
    db.execute("DELETE FROM posts WHERE id = ?", (post_id,))
    return True


def _value(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def metadata(site: Site, database: str) -> dict[str, Any]:
    """What Datasette shows: https://docs.datasette.io/en/stable/metadata.html."""
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
