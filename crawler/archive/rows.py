"""Asking for rows of ``captures``, whoever keeps the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from crawler.archive.schema import COLUMNS, CaptureRow


class CaptureRows:
    """The captures of a catalog, to look at."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def capture(self, row_id: int) -> CaptureRow | None:
        """The row with this ID."""
        found = self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE id = ?", (row_id,)).fetchone()
        return CaptureRow(*found) if found else None

    def at(self, file: str, offset: int) -> CaptureRow | None:
        """The row of the record at a byte of a file."""
        found = self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE file = ? AND offset = ?", (file, offset)).fetchone()
        return CaptureRow._make(found) if found else None

    def history(self, urls: Sequence[str]) -> list[CaptureRow]:
        """All captures of these URLs, oldest first."""
        marks = ",".join("?" * len(urls))
        rows = self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE url IN ({marks}) ORDER BY time, id", tuple(urls))
        return [CaptureRow._make(row) for row in rows]
