"""The database of a catalog: opened, made again if it is damaged, and committed in batches.

A number that is stored under a name comes with the next commit.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from crawler.archive.catalog import changes
from crawler.archive.catalog.catalog_file import CatalogFile
from crawler.archive.catalog.catalog_reader import open_catalog
from crawler.archive.catalog.schema import KEPT, VERSION, create_indexes, create_tables
from crawler.atomic import name, naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BATCH = 2000
_SECONDS = 2.0
#: Pages of the write-ahead log at which SQLite makes a checkpoint, which waits for the disk.
_CHECKPOINT = 10_000


class CatalogDatabase:
    """The database of one archive's catalog; with ``read_only`` it need not be writable.

    ``was_damaged``: the file was damaged and is made again. ``failed``: why it took something not, of a full disk for example.
    SQLite may have taken back with it what it had taken before; from then on it takes nothing, so that it tells of no more
    than it has, and the next run reads the rest again.
    """

    failed: sqlite3.Error | None = None

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        if read_only:
            self._db = open_catalog(path.parent)
            self._reset()
            return
        with naming(path):
            self._file = CatalogFile(path)
            self.was_damaged = self._file.was_damaged
            self._db = self._file.connect()
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
        self.failed = None
        self._pending = 0
        self._begun = 0.0
        self._sizes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._last_id: int = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]

    def recreate(self, *, damaged: bool = True) -> None:
        """Begin an empty catalog, because this one is ``damaged`` for example; all of it can be derived again.

        It replaces this one with :meth:`put_in_place`.
        """
        kept = dict[str, int]()
        with suppress(sqlite3.DatabaseError):
            kept = {name: self.number(name) for name in KEPT}
        self._db.close()
        self._file.begin_anew()
        try:
            with naming(self.path):
                self._db = self._file.connect()
                self.was_damaged = damaged
                self._open()
        except sqlite3.Error as error:
            self.failed = error  # what was begun is no catalog, so that nothing is committed to it when it is closed
            raise
        self._numbers |= {name: value for name, value in kept.items() if value}

    def put_in_place(self) -> None:
        """Put a catalog that was made again in its place, in one step, now that it is complete."""
        if self._file.is_beside:
            self.commit(durable=True)
            self._db.close()
            with naming(self.path):
                self._file.put_in_place()
                self._db = self._file.connect()
                self._open()

    def discard(self) -> None:
        """Close and delete a damaged catalog; the next run makes it again."""
        self._db.close()
        self._file.delete()

    def close(self) -> None:
        """Commit durably and close. What was not put in place is deleted, for it is not complete."""
        try:
            if not self._read_only:
                self.commit(durable=True)
        finally:
            self._db.close()
            if not self._read_only and self._file.is_beside:
                self._file.delete()

    def check(self) -> None:
        """Go on only if everything was taken.

        :raises sqlite3.Error: the one because of which something was not.
        """
        if self.failed is not None:
            raise self.failed

    @contextmanager
    def _taking(self) -> Iterator[None]:
        self.check()
        try:
            yield
        except sqlite3.Error as error:
            name(error, self.path)
            self.failed = error
            with suppress(sqlite3.Error):
                self._db.rollback()
            raise

    def commit(self, *, durable: bool = False) -> None:
        """Commit everything written so far; with ``durable`` it survives a power cut, too."""
        with self._taking():
            # Ctrl-C may come after any of these lines, and close() commits once more then: SQLite knows what was done.
            if not self._db.in_transaction and (self._sizes or self._numbers):
                self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", self._sizes.items())
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", self._numbers.items())
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._sizes, self._numbers = {}, {}
            if durable:  # a checkpoint syncs the write-ahead log first
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def rows(self, query: str, values: tuple[object, ...] | dict[str, str] = ()) -> Iterator[tuple[object, ...]]:
        """The rows that a query gives."""
        with naming(self.path):
            return iter(self._db.execute(query, values))

    def write(self, statement: str, values: tuple[object, ...] | dict[str, str] | dict[str, int]) -> None:
        """Execute a statement, which takes effect with the next commit."""
        with self._taking():
            if not self._db.in_transaction:
                self._db.execute("BEGIN")
                self._begun, self._pending = monotonic(), 0
            self._db.execute(statement, values)
        self._pending += 1
        if self._pending >= _BATCH or monotonic() - self._begun > _SECONDS:
            self.commit()

    def number(self, name: str) -> int:
        """The number stored under ``name``, or 0."""
        if name in self._numbers:
            return self._numbers[name]
        found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_number(self, name: str, value: int) -> None:
        """Store a number under ``name``, with the next commit."""
        self._numbers[name] = value

    def forget_number(self, name: str) -> None:
        """Delete the number stored under ``name``, with the next commit."""
        self._numbers.pop(name, None)
        self.write("DELETE FROM meta WHERE name = ?", (name,))
