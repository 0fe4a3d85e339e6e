"""Databases that are made in one go and not guarded: what a crash leaves of one is made again."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from crawler.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def database(path: Path) -> sqlite3.Connection:
    """A new database in place of whatever is at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    return db


@contextmanager
def new_database(path: Path, tables: str) -> Iterator[sqlite3.Connection]:
    """A database to fill in one transaction, which is at ``path`` when the block ends well: what is there is done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, durable=False) as temporary, closing(database(temporary)) as db:
        db.executescript(f"{tables} BEGIN;")
        yield db
        db.execute("COMMIT")
