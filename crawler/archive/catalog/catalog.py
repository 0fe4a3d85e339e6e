"""The catalog: an SQLite database of all captures and posts, derived from the WARC files and the index.

Rows are committed in batches. The catalog records how many bytes of each WARC file it covers, so rows that a crash lost are
read again from the ends of the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.archive.catalog import changes
from crawler.archive.catalog.capture_rows import CaptureRows
from crawler.archive.catalog.catalog_database import CatalogDatabase
from crawler.archive.catalog.post_rows import PostRows, post_row
from crawler.archive.catalog.schema import COLUMNS, CaptureRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.warc.scan import ScannedCapture

_UNCAPTURED = "DELETE FROM rechecks WHERE tries = 0 AND NOT EXISTS (SELECT 1 FROM captures WHERE captures.url = rechecks.url)"
#: Where the captures after a row begin, by file; by the index of files, SQLite would go through all captures at every start.
FIRST_AFTER = "SELECT file, min(offset) FROM captures NOT INDEXED WHERE id > ? GROUP BY file"


class Catalog(CatalogDatabase, CaptureRows, PostRows):
    """The catalog of one archive. One thread may use it at a time (Scrapy's shell opens it in one and reads in another).

    With ``read_only`` it need not be writable, and writing to it raises :class:`sqlite3.OperationalError`.
    """

    # Captures

    def add_capture(self, found: ScannedCapture, file: str, payload: CaptureRow | None) -> CaptureRow:
        """Add a stored response, or a revisit that repeats a row's ``payload``, and return its row."""
        self._last_id += 1
        row = CaptureRow(
            self._last_id,
            found.url,
            found.time,
            found.status,
            "response" if payload is None else "revisit",
            file,
            found.offset,
            found.length,
            found.payload_digest if payload is None else payload.payload_digest,
            self._last_id if payload is None else payload.id,
        )
        self.write(f"INSERT OR REPLACE INTO captures ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        return row

    @property
    def last_id(self) -> int:
        """The ID of the newest row of ``captures``."""
        return self._last_id

    def forget_captures_after(self, row_id: int) -> dict[str, int]:
        """Delete the rows after this one, which are to be read again; return the offset of the first of them in each file."""
        self.commit()
        found: dict[str, int] = dict(self._db.execute(FIRST_AFTER, (row_id,)))
        if found:
            self.write("DELETE FROM captures WHERE id > ?", (row_id,))
            self._last_id = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
        return found

    def forget_captures(self, row_ids: Iterable[int], urls: Iterable[str]) -> None:
        """Delete captures, and the rechecks of these URLs."""
        for row_id in row_ids:
            self.write("DELETE FROM captures WHERE id = ?", (row_id,))
        for url in urls:
            self.write("DELETE FROM rechecks WHERE url = ?", (url,))

    def forget_uncaptured_visits(self) -> None:
        """Delete visits whose captures did not survive a crash, so that the pages are requested again."""
        self.write(_UNCAPTURED, ())

    # Files

    def file_size(self, name: str) -> int:
        """How many bytes of a WARC file the catalog covers."""
        if name in self._sizes:
            return self._sizes[name]
        found = self._db.execute("SELECT size FROM files WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_file_size(self, name: str, size: int) -> None:
        """Record that the catalog covers ``size`` bytes of a WARC file."""
        self._sizes[name] = size

    def forget_file(self, name: str) -> None:
        """Delete a WARC file and its captures, which are to be read again."""
        self._sizes.pop(name, None)
        self.write("DELETE FROM captures WHERE file = ?", (name,))
        self.write("DELETE FROM files WHERE name = ?", (name,))

    def file_names(self) -> list[str]:
        """The names of the WARC files that the catalog covers."""
        return [name for (name,) in self._db.execute("SELECT name FROM files ORDER BY name")]

    # Posts

    def set_post(self, post: Mapping[str, Any], line: str) -> None:
        """Store the newest index line of a post, with the columns that queries need."""
        self.write("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?, ?, ?)", post_row(post, line))
        self.write("INSERT OR REPLACE INTO post_urls VALUES (?, ?)", (post["url"], post["id"]))
        self.write(*changes.note(post["id"], line))

    def forget_post(self, post_id: str) -> None:
        """Delete one post and the rechecks of its pages."""
        self.write("DELETE FROM rechecks WHERE url IN (SELECT url FROM post_urls WHERE id = ?)", (post_id,))
        self.write("DELETE FROM post_urls WHERE id = ?", (post_id,))
        self.write("DELETE FROM posts WHERE id = ?", (post_id,))
        self.write(*changes.note(post_id, None))

    def forget_posts(self) -> None:
        """Delete all posts, which are to be read again from the index, and the changes that no reader has seen."""
        for statement in changes.WITHDRAW:
            self.write(statement, {"synced": self.number(changes.SYNCED)})
        self.write("DELETE FROM posts", ())
        self.write("DELETE FROM post_urls", ())

    def changes_so_far(self) -> changes.Token:
        """The token of a reader that has seen every change up to now."""
        return changes.Token(self.number(changes.EPOCH), self.number(changes.SYNCED))

    def counts(self) -> dict[str, int]:
        """The numbers of captures, URLs, files and posts in the catalog."""
        self.commit()
        found = self._db.execute(
            "SELECT (SELECT count(*) FROM captures), (SELECT count(DISTINCT url) FROM captures),"
            " (SELECT count(*) FROM files), (SELECT count(*) FROM posts)"
        ).fetchone()
        return dict(zip(("captures", "urls", "files", "posts"), found, strict=True))
