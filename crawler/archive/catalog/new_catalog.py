"""The catalog of a rebuild, filled in bulk from the intermediate databases that its processes wrote.

This takes a quarter of the time that :class:`crawler.archive.catalog.catalog.Catalog` takes, to which a run adds its rows
one by one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from crawler.archive import captures, index
from crawler.archive.catalog import changes
from crawler.archive.catalog.capture_rows import CaptureRows
from crawler.archive.catalog.catalog_reader import reading_catalog
from crawler.archive.catalog.first_captures import FirstCaptures
from crawler.archive.catalog.intermediate import SCAN_COLUMNS, create_database
from crawler.archive.catalog.post_rows import PostRows, post_row
from crawler.archive.catalog.schema import KEPT, create_indexes, create_indexes_of_histories, create_tables
from crawler.archive.lines import write_index
from crawler.atomic import naming
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

#: The tables that :class:`NewPosts` writes to.
POSTS = """
CREATE TABLE posts (id, url, title, category, unfinished, first_seen, line);
CREATE TABLE post_urls (url, id);
CREATE TABLE digests (id, digest);
"""
#: The digest of each post's line, which the processes that made the posts have computed.
_DIGESTS = "CREATE TEMP TABLE digests (id PRIMARY KEY, digest) WITHOUT ROWID"
_DIGEST = "(SELECT digest FROM digests WHERE digests.id = posts.id)"
#: What revisits say that they refer to, while payloads are looked for.
_REFERS = "CREATE TEMP TABLE refers (file, offset, url, time, PRIMARY KEY (file, offset)) WITHOUT ROWID"
_BY_DIGEST = """
UPDATE captures SET payload_id = coalesce((SELECT min(p.id) FROM captures p WHERE p.type = 'response'
    AND p.payload_digest = captures.payload_digest), 0) WHERE type = 'revisit' AND NOT payload_id AND payload_digest != ''
"""
_PAYLOADS = f"""
BEGIN;
{_BY_DIGEST} AND (status != 304 OR EXISTS (SELECT 1 FROM captures p WHERE p.url = captures.url AND p.status = 200
    AND p.payload_digest = captures.payload_digest));
-- A digest of another algorithm than the response's says nothing, the named capture does.
UPDATE captures SET payload_id = coalesce((SELECT p.payload_id FROM refers r JOIN captures p ON p.url = r.url
    AND p.time >= substr(r.time, 1, 19) AND p.time < substr(r.time, 1, 19) || '~'
    WHERE r.file = captures.file AND r.offset = captures.offset AND p.payload_id ORDER BY p.type, p.id LIMIT 1), 0)
    WHERE type = 'revisit' AND NOT payload_id AND status != 304;
-- A revisit without a digest, and a 304, repeats the latest earlier page of its URL.
UPDATE captures SET payload_id = coalesce((SELECT p.payload_id FROM captures p WHERE p.url = captures.url
    AND p.status = 200 AND p.time <= captures.time AND p.payload_id ORDER BY p.time DESC, p.id DESC LIMIT 1), 0)
    WHERE type = 'revisit' AND NOT payload_id AND (payload_digest = '' OR status = 304);
{_BY_DIGEST};
UPDATE captures SET payload_digest = (SELECT p.payload_digest FROM captures p WHERE p.id = captures.payload_id)
    WHERE type = 'revisit' AND payload_id;
UPDATE captures SET status = (SELECT p.status FROM captures p WHERE p.id = captures.payload_id)
    WHERE type = 'revisit' AND status = 0 AND payload_id;
COMMIT;
"""
_ORPHANS = "FROM captures WHERE type = 'revisit' AND payload_id = 0"
_OF_KEPT = f"SELECT name, value FROM meta WHERE name IN ({','.join('?' * len(KEPT))})"


class NewPosts:
    """Derived posts that are written at once, for :meth:`NewCatalog.add_posts`."""

    def __init__(self) -> None:
        self._posts: list[tuple[object, ...]] = []
        self._urls: list[tuple[str, str]] = []
        self._digests: list[tuple[str, str]] = []

    def add(self, post: Mapping[str, Any], line: str, urls: Iterable[str]) -> None:
        """Add a post, its index line and the URLs of its pages."""
        self._posts.append(post_row(post, line))
        self._urls += [(url, post["id"]) for url in urls]
        self._digests.append((post["id"], changes.line_digest(line)))

    def write(self, db: sqlite3.Connection) -> None:
        """Write all of them."""
        db.executemany("INSERT INTO posts VALUES (?,?,?,?,?,?,?)", self._posts)
        db.executemany("INSERT OR REPLACE INTO post_urls VALUES (?,?)", self._urls)
        db.executemany("INSERT OR REPLACE INTO digests VALUES (?,?)", self._digests)


class NewCatalog(PostRows):
    """A catalog that gets all captures first (:meth:`add_file`, :meth:`resolve`), and, opened again, all posts."""

    _first_captures: FirstCaptures | None = None

    @classmethod
    @contextmanager
    def created(cls, path: Path) -> Iterator[NewCatalog]:
        """Create an empty catalog, replacing whatever is there."""
        with naming(path), closing(create_database(path)) as db:
            create_tables(db)
            db.execute(_REFERS)
            yield cls(db)

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[NewCatalog]:
        """Open a catalog that has its captures, and make the indexes that reading those does not take."""
        with naming(path), closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            create_indexes(db)
            db.execute(_DIGESTS)
            yield cls(db)

    def plan_posts(self, path: Path, left_out: Iterable[str], is_taken: Callable[[str], bool] | None) -> None:
        """Note the posts of all captures that are added from now on; see :class:`FirstCaptures`."""
        self._first_captures = FirstCaptures(self._db, path, left_out, is_taken)

    def make_plan(self) -> int:
        """Write the plan of the posts that were noted, and return their number."""
        assert self._first_captures is not None
        return self._first_captures.make_plan()

    def add_file(self, name: str, size: int, scans: Iterable[Path]) -> None:
        """Add the captures of a WARC file from the databases of its scan (:mod:`crawler.archive.catalog.intermediate`)."""
        for scan in scans:
            self._add_scan(name, scan)
        self._db.execute("INSERT INTO files VALUES (?, ?)", (name, size))

    def _add_scan(self, name: str, scan: Path) -> None:
        (before,) = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
        self._db.execute("ATTACH ? AS one", (str(scan),))
        self._db.execute("BEGIN")
        self._db.execute(
            f"INSERT INTO captures (id, {SCAN_COLUMNS}, file, payload_id) SELECT :before + rowid, {SCAN_COLUMNS}, :name,"
            " CASE type WHEN 'response' THEN :before + rowid ELSE 0 END FROM one.found ORDER BY rowid",
            {"before": before, "name": name},
        )
        self._db.execute(
            "INSERT OR IGNORE INTO refers SELECT ?, offset, refers_url, refers_time FROM one.found WHERE refers_url != ''",
            (name,),
        )
        if self._first_captures is not None:
            self._first_captures.note(before)
        self._db.execute("COMMIT")
        self._db.execute("DETACH one")

    def resolve(self) -> list[str]:
        """Find the stored response that each revisit repeats; remove revisits without one, and return a line for each.

        Of the indexes, only those that this and making posts take are created.
        """
        create_indexes_of_histories(self._db)
        self._db.executescript(_PAYLOADS)
        orphans = self._db.execute(f"SELECT file, offset, url {_ORPHANS} ORDER BY id").fetchall()
        self._db.execute(f"DELETE {_ORPHANS}")
        for number in (captures.DERIVED, captures.SYNCED):
            self._db.execute("INSERT INTO meta SELECT ?, coalesce(max(id), 0) FROM captures", (number,))
        return [
            f"{file}: byte {offset}: a revisit of {url} whose payload is in none of the inputs" for file, offset, url in orphans
        ]

    def add_posts(self, made: Path) -> None:
        """Add the posts of one chunk, as :class:`NewPosts` wrote them."""
        self._db.execute("ATTACH ? AS chunk", (str(made),))
        self._db.execute("BEGIN")
        self._db.execute("INSERT INTO posts SELECT * FROM chunk.posts ORDER BY rowid")
        self._db.execute("INSERT OR REPLACE INTO post_urls SELECT * FROM chunk.post_urls ORDER BY rowid")
        self._db.execute("INSERT INTO temp.digests SELECT * FROM chunk.digests")
        self._db.execute("COMMIT")
        self._db.execute("DETACH chunk")

    @property
    def captures(self) -> CaptureRows:
        """The captures."""
        return CaptureRows(self._db)

    def keep_posts(self, posts: Iterable[tuple[Mapping[str, Any], str]]) -> None:
        """Add posts of the old index that were not derived again, or not as well, with their old lines."""
        self._db.execute("BEGIN")
        for post, line in posts:
            self._db.execute("DELETE FROM posts WHERE id = ?", (post["id"],))
            kept = NewPosts()
            kept.add(post, line, [post["url"]])
            kept.write(self._db)
        self._db.execute("COMMIT")

    def finish(self, path: Path, old: Path | None) -> None:
        """Write the index of all posts to ``path``, unsynced, and number the changes since the ``old`` archive."""
        size = write_index(path, self.post_lines(), durable=False)
        self._set(index.INDEX_SIZE, size)
        self._set(index.SYNCED, self.last_post_row())
        self._number_changes(old)
        # In WAL mode, as every catalog of an archive, readers never wait for a writer.
        self._db.execute("PRAGMA journal_mode = WAL")

    def _number_changes(self, old: Path | None) -> None:
        """Continue the numbers of the old catalog, so that readers get only what differs."""
        goes_on = False
        if old is not None:
            with suppress(CannotRun), reading_catalog(old) as before:
                rows = before.execute("SELECT * FROM changes ORDER BY seq")
                self._db.executemany("INSERT INTO changes VALUES (?,?,?,?)", rows)
                self._set(changes.EPOCH, changes.current(before).epoch)
                for name, value in before.execute(_OF_KEPT, KEPT):
                    self._set(name, value)
                goes_on = True
        if not goes_on:
            self._db.execute("DELETE FROM changes")  # a damaged catalog may have given some
        changes.note_all(self._db, _DIGEST)
        if not goes_on:  # an epoch made of the content, so that the same captures give the same catalog
            digests = "".join(digest for (digest,) in self._db.execute("SELECT digest FROM changes ORDER BY seq"))
            self._set(changes.EPOCH, int(changes.line_digest(digests)[:12], 16))

    def _set(self, number: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (number, value))
