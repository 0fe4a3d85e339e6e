"""An archive's catalog as those see it who only read: while crawls go on, and where nothing can be written.

SQLite's write-ahead log keeps an index of itself beside the database, which a reader has to make if it is not there. Where
that cannot be (a read-only medium, a folder of somebody else, a full disk), the database is read as one that does not change;
one whose log was left full by a run that was cut short is read from a copy.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CATALOG
from crawler.archive.schema import VERSION, is_damage
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from collections.abc import Iterator

#: SQLite's result codes for a file that cannot be opened or written (https://sqlite.org/rescode.html), and those for a log's
#: index that a full disk does not take.
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_NO_ROOM = (sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP)


def catalog_of(archive: Path) -> sqlite3.Connection:
    """An archive's catalog, to read; nothing is written, and the archive need not be writable.

    :raises CannotRun: if there is none of this version, or it is damaged.
    """
    path = archive / CATALOG
    try:
        db = database_to_read(path)
        (version,) = db.execute("PRAGMA user_version").fetchone()
    except FileNotFoundError:
        raise _not_usable(path, "is missing") from None
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise _not_usable(path, f"is damaged ({error})") from None
    if version == VERSION:
        return db
    db.close()
    raise _not_usable(path, "is of another version" if path.stat().st_size else "is empty")


@contextmanager
def followed(archive: Path) -> Iterator[sqlite3.Connection]:
    """:func:`catalog_of` for the length of a command; damage that is met later is named as well.

    :raises CannotRun: if the catalog is missing, of another version or damaged.
    """
    with closing(catalog_of(archive)) as db, named_damage(archive):
        yield db


@contextmanager
def named_damage(archive: Path) -> Iterator[None]:
    """While an archive's catalog is asked: what tells that it is damaged is turned into a line that says so.

    :raises CannotRun: if it is.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise _not_usable(archive / CATALOG, f"is damaged ({error})") from None


def database_to_read(path: Path) -> sqlite3.Connection:
    """A database in WAL mode, to read, whether or not its folder can be written. Any thread may use it, one at a time.

    :raises FileNotFoundError: if there is none.
    :raises sqlite3.DatabaseError: if it is none, or cannot be opened.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there")
    db = _connect(path, "mode=ro")
    try:
        db.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in _UNWRITABLE and error.sqlite_errorcode not in _NO_ROOM:
            raise
    except sqlite3.DatabaseError:
        db.close()
        raise
    else:
        return db
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return _copied(path, log)
    return _connect(path, "mode=ro&immutable=1")


def _copied(path: Path, log: Path) -> sqlite3.Connection:
    """A database with what its log holds, from a copy that is gone once it is closed: an open file outlives its name."""
    with tempfile.TemporaryDirectory(prefix="backfile-") as folder:
        copy = Path(folder) / path.name
        for one in (path, log):
            shutil.copyfile(one, copy.with_name(one.name))
        with closing(sqlite3.connect(copy)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        db = _connect(copy, "mode=ro&immutable=1")
        db.execute("PRAGMA user_version").fetchone()
    return db


def _connect(path: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{options}", uri=True, isolation_level=None, check_same_thread=False)


def _not_usable(path: Path, what: str) -> CannotRun:
    return CannotRun(f"{path} {what}; the next run makes it again, and so does: {command(f'catalog {path.parent.name}')}")
