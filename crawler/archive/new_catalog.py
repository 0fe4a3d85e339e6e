"""A catalog made in one go, of what a rebuild's processes noted.

In bulk, from database to database: it takes a quarter of the time that :class:`crawler.archive.catalog.Catalog` takes, to which
a run adds its rows one by one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from crawler.archive import captures, changes, holdings, index
from crawler.archive.follow import followed
from crawler.archive.post_rows import PostRows, post_row
from crawler.archive.schema import create_indexes, create_tables
from crawler.archive.scratch import database
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

#: What :func:`note_post` writes to.
POSTS = """
CREATE TABLE posts (id, url, title, category, unfinished, first_seen, line);
CREATE TABLE post_urls (url, id);
"""
_ORDER = "CREATE INDEX posts_order ON posts (first_seen, id)"
_PAYLOADS = """
BEGIN;
UPDATE captures SET payload_id = coalesce((SELECT min(p.id) FROM captures p WHERE p.type = 'response'
    AND p.payload_digest = captures.payload_digest), 0) WHERE type = 'revisit' AND payload_digest != '';
-- One without a digest, as RFC 9110's 304 may be kept, stands for what its address said before.
UPDATE captures SET payload_id = coalesce((SELECT p.payload_id FROM captures p WHERE p.url = captures.url
    AND p.status = 200 AND p.time <= captures.time AND p.payload_id ORDER BY p.time DESC, p.id DESC LIMIT 1), 0)
    WHERE type = 'revisit' AND payload_digest = '';
UPDATE captures SET payload_digest = (SELECT p.payload_digest FROM captures p WHERE p.id = captures.payload_id)
    WHERE payload_digest = '' AND payload_id;
UPDATE captures SET status = (SELECT p.status FROM captures p WHERE p.id = captures.payload_id)
    WHERE status = 0 AND payload_id;
COMMIT;
"""


def note_post(db: sqlite3.Connection, post: Mapping[str, Any], line: str, urls: Iterable[str]) -> None:
    """Note a post that was made, its index line and the addresses of its pages, for :meth:`NewCatalog.add_posts`."""
    db.execute("INSERT INTO posts VALUES (?,?,?,?,?,?,?)", post_row(post, line))
    db.executemany("INSERT INTO post_urls VALUES (?,?)", [(url, post["id"]) for url in urls])


def note_first_captures(db: sqlite3.Connection, catalog: Path) -> None:
    """Make a table ``pages`` of a table ``known``: of each of its URLs that was there, the ID and the first capture."""
    db.execute("ATTACH ? AS new", (str(catalog),))
    db.execute(
        "CREATE TABLE pages AS SELECT known.id, url, min(captures.id) AS first"
        " FROM known CROSS JOIN new.captures USING (url) WHERE status = 200 GROUP BY url"
    )
    db.execute("DETACH new")


class NewCatalog(PostRows):
    """First all captures (:meth:`add_file`, :meth:`resolve`), then, opened again, all posts."""

    @classmethod
    @contextmanager
    def begun(cls, path: Path) -> Iterator[NewCatalog]:
        """An empty one, in place of whatever is there."""
        with closing(database(path)) as db:
            create_tables(db)
            yield cls(db)

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[NewCatalog]:
        """One that has all its captures, and no posts."""
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DELETE FROM posts; DELETE FROM post_urls;")
            db.execute("DROP INDEX IF EXISTS posts_order")
            yield cls(db)

    def add_file(self, name: str, size: int, held: Path) -> None:
        """Add the captures of a WARC file, as they were noted in :mod:`crawler.archive.holdings`."""
        self._db.execute("ATTACH ? AS one", (str(held),))
        self._db.execute("BEGIN")
        self._db.execute(
            f"INSERT INTO captures ({holdings.COLUMNS}, file, payload_id)"
            f" SELECT {holdings.COLUMNS}, ?, 0 FROM one.found ORDER BY offset",
            (name,),
        )
        self._db.execute("INSERT INTO files VALUES (?, ?)", (name, size))
        self._db.execute("COMMIT")
        self._db.execute("DETACH one")

    def resolve(self) -> list[str]:
        """Give each revisit the stored response that it stands for; those that have none are taken out and named."""
        self._db.execute("UPDATE captures SET payload_id = id WHERE type = 'response'")
        create_indexes(self._db)
        self._db.executescript(_PAYLOADS)
        orphans = self._db.execute("SELECT file, offset, url FROM captures WHERE payload_id = 0 ORDER BY id").fetchall()
        self._db.execute("DELETE FROM captures WHERE payload_id = 0")
        for number in ("settled", captures.SYNCED):
            self._db.execute("INSERT INTO meta SELECT ?, coalesce(max(id), 0) FROM captures", (number,))
        return [
            f"{file}: byte {offset}: a revisit of {url} whose payload is in none of the inputs" for file, offset, url in orphans
        ]

    def add_posts(self, made: Path) -> None:
        """Add posts as :func:`note_post` noted them."""
        self._db.execute("ATTACH ? AS chunk", (str(made),))
        self._db.execute("BEGIN")
        self._db.execute("INSERT INTO posts SELECT * FROM chunk.posts ORDER BY rowid")
        self._db.execute("INSERT OR REPLACE INTO post_urls SELECT * FROM chunk.post_urls ORDER BY rowid")
        self._db.execute("COMMIT")
        self._db.execute("DETACH chunk")

    def keep_posts(self, posts: Iterable[tuple[Mapping[str, Any], str]]) -> None:
        """Add posts of the old index, with their lines, that are not among the new ones."""
        self._db.execute("BEGIN")
        for post, line in posts:
            self._db.execute("INSERT INTO posts VALUES (?,?,?,?,?,?,?)", post_row(post, line))
            self._db.execute("INSERT OR REPLACE INTO post_urls VALUES (?, ?)", (post["url"], post["id"]))
        self._db.execute("COMMIT")

    def finish(self, path: Path, old: Path | None) -> None:
        """Write the index of all posts to ``path``, and number what differs from the ``old`` archive."""
        self._db.execute(_ORDER)
        size = index.write_index(path, self.post_lines())
        self._set(index.INDEX_SIZE, size)
        self._set(index.SYNCED, self.last_post_row())
        self._number_changes(old)
        # As the archive's own catalogs are kept, so that a reader never has to wait for a writer.
        self._db.execute("PRAGMA journal_mode = WAL")

    def _number_changes(self, old: Path | None) -> None:
        """Go on with the numbers of the old catalog, so that who follows the archive is told of no more than what differs."""
        goes_on = False
        if old is not None:
            with suppress(CannotRun), followed(old) as before:
                rows = before.execute("SELECT * FROM changes ORDER BY seq")
                self._db.executemany("INSERT INTO changes VALUES (?,?,?,?)", rows)
                self._set(changes.EPOCH, changes.current(before).epoch)
                goes_on = True
        if not goes_on:
            self._db.execute("DELETE FROM changes")  # what came of one that turned out to be damaged
        changes.note_all(self._db)
        if not goes_on:  # the same captures give the same catalog
            digests = "".join(digest for (digest,) in self._db.execute("SELECT digest FROM changes ORDER BY seq"))
            self._set(changes.EPOCH, int(changes.line_digest(digests)[:12], 16))

    def _set(self, number: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (number, value))
