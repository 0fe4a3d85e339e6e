"""Signatures of texts that were read before, kept beside the archive: each is made once in a text's life.

Derived: ``signatures.sqlite`` can go at any time. Where it cannot be written, every text is read again.
"""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import suppress
from pathlib import Path

from crawler.reading.near import Signature

FILE = "signatures.sqlite"
#: Of the way signatures are made; another one makes them all again.
_VERSION = 1
_BATCH = 1000


class Signatures:
    """By the SHA-256 of the source post."""

    def __init__(self, archive: Path) -> None:
        self._db = self._open(archive / FILE)
        self._pending = 0

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        for place in (str(path), ":memory:"):
            with suppress(sqlite3.Error):
                db = sqlite3.connect(place)
                if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    db.executescript(
                        "DROP TABLE IF EXISTS signatures;"
                        "CREATE TABLE signatures (sha256 BLOB PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;"
                        f"PRAGMA user_version = {_VERSION}; PRAGMA synchronous = OFF;"
                    )
                return db
        raise AssertionError("SQLite has no database in memory")

    def get(self, sha256: str) -> Signature | None:
        """The signature of a source post, ``None`` if it was not read yet."""
        found = self._db.execute("SELECT numbers FROM signatures WHERE sha256 = ?", (bytes.fromhex(sha256),)).fetchone()
        if found is None:
            return None
        numbers = array("I")
        numbers.frombytes(found[0])
        return tuple(numbers)

    def note(self, sha256: str, found: Signature) -> None:
        """Keep one. A disk that does not take it costs the next export time, and nothing else."""
        with suppress(sqlite3.OperationalError):
            values = (bytes.fromhex(sha256), array("I", found).tobytes())
            self._db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", values)
            self._pending += 1
            if self._pending >= _BATCH:
                self._db.commit()
                self._pending = 0

    def close(self) -> None:
        """Keep what was noted."""
        with suppress(sqlite3.OperationalError):
            self._db.commit()
        self._db.close()
