"""The file of a catalog, and how it is made again.

A catalog that is damaged, missing or of an earlier version is made again beside its place, and put there when complete, so
that readers never take a part for the whole.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.archive.catalog.schema import VERSION, is_damage, refuse_newer
from crawler.archive.paths import CAPTURES, CATALOG_FILES, INDEX
from crawler.atomic import make_empty, sync, temporary_name

if TYPE_CHECKING:
    from pathlib import Path


class CatalogFile:
    """The file of one catalog, for a process that has locked the archive.

    ``was_damaged``: the file was no database. ``is_beside``: the catalog is being made again beside its place.

    :raises CannotRun: if it was made by a later release.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new = path.with_name(temporary_name(path.name))
        path.parent.mkdir(parents=True, exist_ok=True)
        version = _version(path)
        refuse_newer(path, version or 0)
        _delete(self._new)
        self.was_damaged = version is None
        self.is_beside = version != VERSION and any((path.parent / name).exists() for name in (path.name, INDEX, CAPTURES))

    def connect(self) -> sqlite3.Connection:
        """Open the database."""
        path = self._new if self.is_beside else self._path
        make_empty(path)
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def begin_anew(self) -> None:
        """From now on, make the catalog again. The database must be closed."""
        self.is_beside = True
        _delete(self._new)

    def put_in_place(self) -> None:
        """Put the complete catalog in its place. The database must be closed."""
        sync(self._new)
        _delete(self._path, log_only=True)
        os.replace(self._new, self._path)  # noqa: PTH105 - as in crawler.atomic
        sync(self._path.parent)
        self.is_beside = False

    def delete(self) -> None:
        """Delete the file. The database must be closed."""
        _delete(self._new if self.is_beside else self._path)


def _delete(path: Path, *, log_only: bool = False) -> None:
    for name in CATALOG_FILES[log_only:]:
        path.with_name(name.replace(CATALOG_FILES[0], path.name)).unlink(missing_ok=True)


def _version(path: Path) -> int | None:
    """The version of the catalog's tables; 0 if there is none, ``None`` if the file is not, or no longer, a database."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return None
