"""The catalog: an SQLite database of all captures and posts, derived from the WARC files and the index.

Rows are committed in batches. The catalog records how many bytes of each WARC file it covers, so rows that a crash lost are
read again from the ends of the files.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from crawler.archive import changes
from crawler.archive.capture_rows import CaptureRows
from crawler.archive.catalog_file import CatalogFile
from crawler.archive.catalog_reader import open_catalog
from crawler.archive.post_rows import PostRows, post_row
from crawler.archive.schema import COLUMNS, EXPLORING, VERSION, CaptureRow, create_indexes, create_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from crawler.warc.scan import ScannedCapture

_BATCH = 2000
_SECONDS = 2.0
#: Pages of the write-ahead log at which SQLite makes a checkpoint, which waits for the disk.
_CHECKPOINT = 10_000
_UNCAPTURED = "DELETE FROM rechecks WHERE tries = 0 AND NOT EXISTS (SELECT 1 FROM captures WHERE captures.url = rechecks.url)"
#: Where the captures after a row begin, by file; by the index of files, SQLite would go through all captures at every start.
FIRST_AFTER = "SELECT file, min(offset) FROM captures NOT INDEXED WHERE id > ? GROUP BY file"


class Catalog(CaptureRows, PostRows):
    """The catalog of one archive. One thread may use it at a time (Scrapy's shell opens it in one and reads in another).

    With ``read_only`` it need not be writable, and writing to it raises :class:`sqlite3.OperationalError`.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        if read_only:
            super().__init__(open_catalog(path.parent))
            self._reset()
            return
        self._file = CatalogFile(path)
        #: Whether the file was damaged and is made again.
        self.was_damaged = self._file.was_damaged
        super().__init__(self._file.connect())
        self._open()

    def _open(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        self._db.execute("PRAGMA secure_delete = ON")  # zeros in place of what is deleted, which SQLite may leave in the file
        if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            create_tables(self._db)
            create_indexes(self._db)
            self._db.execute("INSERT INTO meta VALUES (?, ?)", (changes.EPOCH, secrets.randbits(48)))
        else:
            create_indexes(self._db)  # an earlier release had fewer
        self._reset()

    def _reset(self) -> None:
        self._pending = 0
        self._begun = 0.0
        self._sizes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._last_id: int = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]

    def recreate(self, *, damaged: bool = True) -> None:
        """Begin an empty catalog, because this one is ``damaged`` for example; all of it can be derived again.

        It replaces this one with :meth:`put_in_place`.
        """
        exploring = 0
        with suppress(sqlite3.DatabaseError):
            exploring = self.number(EXPLORING)
        self._db.close()
        self._file.begin_anew()
        self._db = self._file.connect()
        self.was_damaged = damaged
        self._open()
        if exploring:
            self.set_number(EXPLORING, exploring)

    def put_in_place(self) -> None:
        """Put a catalog that was made again in its place, in one step, now that it is complete."""
        if self._file.is_beside:
            self.commit(durable=True)
            self._db.close()
            self._file.put_in_place()
            self._db = self._file.connect()
            self._open()

    def discard(self) -> None:
        """Close and delete a damaged catalog; the next run makes it again."""
        self._db.close()
        self._file.delete()

    def close(self) -> None:
        """Commit durably and close. What was not put in place is deleted, for it is not complete."""
        if not self._read_only:
            self.commit(durable=True)
        self._db.close()
        if not self._read_only and self._file.is_beside:
            self._file.delete()

    def commit(self, *, durable: bool = False) -> None:
        """Commit everything written so far; with ``durable`` it survives a power cut, too."""
        sizes, self._sizes = self._sizes, {}
        numbers, self._numbers = self._numbers, {}
        if not self._pending and (sizes or numbers):
            self._db.execute("BEGIN")
            self._pending = 1
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", sizes.items())
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", numbers.items())
        if self._pending:
            self._db.execute("COMMIT")
            self._pending = 0
        if durable:  # a checkpoint syncs the write-ahead log first
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def rows(self, query: str, values: tuple[object, ...] | dict[str, str] = ()) -> Iterator[tuple[object, ...]]:
        """The rows that a query gives."""
        return iter(self._db.execute(query, values))

    def write(self, statement: str, values: tuple[object, ...] | dict[str, str] | dict[str, int]) -> None:
        """Execute a statement, which takes effect with the next commit."""
        if not self._pending:
            self._db.execute("BEGIN")
            self._begun = monotonic()
        self._db.execute(statement, values)
        self._pending += 1
        if self._pending >= _BATCH or monotonic() - self._begun > _SECONDS:
            self.commit()

    # Captures

    def add_capture(self, found: ScannedCapture, file: str, payload: CaptureRow | None) -> CaptureRow:
        """Add a stored response, or a revisit that repeats a row's ``payload``, and return its row."""
        self._last_id += 1
        row = CaptureRow(
            self._last_id,
            found.url,
            found.time,
            found.status,
            "response" if payload is None else "revisit",
            file,
            found.offset,
            found.length,
            found.payload_digest if payload is None else payload.payload_digest,
            self._last_id if payload is None else payload.id,
        )
        self.write(f"INSERT OR REPLACE INTO captures ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        return row

    @property
    def last_id(self) -> int:
        """The ID of the newest row of ``captures``."""
        return self._last_id

    def forget_captures_after(self, row_id: int) -> dict[str, int]:
        """Delete the rows after this one, which are to be read again; return the offset of the first of them in each file."""
        self.commit()
        found: dict[str, int] = dict(self._db.execute(FIRST_AFTER, (row_id,)))
        if found:
            self.write("DELETE FROM captures WHERE id > ?", (row_id,))
            self._last_id = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
        return found

    def forget_captures(self, row_ids: Iterable[int], urls: Iterable[str]) -> None:
        """Delete captures, and the rechecks of these URLs."""
        for row_id in row_ids:
            self.write("DELETE FROM captures WHERE id = ?", (row_id,))
        for url in urls:
            self.write("DELETE FROM rechecks WHERE url = ?", (url,))

    def forget_uncaptured_visits(self) -> None:
        """Delete visits whose captures did not survive a crash, so that the pages are requested again."""
        self.write(_UNCAPTURED, ())

    # Files

    def file_size(self, name: str) -> int:
        """How many bytes of a WARC file the catalog covers."""
        if name in self._sizes:
            return self._sizes[name]
        found = self._db.execute("SELECT size FROM files WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_file_size(self, name: str, size: int) -> None:
        """Record that the catalog covers ``size`` bytes of a WARC file."""
        self._sizes[name] = size

    def forget_file(self, name: str) -> None:
        """Delete a WARC file and its captures, which are to be read again."""
        self._sizes.pop(name, None)
        self.write("DELETE FROM captures WHERE file = ?", (name,))
        self.write("DELETE FROM files WHERE name = ?", (name,))

    def file_names(self) -> list[str]:
        """The names of the WARC files that the catalog covers."""
        return [name for (name,) in self._db.execute("SELECT name FROM files ORDER BY name")]

    # Posts

    def set_post(self, post: Mapping[str, Any], line: str) -> None:
        """Store the newest index line of a post, with the columns that queries need."""
        self.write("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?, ?, ?)", post_row(post, line))
        self.write("INSERT OR REPLACE INTO post_urls VALUES (?, ?)", (post["url"], post["id"]))
        self.write(*changes.note(post["id"], line))

    def forget_post(self, post_id: str) -> None:
        """Delete one post and the rechecks of its pages."""
        self.write("DELETE FROM rechecks WHERE url IN (SELECT url FROM post_urls WHERE id = ?)", (post_id,))
        self.write("DELETE FROM post_urls WHERE id = ?", (post_id,))
        self.write("DELETE FROM posts WHERE id = ?", (post_id,))
        self.write(*changes.note(post_id, None))

    def forget_posts(self) -> None:
        """Delete all posts, which are to be read again from the index, and the changes that no reader has seen."""
        for statement in changes.WITHDRAW:
            self.write(statement, {"synced": self.number(changes.SYNCED)})
        self.write("DELETE FROM posts", ())
        self.write("DELETE FROM post_urls", ())

    def changes_so_far(self) -> changes.Token:
        """The token of a reader that has seen every change up to now."""
        return changes.Token(self.number(changes.EPOCH), self.number(changes.SYNCED))

    def number(self, name: str) -> int:
        """The number stored under ``name``, or 0."""
        if name in self._numbers:
            return self._numbers[name]
        found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_number(self, name: str, value: int) -> None:
        """Store a number under ``name``, with the next commit."""
        self._numbers[name] = value

    def counts(self) -> dict[str, int]:
        """The numbers of captures, URLs, files and posts in the catalog."""
        self.commit()
        found = self._db.execute(
            "SELECT (SELECT count(*) FROM captures), (SELECT count(DISTINCT url) FROM captures),"
            " (SELECT count(*) FROM files), (SELECT count(*) FROM posts)"
        ).fetchone()
        return dict(zip(("captures", "urls", "files", "posts"), found, strict=True))
