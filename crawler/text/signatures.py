"""The signatures of texts that were read before, stored beside the archive so that each is made only once.

``signatures.sqlite`` can be deleted at any time. Where it cannot be written, every text is read again.
"""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from crawler.archive.entry import entry_of
from crawler.archive.lines import index_lines
from crawler.archive.paths import SIGNATURE_FILES, SIGNATURES
from crawler.archive.schema import is_busy

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.text.near import Signature

#: The version of the way in which signatures are made. A file of another version is made anew.
_VERSION = 1
_BATCH = 1000
#: Seconds for which another process's transaction is waited for.
_PATIENCE = 60.0


class Signatures:
    """Signatures by the SHA-256 of their source posts."""

    def __init__(self, archive: Path) -> None:
        self._db = self._open(archive / SIGNATURES)
        #: Added and not yet written. They are written in one short transaction, so that another export need not wait long.
        self._pending: dict[str, Signature] = {}

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        for place in (str(path), ":memory:"):
            db = None
            try:
                db = sqlite3.connect(place, isolation_level=None)
                if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    db.executescript(
                        "BEGIN IMMEDIATE; DROP TABLE IF EXISTS signatures;"
                        "CREATE TABLE signatures (sha256 BLOB PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;"
                        f"PRAGMA user_version = {_VERSION}; COMMIT;"
                    )
                db.execute("PRAGMA synchronous = OFF")
            except sqlite3.Error:
                if db is not None:
                    db.close()
            else:
                return db
        raise AssertionError("SQLite has no database in memory")

    def get(self, sha256: str) -> Signature | None:
        """The signature of a source post, ``None`` if it was not read yet."""
        if sha256 in self._pending:
            return self._pending[sha256]
        found = None
        with suppress(sqlite3.Error):
            found = self._db.execute("SELECT numbers FROM signatures WHERE sha256 = ?", (bytes.fromhex(sha256),)).fetchone()
        if found is None:
            return None
        numbers = array("I")
        numbers.frombytes(found[0])
        return tuple(numbers)

    def add(self, sha256: str, found: Signature) -> None:
        """Store a signature. If the disk does not take it, the next export takes longer, and nothing else is lost."""
        self._pending[sha256] = found
        if len(self._pending) >= _BATCH:
            self._write()

    def close(self) -> None:
        """Write what was added, and close the database."""
        self._write()
        self._db.close()

    def _write(self) -> None:
        values = [(bytes.fromhex(sha256), array("I", found).tobytes()) for sha256, found in self._pending.items()]
        self._pending.clear()
        if values:
            with suppress(sqlite3.Error):
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    self._db.executemany("INSERT OR REPLACE INTO signatures VALUES (?, ?)", values)
                finally:
                    self._db.execute("COMMIT")


def forget_signature(archive: Path, sha256: str) -> None:
    """Delete the signature of a text; all of them, if the file is no database, or an export was killed when it made it.

    :raises sqlite3.OperationalError: if another process keeps the file locked.
    """
    path = archive / SIGNATURES
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as db:
            db.execute("DELETE FROM signatures WHERE sha256 = ?", (bytes.fromhex(sha256),))
            db.commit()
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise
        for name in SIGNATURE_FILES:
            (archive / name).unlink(missing_ok=True)


def forget_signatures_of_others(archive: Path) -> None:
    """Delete the signatures of texts that the index does not have, as an export may have added one of a post just forgotten."""
    if not (archive / SIGNATURES).exists():
        return
    kept = {entry["sha256"] for entry in map(entry_of, index_lines(archive)) if entry is not None}
    with suppress(sqlite3.Error), closing(sqlite3.connect(archive / SIGNATURES, timeout=_PATIENCE)) as db:
        others = [(key,) for (key,) in db.execute("SELECT sha256 FROM signatures") if key.hex() not in kept]
        db.executemany("DELETE FROM signatures WHERE sha256 = ?", others)
        db.commit()
