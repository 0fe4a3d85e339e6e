"""Workers that capture one site together: each writes WARC files and a catalog into a folder of its own, below the archive's.

``ARCHIVE/workers/NAME-TIME/`` has what one process captured. Whoever has the archive for itself next (the last worker, or the
next run, if all were killed) moves the files to those of the archive and reads them. Of the catalog, only the rechecks count
that the worker changed.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.archive.captures import NEWEST
from crawler.archive.paths import CAPTURES, CATALOG, WARC, WORKERS
from crawler.archive.schema import is_damage
from crawler.atomic import sync, sync_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.archive.catalog import Catalog

#: In a worker's catalog: notes which rechecks it changed.
TOUCHED = (
    "CREATE TABLE touched (url TEXT PRIMARY KEY)",
    "CREATE TRIGGER touched_put AFTER INSERT ON rechecks BEGIN INSERT OR IGNORE INTO touched VALUES (NEW.url); END",
    "CREATE TRIGGER touched_off AFTER DELETE ON rechecks BEGIN INSERT OR IGNORE INTO touched VALUES (OLD.url); END",
)
_CHANGED = "SELECT t.url, r.published, r.last, r.tries, r.due FROM touched t LEFT JOIN rechecks r ON r.url = t.url"
_PUT = "INSERT OR REPLACE INTO rechecks VALUES (?, ?, ?, ?, ?)"
_TAKE_OFF = "DELETE FROM rechecks WHERE url = ?"


def adopt(archive: Path, catalog: Catalog) -> list[str]:
    """Move the captures of workers to those of the archive, and take over their rechecks; returns the names of their folders.

    The caller has the archive for itself, and reads the new files next. A call that was cut short is completed by the next one.
    """
    folders = sorted(path for path in (archive / WORKERS).glob("*") if path.is_dir())
    for folder in folders:
        for row in _rechecks(folder / CATALOG, catalog):
            if row[1] is None:
                catalog.write(_TAKE_OFF, row[:1])
            else:
                catalog.write(_PUT, row)
    catalog.commit(durable=True)
    captures = archive / CAPTURES
    captures.mkdir(exist_ok=True)
    for folder in folders:
        for path in sorted(folder.glob(f"*{WARC}")):
            sync_files([path])
            path.rename(_free(captures / path.name))
        sync(captures)
        shutil.rmtree(folder)
    if folders:
        (archive / WORKERS).rmdir()
    return [folder.name for folder in folders]


def _rechecks(path: Path, catalog: Catalog) -> Iterator[tuple[object, ...]]:
    """The rechecks that a worker changed; a row of ``None`` behind the address is one that it took off."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as db:
        try:
            for name, value in db.execute("SELECT name, value FROM meta WHERE name = ?", (NEWEST,)):
                catalog.set_number(NEWEST, max(value, catalog.number(name)))
            yield from db.execute(_CHANGED).fetchall()
        except sqlite3.OperationalError:
            return  # it was killed before it had begun
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise


def _free(path: Path) -> Path:
    """The path, or one with another number if there is such a file."""
    stem, number = path.name.removesuffix(WARC), 0
    while path.exists():
        number += 1
        path = path.with_name(f"{stem}.{number}{WARC}")
    return path
