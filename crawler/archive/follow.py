"""An archive's catalog as those see it who follow its changes: read only, while crawls go on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawler.archive.schema import VERSION
from crawler.errors import CannotRun


def catalog_of(archive: Path) -> sqlite3.Connection:
    """An archive's catalog, to read.

    :raises CannotRun: if there is none of this version.
    """
    path = archive / "catalog.sqlite"
    if path.exists():
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return db
        db.close()
    raise CannotRun(
        f"{path} is missing or of another version; the next run makes it again, and so does: scrapy catalog {archive.name}"
    )
