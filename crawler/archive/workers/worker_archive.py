"""An archive as one of several workers has it: it reads the archive's own captures, and writes into a folder of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler import clock
from crawler.archive.archive import Archive
from crawler.archive.captures import Captures
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.files import PostFiles
from crawler.archive.forgotten import forgotten
from crawler.archive.index import Index
from crawler.archive.lock import Lock
from crawler.archive.lock_holder import is_locked
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, WORKERS
from crawler.archive.workers.worker_posts import MADE
from crawler.archive.workers.workers import TOUCHED
from crawler.atomic import sync

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.limits import Limits


class WorkerArchive(Archive):
    """What one worker knows of the archive at ``folder``: a copy of the catalog as of its start, and its own captures.

    The caller shares the archive's lock as long as this is open. Posts are kept in the worker's own catalog; files and index of
    the archive are not written.
    """

    def __init__(  # noqa: PLR0913
        self, folder: Path, site: str, worker: str, *, layout: str, limits: Limits, about: dict[str, str]
    ) -> None:
        self.folder = folder
        self.site = site
        self._lock = None
        self._repaired = []
        #: The folder of what this worker writes.
        self.own = folder / WORKERS / f"{worker}-{clock.now():%Y%m%dT%H%M%S.%fZ}"
        self.own.mkdir(parents=True)
        sync(self.own.parent)
        sync(folder)
        #: Tells that this worker lives, and where.
        self._presence = Lock(self.own)
        self._presence.take()
        _copy(folder / CATALOG, self.own / CATALOG)
        self.catalog = Catalog(self.own / CATALOG)
        for statement in (*TOUCHED, MADE):
            self.catalog.write(statement, ())
        self.catalog.commit()
        self.captures = Captures(self.own, site, self.catalog, limits, about, label=f"{worker}.", base=folder / CAPTURES)
        self.files = PostFiles(folder, layout)
        self.index = Index(folder / INDEX, self.catalog)
        self.forgotten = forgotten(folder)
        self.made_by_workers = []

    @property
    def has_others(self) -> bool:
        """Whether other workers are at work on the archive: the system releases the lock of one that is killed."""
        return any(path != self.own and is_locked(path) for path in self.own.parent.glob("*-*"))

    def close(self) -> None:
        """Make the captures durable, and close the catalog."""
        self.captures.close()
        self.captures.close_all()
        self.catalog.close()
        self._presence.release()


def _copy(source: Path, target: Path) -> None:
    """Copy a catalog that nobody is writing to; SQLite does it, since a part may be in its log."""
    if source.exists():
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
