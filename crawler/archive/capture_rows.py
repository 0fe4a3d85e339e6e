"""Asking for rows of ``captures``, whoever keeps the database."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from crawler.archive.holdings import COLUMNS as HELD
from crawler.archive.schema import COLUMNS, CaptureRow

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: Statuses that say what is there.
GOOD = (200, 304)
_NEAR = """
SELECT DISTINCT url FROM (SELECT url FROM captures WHERE url >= :url ORDER BY url LIMIT 100)
UNION SELECT DISTINCT url FROM (SELECT url FROM captures WHERE url < :url ORDER BY url DESC LIMIT 100)
"""
_UNRESOLVED = """
SELECT r.file, r.offset, r.url FROM captures r LEFT JOIN captures p ON p.id = r.payload_id AND p.type = 'response'
AND p.payload_digest = r.payload_digest WHERE p.id IS NULL ORDER BY r.id
"""


class CaptureRows:
    """The captures of a catalog, to look at."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # Single rows

    def capture(self, row_id: int) -> CaptureRow | None:
        """The row with this ID."""
        return self._one("id = ?", (row_id,))

    def at(self, file: str, offset: int) -> CaptureRow | None:
        """The row of the record at a byte of a file."""
        return self._one("file = ? AND offset = ?", (file, offset))

    def latest(self, url: str, *, good: bool = False, found: bool = False) -> CaptureRow | None:
        """The newest capture of ``url``; ``good``: that says what is there (200 or 304); ``found``: 200."""
        status = "AND status = 200 " if found else f"AND status IN {GOOD} " if good else ""
        return self._one(f"url = ? {status}ORDER BY time DESC, id DESC LIMIT 1", (url,))

    def with_payload(self, payload_digest: str) -> CaptureRow | None:
        """A stored response with this payload."""
        return self._one("payload_digest = ? AND type = 'response' LIMIT 1", (payload_digest,))

    def payload_of(self, url: str, time: str, payload_digest: str) -> CaptureRow | None:
        """The stored response that a revisit stands for; without a digest, as a 304 may be kept, what ``url`` was before."""
        if payload_digest:
            return self.with_payload(payload_digest)
        before = self._one("url = ? AND status = 200 AND time <= ? ORDER BY time DESC, id DESC LIMIT 1", (url, time))
        return self.capture(before.payload_id) if before else None

    def has_capture(self, url: str, time: str) -> bool:
        """Whether ``url`` was captured at that second (archives elsewhere know no fractions)."""
        second = time[:19]
        query = "SELECT 1 FROM captures WHERE url = ? AND time >= ? AND time < ? LIMIT 1"
        return self._db.execute(query, (url, second, f"{second}~")).fetchone() is not None

    # Several

    def history(self, urls: Sequence[str]) -> list[CaptureRow]:
        """All captures of these URLs, oldest first."""
        return self._all(f"url IN ({','.join('?' * len(urls))}) ORDER BY time, id", tuple(urls))

    def responses_between(self, first: str, last: str) -> list[CaptureRow]:
        """The responses with status 200 from one time to another."""
        return self._all("time >= ? AND time <= ? AND status = 200 AND type = 'response'", (first, last))

    def number_since(self, time: str) -> int:
        """How many of the newest captures, one after the other, are of a time or later."""
        times = self._db.execute("SELECT time FROM captures ORDER BY id DESC")
        return sum(1 for _ in takewhile(lambda row: row[0] >= time, times))

    # URLs

    def urls(self) -> Iterator[str]:
        """All that was captured, one at a time: there may be millions."""
        return (url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures ORDER BY url"))

    def urls_after(self, row_id: int) -> list[str]:
        """The URLs captured after the row with this ID."""
        return [url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures WHERE id > ? ORDER BY id", (row_id,))]

    def urls_near(self, url: str) -> list[str]:
        """Captured URLs that come shortly before and after one in the alphabet."""
        return [near for (near,) in self._db.execute(_NEAR, {"url": url})]

    def urls_of_payload(self, row_id: int) -> set[str]:
        """The URLs whose captures stand for the payload of a row."""
        return {url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures WHERE payload_id = ?", (row_id,))}

    # Whether all of it holds

    def files(self) -> list[str]:
        """The WARC files in which captures lie."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT file FROM captures ORDER BY file")]

    def differences(self, file: str, held: Path) -> Iterator[tuple[bool, str, int]]:
        """Whether only the file has a capture, or only the catalog; its URL and byte. ``held``: what was noted of the file."""
        ours, theirs = f"SELECT {HELD} FROM captures WHERE file = ?", f"SELECT {HELD} FROM one.found"
        self._db.execute("ATTACH ? AS one", (str(held),))
        for in_file, query in ((True, f"{theirs} EXCEPT {ours}"), (False, f"{ours} EXCEPT {theirs}")):
            for row in self._db.execute(f"{query} ORDER BY offset", (file,)).fetchall():
                yield in_file, row[0], row[4]
        self._db.execute("DETACH one")

    def unresolved(self) -> Iterator[tuple[str, int, str]]:
        """File, byte and URL of each capture that leads to no payload with its digest."""
        yield from self._db.execute(_UNRESOLVED)

    def _one(self, where: str, values: tuple[object, ...]) -> CaptureRow | None:
        found = self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where}", values).fetchone()
        return CaptureRow._make(found) if found else None

    def _all(self, where: str, values: tuple[object, ...]) -> list[CaptureRow]:
        return [CaptureRow._make(row) for row in self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where}", values)]
