"""Connections to SQLite exports, which other programs may have open: they are waited for, and named if they do not end."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from crawler.archive.catalog.schema import is_busy
from crawler.archive.lock_holder import locked_by
from crawler.archive.staging import TargetInUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Seconds for which a transaction of another program is waited for.
PATIENCE = 20.0


@contextmanager
def open_database(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Open a database; ``mode`` is that of SQLite (``ro``, ``rw``). Transactions are begun explicitly.

    :raises TargetInUse: if another program keeps it locked.
    :raises sqlite3.Error: if it is no database, or cannot be opened.
    """
    name = f"{path.resolve().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(name, uri=True, isolation_level=None, timeout=PATIENCE)) as db:
            yield db
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        who = locked_by(path) or "another program"
        raise TargetInUse(f"{path} is being used by {who}; wait until that has ended, or close it there") from None
