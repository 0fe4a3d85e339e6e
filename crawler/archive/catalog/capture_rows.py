"""Queries for the catalog's table ``captures``."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from crawler.archive.catalog.intermediate import SCAN_COLUMNS
from crawler.archive.catalog.schema import COLUMNS, CaptureRow
from crawler.archive.catalog.sql_function import sql_function

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from crawler.warc.scan import ScannedCapture

#: Statuses after which a page's content is known.
GOOD = (200, 304)
_NOT_MODIFIED = 304
_NO_REDIRECT = f"(status NOT BETWEEN 300 AND 399 OR status = {_NOT_MODIFIED})"
#: The histories of so many posts are asked for at once.
_AT_ONCE = 20
_NEAR = """
SELECT DISTINCT url FROM (SELECT url FROM captures WHERE url >= :url ORDER BY url LIMIT 100)
UNION SELECT DISTINCT url FROM (SELECT url FROM captures WHERE url < :url ORDER BY url DESC LIMIT 100)
"""
_UNRESOLVED = """
SELECT r.file, r.offset, r.url FROM captures r LEFT JOIN captures p ON p.id = r.payload_id AND p.type = 'response'
AND p.payload_digest = r.payload_digest WHERE p.id IS NULL ORDER BY r.id
"""
_PAGES = f"""
SELECT 1 FROM captures WHERE url >= ? AND url < ? AND status IN {GOOD}
AND url NOT LIKE '%/robots.txt' AND url NOT LIKE '%/sitemap.xml' LIMIT 1
"""


class CaptureRows:
    """Read access to the captures of a catalog."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # Single rows

    def capture(self, row_id: int) -> CaptureRow | None:
        """The row with this ID."""
        return self._one("id = ?", (row_id,))

    def at(self, file: str, offset: int) -> CaptureRow | None:
        """The row of the record at a byte of a file."""
        return self._one("file = ? AND offset = ?", (file, offset))

    def latest(self, url: str, *, good: bool = False, found: bool = False, until: str = "") -> CaptureRow | None:
        """The newest capture of ``url`` until then: with ``good`` of status 200 or 304, with ``found`` of status 200."""
        status = "AND status = 200 " if found else f"AND status IN {GOOD} " if good else ""
        when, values = ("AND time <= ? ", (url, until)) if until else ("", (url,))
        return self._one(f"url = ? {status}{when}ORDER BY time DESC, id DESC LIMIT 1", values)

    def with_payload(self, payload_digest: str) -> CaptureRow | None:
        """Any stored response with this payload digest."""
        return self._one("payload_digest = ? AND type = 'response' LIMIT 1", (payload_digest,))

    def payload_of(self, revisit: ScannedCapture) -> CaptureRow | None:
        """The stored response whose payload a revisit repeats: the one with its digest, or the one that it names.

        A revisit without a digest repeats the latest earlier page of its URL, and so does a 304 with a digest of another URL.
        """
        url, time, payload_digest = revisit.url, revisit.time, revisit.payload_digest
        found = self.with_payload(payload_digest) if payload_digest else None
        if revisit.status == _NOT_MODIFIED:
            is_own = self._one("url = ? AND payload_digest = ? AND status = 200 LIMIT 1", (url, payload_digest)) is not None
            return (found if is_own else None) or self._earlier_payload(url, time) or found
        return (
            found or self._named_payload(*revisit.refers_to) or (None if payload_digest else self._earlier_payload(url, time))
        )

    def _named_payload(self, url: str, time: str) -> CaptureRow | None:
        where = "url = ? AND time >= ? AND time < ? ORDER BY type, id LIMIT 1"
        named = self._one(where, (url, time[:19], f"{time[:19]}~")) if url else None
        return self.capture(named.payload_id) if named else None

    def _earlier_payload(self, url: str, time: str) -> CaptureRow | None:
        before = self._one("url = ? AND status = 200 AND time <= ? ORDER BY time DESC, id DESC LIMIT 1", (url, time))
        return self.capture(before.payload_id) if before else None

    def has_capture(self, url: str, time: str) -> bool:
        """Whether ``url`` was captured in that second; other archives do not record fractions.

        A redirect does not count: in the second in which ``http`` led to ``https``, the page may have been captured there.
        """
        second = time[:19]
        query = f"SELECT 1 FROM captures WHERE url = ? AND time >= ? AND time < ? AND {_NO_REDIRECT} LIMIT 1"
        return self._db.execute(query, (url, second, f"{second}~")).fetchone() is not None

    def is_stored(self, url: str, time: str, payload_digest: str, status: int | None = None) -> bool:
        """Whether ``url`` was captured at that very time with this payload, and this status if one is given."""
        query = (
            "SELECT 1 FROM captures WHERE url = ? AND time = ? AND payload_digest = ? AND status = coalesce(?, status) LIMIT 1"
        )
        return self._db.execute(query, (url, time, payload_digest, status)).fetchone() is not None

    def with_content(self, url: str, payload_digest: str) -> list[CaptureRow]:
        """The captures of ``url`` that have this payload, newest first."""
        return self._all("url = ? AND payload_digest = ? ORDER BY time DESC, id DESC", (url, payload_digest))

    # Several

    def captured_then(self, url: str, time: str, payload_digest: str, status: int) -> list[CaptureRow]:
        """The captures of ``url`` at that very time with this payload and status."""
        return self._all("url = ? AND time = ? AND payload_digest = ? AND status = ?", (url, time, payload_digest, status))

    def history(self, urls: Sequence[str]) -> list[CaptureRow]:
        """Every capture of these URLs, oldest first."""
        return self._all(f"url IN ({','.join('?' * len(urls))}) ORDER BY time, id", tuple(urls))

    def newest_first(self, url: str) -> Iterator[CaptureRow]:
        """The captures of a URL, read one by one: after years there are a hundred thousand of a home page."""
        where = "url = ? ORDER BY time DESC, id DESC"
        return map(CaptureRow._make, self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where}", (url,)))

    def histories(self, posts: Iterable[Sequence[str]]) -> Iterator[list[CaptureRow]]:
        """The :meth:`history` of the URLs of each of many posts, in their order; some posts are asked for at once."""
        waiting = iter(posts)
        while some := list(islice(waiting, _AT_ONCE)):
            found: dict[str, list[CaptureRow]] = {}
            for row in self.history([url for urls in some for url in urls]):
                found.setdefault(row.url, []).append(row)
            for urls in some:
                rows = [row for url in urls for row in found.get(url, ())]
                yield rows if len(urls) == 1 else sorted(rows, key=lambda row: (row.time, row.id))

    def number_at(self, urls: Sequence[str]) -> int:
        """The number of captures of these URLs."""
        query = f"SELECT count(*) FROM captures WHERE url IN ({','.join('?' * len(urls))})"
        return int(self._db.execute(query, tuple(urls)).fetchone()[0])

    def responses_between(self, url: str, first: str, last: str) -> list[CaptureRow]:
        """The responses with status 200 of a URL between two times, both included."""
        return self._all("url = ? AND time >= ? AND time <= ? AND status = 200 AND type = 'response'", (url, first, last))

    def responses_in(self, file: str) -> dict[int, tuple[int, str]]:
        """Length and URL of each response in a WARC file, by its offset."""
        query = "SELECT offset, length, url FROM captures WHERE file = ? AND type = 'response'"
        return {offset: (length, url) for offset, length, url in self._db.execute(query, (file,))}

    def number_since(self, time: str) -> int:
        """The number of captures at the end of the table that were made at or after a time."""
        times = self._db.execute("SELECT time FROM captures ORDER BY id DESC")
        return sum(1 for _ in takewhile(lambda row: row[0] >= time, times))

    def has_pages(self, home: str = "") -> bool:
        """Whether a page below an address was ever had: more than what servers have for any host, or say of it."""
        return self._db.execute(_PAGES, (home, f"{home}\U0010ffff")).fetchone() is not None

    # URLs

    def urls(self) -> Iterator[str]:
        """Every captured URL, one at a time, since there may be millions."""
        return (url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures ORDER BY url"))

    def urls_with(self, text: str) -> Iterator[str]:
        """Every captured URL that contains a text, or that has a ``%`` and may contain it in another spelling."""
        query = "SELECT DISTINCT url FROM captures WHERE instr(url, ?) OR instr(url, '%') ORDER BY url"
        return (url for (url,) in self._db.execute(query, (text,)))

    def urls_between(self, first: str, last: str) -> Iterator[str]:
        """Every URL that was captured between two times, both included."""
        query = "SELECT DISTINCT url FROM captures WHERE time >= ? AND time <= ?"
        return (url for (url,) in self._db.execute(query, (first, last)))

    def urls_after(self, row_id: int) -> list[str]:
        """The URLs captured after the row with this ID."""
        return [url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures WHERE id > ? ORDER BY id", (row_id,))]

    def urls_near(self, url: str) -> list[str]:
        """The captured URLs next to one in alphabetical order."""
        return [near for (near,) in self._db.execute(_NEAR, {"url": url})]

    def urls_of_payload(self, row_id: int) -> set[str]:
        """The URLs of all captures that have the payload of a row, which is a response: it is one, and revisits are others."""
        query = "SELECT url FROM captures WHERE id = ? UNION SELECT url FROM captures WHERE payload_id = ? AND type = 'revisit'"
        return {url for (url,) in self._db.execute(query, (row_id, row_id))}

    # Consistency

    def files(self) -> list[str]:
        """The names of the WARC files that captures are in."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT file FROM captures ORDER BY file")]

    def differences(
        self, file: str, place: tuple[int, int], scanned: Path, canonical: Callable[[str], str]
    ) -> Iterator[tuple[bool, str, int]]:
        """Each capture that only a WARC file has (``True``) or only the catalog (``False``), with its URL and offset.

        What is asked for are the captures from one byte of the file on, and before another one: the ``place``.
        ``scanned`` is the database of the file's scan (:mod:`crawler.archive.catalog.intermediate`). Spellings of one address,
        by the site's ``canonical``, are no difference.
        """
        columns = SCAN_COLUMNS.replace("url", "canonical(url) AS url", 1)
        ours, theirs = (
            f"SELECT {columns} FROM captures WHERE file = ? AND offset >= ? AND offset < ?",
            f"SELECT {columns} FROM one.found",
        )
        self._db.execute("ATTACH ? AS one", (str(scanned),))
        for in_file, query in ((True, f"{theirs} EXCEPT {ours}"), (False, f"{ours} EXCEPT {theirs}")):
            with sql_function(self._db, "canonical", canonical):
                rows = self._db.execute(f"{query} ORDER BY offset", (file, *place)).fetchall()
            yield from ((in_file, row[0], row[4]) for row in rows)
        self._db.execute("DETACH one")

    def unresolved(self) -> Iterator[tuple[str, int, str]]:
        """File, offset and URL of each capture whose payload is missing or has another digest."""
        yield from self._db.execute(_UNRESOLVED)

    def _one(self, where: str, values: tuple[object, ...]) -> CaptureRow | None:
        found = self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where}", values).fetchone()
        return CaptureRow._make(found) if found else None

    def _all(self, where: str, values: tuple[object, ...]) -> list[CaptureRow]:
        return [CaptureRow._make(row) for row in self._db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where}", values)]
