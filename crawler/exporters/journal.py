"""What SQLite keeps beside a database while it changes: it belongs to that file alone, and spoils another in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE = ("-journal", "-wal", "-shm")


def settle(database: Path) -> None:
    """Have SQLite finish or take back what was begun in a database that is going to be replaced; then nothing is beside it.

    :raises sqlite3.OperationalError: if somebody is writing to it.
    :raises OSError: if what is beside it cannot be removed.
    """
    if not any(database.with_name(database.name + end).exists() for end in _BESIDE):
        return
    if database.exists():
        try:
            with closing(sqlite3.connect(database, isolation_level=None)) as db:
                db.execute("PRAGMA journal_mode = DELETE")
                db.execute("BEGIN IMMEDIATE")
                db.execute("ROLLBACK")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            pass  # no database any more: nothing of it is worth anything
    for end in _BESIDE:
        database.with_name(database.name + end).unlink(missing_ok=True)
