"""Workers that capture one site together: each writes WARC files and a catalog into a folder of its own, below the archive's.

``ARCHIVE/workers/NAME-TIME/`` has what one process captured. Whoever has the archive for itself next (the last worker, or the
next run, if all were killed) moves the files to those of the archive. Of the catalog, the rechecks count that the worker
changed; and its captures, and the posts that it made, if it ended well; else the files are read.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.archive.captures import NEWEST, SYNCED
from crawler.archive.catalog.schema import is_damage
from crawler.archive.paths import CAPTURES, CATALOG, WARC, WORKERS
from crawler.archive.workers.worker_posts import WorkerPosts
from crawler.archive.workers.worker_rows import own_rows, take_over
from crawler.atomic import sync, sync_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog

#: In a worker's catalog: notes which rechecks it changed.
TOUCHED = (
    "CREATE TABLE touched (url TEXT PRIMARY KEY)",
    "CREATE TRIGGER touched_put AFTER INSERT ON rechecks BEGIN INSERT OR IGNORE INTO touched VALUES (NEW.url); END",
    "CREATE TRIGGER touched_off AFTER DELETE ON rechecks BEGIN INSERT OR IGNORE INTO touched VALUES (OLD.url); END",
)
_CHANGED = "SELECT t.url, r.published, r.last, r.tries, r.due FROM touched t LEFT JOIN rechecks r ON r.url = t.url"
_PUT = "INSERT OR REPLACE INTO rechecks VALUES (?, ?, ?, ?, ?)"
_TAKE_OFF = "DELETE FROM rechecks WHERE url = ?"


@dataclass(slots=True)
class Adopted:
    """What was brought together: the names of the workers' folders, and the posts of those that ended well."""

    names: list[str] = field(default_factory=list)
    posts: list[WorkerPosts] = field(default_factory=list)


def adopt(archive: Path, catalog: Catalog) -> Adopted:
    """Move the captures of workers to those of the archive, and take over their rechecks.

    The caller has the archive for itself, and reads next what the catalog lacks. A call that was cut short is completed by the
    next one. Folders with posts stay until :func:`leave_out`; a later call deletes them, and their posts are made anew.
    """
    adopted = Adopted()
    folders = sorted(path for path in (archive / WORKERS).glob("*") if path.is_dir())
    is_synced = catalog.number(SYNCED) == catalog.last_id
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
        files = sorted(folder.glob(f"*{WARC}"))
        rows = own_rows(folder / CATALOG, files, catalog)
        names = {path.name: _free(captures / path.name) for path in files}
        for path in files:
            sync_files([path])
            path.rename(names[path.name])
        sync(captures)
        take_over(rows, names, catalog)
        adopted.names.append(folder.name)
        if rows and all(path.name == name for name, path in names.items()):  # index lines name the files
            adopted.posts.append(WorkerPosts(folder))
        else:
            shutil.rmtree(folder)
    if is_synced:  # else the archive's own captures have to be read again, and these with them
        catalog.set_number(SYNCED, catalog.last_id)
    if folders and not adopted.posts:
        (archive / WORKERS).rmdir()
    return adopted


def leave_out(archive: Path, posts: list[WorkerPosts]) -> None:
    """Delete the folders of workers whose posts are in the archive now, or are not wanted."""
    for one in posts:
        shutil.rmtree(one.folder)
    if posts:
        (archive / WORKERS).rmdir()
    posts.clear()


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
