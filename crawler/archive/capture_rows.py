"""Asking for rows of ``captures``, whoever keeps the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.schema import COLUMNS, CaptureRow

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

#: Statuses that say what is there.
GOOD = (200, 304)


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

    def _one(self, where: str, values: tuple[object, ...]) -> CaptureRow | None:
        query = f"SELECT {COLUMNS} FROM captures WHERE {where}"
        found = self._db.execute(query, values).fetchone()
        return CaptureRow(*found) if found else None

    def latest(self, url: str, *, good: bool = False, found: bool = False) -> CaptureRow | None:
        """The newest capture of ``url``; ``good``: that says what is there (200 or 304); ``found``: 200."""
        status = "AND status = 200 " if found else f"AND status IN {GOOD} " if good else ""
        return self._one(f"url = ? {status}ORDER BY time DESC, id DESC LIMIT 1", (url,))

    def with_payload(self, payload_digest: str) -> CaptureRow | None:
        """A stored response with this payload."""
        return self._one("payload_digest = ? AND type = 'response' LIMIT 1", (payload_digest,))

    def has_capture(self, url: str, time: str) -> bool:
        """Whether ``url`` was captured at that second (archives elsewhere know no fractions)."""
        second = time[:19]
        query = "SELECT 1 FROM captures WHERE url = ? AND time >= ? AND time < ? LIMIT 1"
        return self._db.execute(query, (url, second, f"{second}~")).fetchone() is not None

    def payload_before(self, url: str, time: str) -> CaptureRow | None:
        """What ``url`` was at ``time``: the newest capture with status 200 until then."""
        return self._one("url = ? AND status = 200 AND time <= ? ORDER BY time DESC, id DESC LIMIT 1", (url, time))

    def urls_after(self, row_id: int) -> list[str]:
        """The URLs captured after the row with this ID."""
        return [url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures WHERE id > ? ORDER BY id", (row_id,))]
