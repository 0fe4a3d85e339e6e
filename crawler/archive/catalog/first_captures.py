"""The posts that were captured, in the order of their first captures: what a rebuild plans, while captures come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.catalog.sql_function import sql_function

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

#: ``firsts`` has the first capture of each post, ``pages`` its addresses; both are of pages that were found. Whether a revisit
#: is such a page is known when all captures are there.
_TABLES = """
PRAGMA planned.journal_mode = OFF; PRAGMA planned.synchronous = OFF;
CREATE TABLE planned.pages (id, url, PRIMARY KEY (id, url)) WITHOUT ROWID;
CREATE TABLE planned.firsts (capture INTEGER PRIMARY KEY, id UNIQUE);
CREATE TABLE planned.revisits (id, url, capture);
CREATE TABLE planned.plan (id, url);
CREATE TEMP TABLE left_out (id PRIMARY KEY) WITHOUT ROWID;
"""
_WANTED = "post IS NOT NULL AND post NOT IN (SELECT id FROM left_out)"
_RESPONSES = f"FROM one.found WHERE type = 'response' AND status = 200 AND {_WANTED}"
_REVISITS = f"FROM one.found WHERE type = 'revisit' AND status IN (0, 200) AND {_WANTED}"
_NOTE: tuple[str, ...] = (
    f"INSERT OR IGNORE INTO planned.pages SELECT post, url {_RESPONSES}",
    f"INSERT OR IGNORE INTO planned.firsts SELECT :before + rowid, post {_RESPONSES} ORDER BY rowid",
    f"INSERT INTO planned.revisits SELECT post, url, :before + rowid {_REVISITS}",
)
_FOUND = "FROM planned.revisits AS r JOIN captures AS c ON c.id = r.capture WHERE c.status = 200"
_EARLIEST = "ON CONFLICT (id) DO UPDATE SET capture = min(capture, excluded.capture)"
_MAKE = (
    f"INSERT OR IGNORE INTO planned.pages SELECT r.id, r.url {_FOUND}",
    f"INSERT INTO planned.firsts SELECT r.capture, r.id {_FOUND} {_EARLIEST}",
    "INSERT INTO planned.plan SELECT id, url FROM planned.firsts CROSS JOIN planned.pages USING (id) ORDER BY capture, url",
)


class FirstCaptures:
    """Notes the posts of captures that are added to a catalog, and makes a plan of them in a database of its own.

    :param db: the catalog's connection.
    :param left_out: the IDs of posts that are not planned.
    :param is_taken: whether the page at an address is planned; ``None`` if all are.
    """

    def __init__(
        self, db: sqlite3.Connection, path: Path, left_out: Iterable[str], is_taken: Callable[[str], bool] | None
    ) -> None:
        self._db = db
        db.execute("ATTACH ? AS planned", (str(path),))
        db.executescript(_TABLES)
        db.executemany("INSERT OR IGNORE INTO left_out VALUES (?)", ((post_id,) for post_id in left_out))
        self._is_taken = is_taken or bool
        self._statements = _NOTE
        if is_taken is not None:
            self._statements = tuple(one.replace(_WANTED, f"{_WANTED} AND is_taken(url)") for one in _NOTE)

    def note(self, before: int) -> None:
        """Note the posts of a scan, whose captures were added behind the row ``before``."""
        with sql_function(self._db, "is_taken", self._is_taken):
            for statement in self._statements:
                self._db.execute(statement, {"before": before})

    def make_plan(self) -> int:
        """Write the plan, once all captures have the statuses and payloads that they have in the end; returns its posts."""
        for statement in _MAKE:
            self._db.execute(statement)
        return int(self._db.execute("SELECT count(*) FROM planned.firsts").fetchone()[0])
