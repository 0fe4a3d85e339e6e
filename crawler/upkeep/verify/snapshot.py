"""A snapshot of an archive, so that crawls may go on while it is verified."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.catalog_reader import open_for_reading
from crawler.archive.catalog.schema import VERSION, refuse_newer
from crawler.archive.index import is_cut_short
from crawler.archive.lines import index_lines
from crawler.archive.lock import Lock
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, JOURNAL, WARC
from crawler.invocation import command
from crawler.upkeep.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: SQLite's result codes for a disk that takes no more.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)


@dataclass(slots=True)
class Snapshot:
    """Copies of index and catalog in ``folder``, named as in the archive, and the size of each capture file.

    Capture files are only appended to, so they need no copy.
    """

    archive: Path
    folder: Path
    #: Seconds since the epoch; files written later are not checked.
    moment: float = field(default_factory=time.time)
    #: Whether there is a usable catalog.
    has_catalog: bool = False
    #: The size of each WARC file, and its inode, by name.
    sizes: dict[str, int] = field(default_factory=dict)
    inodes: dict[str, int] = field(default_factory=dict)
    #: Findings about files that could not be copied.
    findings: list[Finding] = field(default_factory=list)

    @contextmanager
    def catalog(self) -> Iterator[Catalog | None]:
        """The copy of the catalog, for reading; ``None`` if it is not usable."""
        if not self.has_catalog:
            yield None
            return
        with closing(Catalog(self.folder / CATALOG, read_only=True)) as catalog:
            yield catalog

    def changed_since(self, path: Path) -> bool:
        """Whether a file was modified, renamed or removed after the snapshot was taken."""
        try:
            about = path.stat()
        except FileNotFoundError:
            return path != self.archive and self.changed_since(path.parent)
        except OSError:
            return False
        return max(about.st_mtime, about.st_ctime) >= self.moment

    def was_replaced(self, name: str) -> bool:
        """Whether ``scrapy forget`` has replaced a WARC file since the snapshot was taken."""
        try:
            return (self.archive / CAPTURES / name).stat().st_ino != self.inodes[name]
        except OSError:
            return False

    def lines(self) -> Iterator[bytes]:
        """The newest line of each post, from index and journal."""
        yield from index_lines(self.folder)


def take_snapshot(archive: Path, folder: Path) -> Snapshot:
    """Copy what may change, while the archive is locked, if it can be.

    :raises ArchiveInUse: if another process is writing.
    """
    snapshot = Snapshot(archive, folder)
    lock = Lock(archive)
    lock.share()
    try:
        _copy_index(snapshot)
        _copy_catalog(snapshot)
        for path in sorted((archive / CAPTURES).glob("*")):
            if path.name.endswith(WARC):
                snapshot.sizes[path.name] = path.stat().st_size
                snapshot.inodes[path.name] = path.stat().st_ino
        with snapshot.catalog() as catalog:
            if not (folder / INDEX).exists() and (catalog is None or catalog.number_of_posts()):
                snapshot.findings.insert(0, Finding(INDEX, "is not there"))
            if is_cut_short(folder / JOURNAL, catalog):
                what = "lines of a run that was cut short; the next run brings them into the index"
                snapshot.findings.append(Finding(JOURNAL, what))
    finally:
        lock.release()
    return snapshot


def _copy_index(snapshot: Snapshot) -> None:
    for name in (INDEX, JOURNAL):
        if (snapshot.archive / name).exists():
            shutil.copyfile(snapshot.archive / name, snapshot.folder / name)


def _copy_catalog(snapshot: Snapshot) -> None:
    problem = _catalog_problem(snapshot.archive / CATALOG, snapshot.folder / CATALOG)
    snapshot.has_catalog = not problem
    if problem:
        remedy = f"the next run makes it again, and so does: {command(f'catalog {snapshot.archive.name}')}"
        snapshot.findings.append(Finding(CATALOG, f"{problem}; {remedy}"))
        (snapshot.folder / CATALOG).unlink(missing_ok=True)


def _catalog_problem(path: Path, target: Path) -> str:
    """Copy a catalog; return why it is not usable, or an empty text."""
    try:
        with closing(open_for_reading(path)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
            (broken,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = copy.execute("PRAGMA user_version").fetchone()
    except FileNotFoundError:
        return "is not there"
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) in _NO_ROOM:  # for the copy: nothing is wrong with the catalog
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
        return f"cannot be read: {error}"
    if not path.stat().st_size:
        return "is empty"
    refuse_newer(path, version)
    if broken == "ok" and version != VERSION:
        return "is of an earlier version"
    return "" if broken == "ok" else f"is damaged ({broken})"
