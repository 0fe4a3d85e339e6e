"""What has been seen and where its captures lie: SQLite, derived from the captures and the index.

Rows are committed in batches. What a crash leaves out is read again from the captures' ends, for the catalog
knows up to which byte of each file it speaks.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

from crawler.archive import changes
from crawler.archive.capture_rows import CaptureRows
from crawler.archive.follow import catalog_of
from crawler.archive.paths import CATALOG_FILES
from crawler.archive.post_rows import PostRows, post_row
from crawler.archive.schema import COLUMNS, VERSION, CaptureRow, create_indexes, create_tables, is_damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from crawler.warc.scan import Found

_BATCH = 2000
_SECONDS = 2.0
#: Pages of the write-ahead log before SQLite copies them over, which has to wait for the disk.
_CHECKPOINT = 10_000
_UNCAPTURED = "DELETE FROM rechecks WHERE tries = 0 AND NOT EXISTS (SELECT 1 FROM captures WHERE captures.url = rechecks.url)"


class Catalog(CaptureRows, PostRows):
    """The catalog of one archive. Used by one thread at a time (Scrapy's shell opens it in one and reads in another).

    ``read_only``: it is opened as it is, wherever it lies, and writing to it raises :class:`sqlite3.OperationalError`.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        #: Whether the file was no database any more, and was set aside.
        self.was_damaged = not read_only and _is_damaged(path)
        if read_only:
            super().__init__(catalog_of(path.parent))
            self._begin()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.was_damaged:
            self._delete()
        super().__init__(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
        self._open()

    def _open(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            create_tables(self._db)
            create_indexes(self._db)
            self._db.execute("INSERT INTO meta VALUES (?, ?)", (changes.EPOCH, secrets.randbits(48)))
        self._begin()

    def _begin(self) -> None:
        self._pending = 0
        self._begun = 0.0
        self._sizes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._last_id: int = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]

    def begin_anew(self, *, damaged: bool = True) -> None:
        """Make room for a new catalog, where the old one turned out to be ``damaged`` say: all of it can be derived again."""
        self._db.close()
        self._delete()
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.was_damaged = damaged
        self._open()

    def _delete(self) -> None:
        for name in CATALOG_FILES:
            self.path.with_name(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Commit what is pending, durably, and close."""
        if not self._read_only:
            self.commit(durable=True)
        self._db.close()

    def commit(self, *, durable: bool = False) -> None:
        """Write everything so far; ``durable``: so that it outlasts a power cut, too."""
        sizes, self._sizes = self._sizes, {}
        numbers, self._numbers = self._numbers, {}
        if not self._pending and (sizes or numbers):
            self._db.execute("BEGIN")
            self._pending = 1
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", sizes.items())
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", numbers.items())
        if self._pending:
            self._db.execute("COMMIT")
            self._pending = 0
        if durable:  # a checkpoint has the write-ahead log on the disk before it begins
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def rows(self, query: str, values: tuple[object, ...] | dict[str, str] = ()) -> Iterator[tuple[object, ...]]:
        """Ask the database."""
        return iter(self._db.execute(query, values))

    def write(self, statement: str, values: tuple[object, ...] | dict[str, str] | dict[str, int]) -> None:
        """Change the database, with the next commit."""
        if not self._pending:
            self._db.execute("BEGIN")
            self._begun = monotonic()
        self._db.execute(statement, values)
        self._pending += 1
        if self._pending >= _BATCH or monotonic() - self._begun > _SECONDS:
            self.commit()

    # Captures

    def add_capture(self, found: Found, file: str, payload: CaptureRow | None) -> CaptureRow:
        """Note a stored response, or a revisit of a row's ``payload``, in a WARC file."""
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
        """Forget the rows after this one, to read them again; gives from which byte on, by file."""
        self.commit()
        query = "SELECT file, min(offset) FROM captures WHERE id > ? GROUP BY file"
        found: dict[str, int] = dict(self._db.execute(query, (row_id,)))
        if found:
            self.write("DELETE FROM captures WHERE id > ?", (row_id,))
            self._last_id = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
        return found

    def forget_captures(self, row_ids: Iterable[int], urls: Iterable[str]) -> None:
        """Forget captures, and that these pages are to be asked for again."""
        for row_id in row_ids:
            self.write("DELETE FROM captures WHERE id = ?", (row_id,))
        for url in urls:
            self.write("DELETE FROM rechecks WHERE url = ?", (url,))

    def forget_uncaptured_looks(self) -> None:
        """Forget that pages were looked at whose captures did not outlast a crash, so that they are asked for anew."""
        self.write(_UNCAPTURED, ())

    # Files

    def file_size(self, name: str) -> int:
        """Up to which byte of a WARC file the catalog speaks."""
        if name in self._sizes:
            return self._sizes[name]
        found = self._db.execute("SELECT size FROM files WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_file_size(self, name: str, size: int) -> None:
        """Note that the catalog speaks of ``name`` up to byte ``size``."""
        self._sizes[name] = size

    def forget_file(self, name: str) -> None:
        """Forget a file and its captures, to read them again."""
        self._sizes.pop(name, None)
        self.write("DELETE FROM captures WHERE file = ?", (name,))
        self.write("DELETE FROM files WHERE name = ?", (name,))

    def file_names(self) -> list[str]:
        """The WARC files the catalog knows."""
        return [name for (name,) in self._db.execute("SELECT name FROM files ORDER BY name")]

    # Posts

    def set_post(self, post: Mapping[str, Any], line: str) -> None:
        """Note the newest index line of a post, and what of it is asked for."""
        self.write("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?, ?, ?)", post_row(post, line))
        self.write("INSERT OR REPLACE INTO post_urls VALUES (?, ?)", (post["url"], post["id"]))
        self.write(*changes.note(post["id"], line))

    def forget_post(self, post_id: str) -> None:
        """Forget one post and what is to be looked at again because of it."""
        self.write("DELETE FROM rechecks WHERE url IN (SELECT url FROM post_urls WHERE id = ?)", (post_id,))
        self.write("DELETE FROM post_urls WHERE id = ?", (post_id,))
        self.write("DELETE FROM posts WHERE id = ?", (post_id,))
        self.write(*changes.note(post_id, None))

    def forget_posts(self) -> None:
        """Forget all posts, to read them again from the index; changes that nobody was told of are withdrawn with them."""
        for statement in changes.WITHDRAW:
            self.write(statement, {"synced": self.number(changes.SYNCED)})
        self.write("DELETE FROM posts", ())
        self.write("DELETE FROM post_urls", ())

    def changes_so_far(self) -> changes.Token:
        """The bookmark of a reader that has seen all changes up to now."""
        return changes.Token(self.number(changes.EPOCH), self.number(changes.SYNCED))

    def number(self, name: str) -> int:
        """A number kept under ``name``; 0 if there is none."""
        if name in self._numbers:
            return self._numbers[name]
        found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else 0

    def set_number(self, name: str, value: int) -> None:
        """Keep a number under ``name``."""
        self._numbers[name] = value

    def counts(self) -> dict[str, int]:
        """How many captures, URLs, files and posts the catalog holds."""
        self.commit()
        found = self._db.execute(
            "SELECT (SELECT count(*) FROM captures), (SELECT count(DISTINCT url) FROM captures),"
            " (SELECT count(*) FROM files), (SELECT count(*) FROM posts)"
        ).fetchone()
        return dict(zip(("captures", "urls", "files", "posts"), found, strict=True))


def _is_damaged(path: Path) -> bool:
    """Whether a file is no database any more."""
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return is_damage(error)
    return False
