"""One site's archive on disk: its folders, its lock, its captures and its catalog."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.captures import SYNCED, Captures, Limits
from crawler.archive.catalog import Catalog
from crawler.archive.files import PostFiles
from crawler.archive.forgotten import forgotten
from crawler.archive.index import Index
from crawler.archive.lock import Lock, check_writable
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, JOURNAL
from crawler.archive.schema import is_damage
from crawler.archive.swap import complete
from crawler.atomic import temporary_name
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.settings import Settings


#: What a run that was killed may leave and nobody reads.
_LEFT_BEHIND = (
    *map(temporary_name, (INDEX, JOURNAL, "post")),
    *(f"{INDEX}.tmp", "index.changes.tmp"),  # as archives of version 0.1 may have them
)


class Archive:
    """Everything under ``ARCHIVE_ROOT/SITE/``.

    ``read_only``: nothing is made, mended or locked, and the folder need not be writable.

    :raises NotWritable: if it is to be written and cannot be.
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
    ) -> None:
        self.folder = folder
        self.site = site
        if not read_only:
            check_writable(folder)
        self._completed = not read_only and complete(folder)  # before its files are opened
        self.catalog = Catalog(folder / CATALOG, read_only=read_only)
        self.captures = Captures(folder / CAPTURES, site, self.catalog, limits or Limits(), about or {})
        self.files = PostFiles(folder, layout)
        self.index = Index(folder / INDEX, self.catalog)
        self._lock = Lock(folder)
        #: The IDs of posts that were taken out for good.
        self.forgotten = forgotten(folder)
        self._mended: list[str] | None = None

    @classmethod
    def folder_of(cls, settings: Settings, site: str) -> Path:
        """Where the archive of ``site`` lies."""
        return Path(settings.get("ARCHIVE_ROOT")) / site

    @classmethod
    def from_settings(cls, settings: Settings, site: str, *, read_only: bool = False) -> Archive:
        """The archive of ``site`` under these settings.

        :raises CannotRun: with ``read_only``, if there is no catalog that can be read.
        """
        return cls(
            cls.folder_of(settings, site),
            site,
            layout=settings.get("POSTS_LAYOUT"),
            limits=Limits(settings.getint("CAPTURE_FILE_SIZE"), settings.getfloat("CAPTURE_FILE_AGE")),
            about={
                "http-header-user-agent": settings.get("USER_AGENT"),
                "operator": settings.get("CONTACT") or "unknown",
                "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
                "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            },
            read_only=read_only,
        )

    def lock(self) -> None:
        """Claim the archive for writing; the kernel frees it however this process ends.

        :raises ArchiveInUse: if another process has it.
        """
        self._lock.take()

    def recover(self) -> list[str]:
        """Bring catalog, captures and index into step after a crash, once; tells what was mended, a line each."""
        if self._mended is None:
            for name in _LEFT_BEHIND:
                (self.folder / name).unlink(missing_ok=True)
            try:
                self._mended = self._recover()
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self.catalog.begin_anew()
                self._mended = self._recover()
        return self._mended

    def _recover(self) -> list[str]:
        mended = ["a rebuild that was cut short was put in its place"] if self._completed else []
        if self.catalog.was_damaged:
            mended.append(f"{CATALOG} was damaged: made again from captures and index")
        unfinished = self.catalog.number(SYNCED) < self.catalog.last_id
        self.captures.recover()
        mended += [*self.captures.mended, *self.index.recover()]
        if unfinished or mended:
            self.catalog.forget_uncaptured_looks()
        self.catalog.commit()
        return mended

    def close(self) -> None:
        """End writing, make all of it durable, and give the archive free.

        In this order: what another thing is derived from or speaks of is on the disk before it.
        """
        self.captures.close()
        self.files.sync()
        self.index.close()
        self.catalog.close()
        self._lock.release()


@contextmanager
def opened(settings: Settings, site: str, *, write: bool = False) -> Iterator[Archive]:
    """An archive for the length of a command; with ``write``, locked, else only read.

    :raises CannotRun: if there is no archive of that site, or it cannot be read, or written.
    :raises ArchiveInUse: if it is to be written and another process does.
    """
    folder = Archive.folder_of(settings, site)
    if not folder.is_dir():
        raise CannotRun(f"there is no archive of {site!r} in {folder.parent}; make one with: {command(f'crawl {site}')}")
    archive = Archive.from_settings(settings, site, read_only=not write)
    try:
        if write:
            archive.lock()
        yield archive
    finally:
        archive.close()
