"""Reading an archive's catalog while crawls go on, and where nothing can be written.

A reader of an SQLite database in WAL mode needs the ``-shm`` file, and creates it if it is missing. Where it cannot (a
read-only medium, a folder of another user, a full disk), the database is opened as immutable, or, if a run that was cut short
left a log that is not empty, from a copy.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from crawler.archive.catalog.schema import VERSION, is_damage, refuse_newer
from crawler.archive.paths import CATALOG
from crawler.errors import CannotRun
from crawler.invocation import command
from crawler.scratch import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: SQLite's result codes (https://sqlite.org/rescode.html) for a file that cannot be opened or written, and for a ``-shm`` file
#: that a full disk has no room for.
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_NO_ROOM = (sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP)


def open_catalog(archive: Path) -> sqlite3.Connection:
    """Open an archive's catalog for reading; the archive need not be writable.

    :raises CannotRun: if the catalog is missing, of another version or damaged.
    """
    path = archive / CATALOG
    try:
        db = open_for_reading(path)
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
    refuse_newer(path, version)
    raise _not_usable(path, "is of an earlier version" if path.stat().st_size else "is empty")


@contextmanager
def reading_catalog(archive: Path) -> Iterator[sqlite3.Connection]:
    """Open an archive's catalog as :func:`open_catalog` does, for the length of a block.

    :raises CannotRun: if the catalog is missing, of another version or damaged, even if only the block finds that out.
    """
    with closing(open_catalog(archive)) as db, reporting_damage(archive):
        yield db


@contextmanager
def reporting_damage(archive: Path) -> Iterator[None]:
    """Turn an SQLite error that tells of a damaged catalog into one line for a person.

    :raises CannotRun: in place of such an error.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise _not_usable(archive / CATALOG, f"is damaged ({error})") from None


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a database in WAL mode for reading, whether or not its folder is writable. One thread may use it at a time.

    :raises FileNotFoundError: if the file does not exist.
    :raises sqlite3.DatabaseError: if it is no database, or cannot be opened.
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
    """Open a copy of a database and its log. The copy is deleted already; its space is freed when it is closed."""
    with scratch_folder() as folder:
        copy = folder / path.name
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
