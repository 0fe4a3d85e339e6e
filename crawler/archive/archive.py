"""One site's archive on disk: its folders, its lock, its captures and its catalog."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.captures import SYNCED, Captures
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.schema import is_damage
from crawler.archive.files import PostFiles
from crawler.archive.forgotten import forgotten
from crawler.archive.index import Index
from crawler.archive.limits import Limits
from crawler.archive.lock import Lock, check_writable
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, JOURNAL, REPORT, RUNS, WARC
from crawler.archive.publish import resume_publishing
from crawler.archive.regular import check_files
from crawler.archive.workers.workers import adopt, leave_out
from crawler.atomic import remove_left_behind
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.settings import Settings
    from crawler.archive.workers.worker_posts import WorkerPosts


#: The files of which a killed run may leave temporary ones, by folder; nothing reads those.
_WRITTEN = {"": (INDEX, JOURNAL, "post", f"{REPORT}*"), CAPTURES: (f"*{WARC}",), RUNS: ("*.json", "*.jsonl.gz")}
_OF_VERSION_0_1 = (f"{INDEX}.tmp", "index.changes.tmp")


def not_there(folder: Path) -> list[Path]:
    """Those of a folder and the folders above it that do not exist, the folder itself first."""
    return [one for one in (folder, *folder.parents) if not one.exists()]


class Archive:
    """Everything under ``ARCHIVE_ROOT/SITE/``, locked for writing from the first moment to :meth:`close`.

    With ``read_only`` nothing is created, repaired or locked, and the folder need not be writable.

    :param lock: the lock, if the caller has taken it already; it is then kept by :meth:`close`.
    :raises ArchiveInUse: if another process is writing to the archive.
    :raises NotWritable: if the archive should be written and the folder cannot be.
    """

    def __init__(  # noqa: PLR0913
        self,
        folder: Path,
        site: str,
        *,
        layout: str = "",
        limits: Limits | None = None,
        about: dict[str, str] | None = None,
        read_only: bool = False,
        lock: Lock | None = None,
    ) -> None:
        self.folder = folder
        self.site = site
        #: The folders that were not there before: this one and those above it.
        self.made = not_there(folder)
        self._lock = None if lock else Lock(folder)
        self._resumed: list[str] = []
        if not read_only:
            check_writable(folder)
            check_files(folder)
            if self._lock:
                self._lock.take()  # before anything is opened that another process may be writing
        try:
            self._resumed = [] if read_only else resume_publishing(folder)
            self.catalog = Catalog(folder / CATALOG, read_only=read_only)
            self.captures = Captures(folder / CAPTURES, site, self.catalog, limits or Limits(), about or {})
            self.files = PostFiles(folder, layout)
            self.index = Index(folder / INDEX, self.catalog)
            #: The IDs of posts that must stay out of the archive.
            self.forgotten = forgotten(folder)
        except BaseException:
            self._unlock()
            raise
        #: Posts that workers made, whose captures :meth:`recover` has brought here. Those that nobody takes over are made anew.
        self.made_by_workers: list[WorkerPosts] = []
        self._repaired: list[str] | None = None

    @classmethod
    def folder_of(cls, settings: Settings, site: str) -> Path:
        """The folder of the archive of ``site``."""
        return Path(settings.get("ARCHIVE_ROOT")) / site

    @classmethod
    def from_settings(cls, settings: Settings, site: str, *, read_only: bool = False, lock: Lock | None = None) -> Archive:
        """Open the archive of ``site`` with these settings.

        :raises ArchiveInUse: if another process is writing to the archive.
        :raises CannotRun: with ``read_only``, if it has no catalog that can be read.
        """
        return cls(
            cls.folder_of(settings, site),
            site,
            layout=settings.get("POSTS_LAYOUT"),
            limits=limits_of(settings),
            about=about_of(settings),
            read_only=read_only,
            lock=lock,
        )

    def recover(self, canonical: Callable[[str], str]) -> list[str]:
        """Make catalog, captures and index agree after a crash and return what was repaired, a line each.

        Only the first call does anything; later calls return the same lines.

        :param canonical: the site's method of this name.
        """
        if self._repaired is None:
            for folder, names in _WRITTEN.items():
                remove_left_behind(self.folder / folder, *names)
            for name in _OF_VERSION_0_1:
                (self.folder / name).unlink(missing_ok=True)
            try:
                self._repaired = self._recover(canonical)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self.catalog.recreate()
                self._repaired = self._recover(canonical)
            self.catalog.put_in_place()
        return self._repaired

    def _recover(self, canonical: Callable[[str], str]) -> list[str]:
        repaired = list(self._resumed)
        if self.catalog.was_damaged:
            repaired.append(f"{CATALOG} was damaged: made again from captures and index")
        adopted = adopt(self.folder, self.catalog)
        self.made_by_workers, workers = adopted.posts, adopted.names
        unfinished = self.catalog.number(SYNCED) < self.catalog.last_id
        self.captures.recover(canonical)
        if workers:
            self.captures.close_all()
            repaired.append(f"captures of {counted(len(workers), 'worker')} were brought together: {', '.join(workers)}")
        repaired += [*self.captures.repaired, *self.index.recover()]
        if unfinished or repaired:
            self.catalog.forget_uncaptured_visits()
        self.catalog.commit()
        return repaired

    def close(self) -> None:
        """Finish writing, make everything durable and release the lock.

        Whatever is derived from something else, or refers to it, is synced after it.
        """
        leave_out(self.folder, self.made_by_workers)
        self.captures.close()
        self.files.sync()
        self.catalog.check()
        self.index.close()
        self.catalog.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.release()


def limits_of(settings: Settings) -> Limits:
    """When files of captures are closed, by these settings."""
    return Limits(settings.getint("CAPTURE_FILE_SIZE"), settings.getfloat("CAPTURE_FILE_AGE"))


def about_of(settings: Settings) -> dict[str, str]:
    """What each file of captures says of the crawl, by these settings."""
    return {
        "http-header-user-agent": settings.get("USER_AGENT"),
        "operator": settings.get("CONTACT") or "unknown",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to the archive in a folder, for the length of a block.

    :raises ArchiveInUse: if one is writing.
    :raises NotWritable: if the folder can only be read.
    """
    lock = Lock(folder)
    lock.take()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def opened(settings: Settings, site: str, *, write: bool = False) -> Iterator[Archive]:
    """Open an archive for the length of a block: locked with ``write``, read-only without.

    :raises CannotRun: if the site has no archive, or its archive cannot be read or written.
    :raises ArchiveInUse: with ``write``, if another process writes to it.
    """
    folder = Archive.folder_of(settings, site)
    if not folder.is_dir():
        raise CannotRun(f"there is no archive of {site!r} in {folder.parent}; make one with: {command(f'crawl {site}')}")
    archive = Archive.from_settings(settings, site, read_only=not write)
    try:
        yield archive
    finally:
        archive.close()
