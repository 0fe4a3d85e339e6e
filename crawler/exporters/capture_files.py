"""The capture files of an archive as they stand at one moment, while crawls go on."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.archive.lock import Lock
from crawler.errors import ArchiveInUse, CannotRun
from crawler.invocation import command


class NothingCaptured(CannotRun):
    """One line: there is nothing to export."""


def capture_files(archive: Path, scratch: Path) -> list[Path]:
    """The WARC files; of one that is still being written, a copy in ``scratch`` as it is now.

    Holds the archive's lock for as long as that copy takes.

    :raises ArchiveInUse: if somebody is writing.
    :raises NothingCaptured: if there are none.
    """
    nothing = f"there are no captures in {archive}; make some with: {command(f'crawl {archive.name}')}"
    if not (archive / "captures").is_dir():
        raise NothingCaptured(nothing)
    with _unwritten(archive):
        paths = sorted((archive / "captures").glob("*.warc.gz"))
        files = [path if not _open(path) else Path(shutil.copyfile(path, scratch / path.name)) for path in paths]
    if not files:
        raise NothingCaptured(nothing)
    return files


@contextmanager
def _unwritten(archive: Path) -> Iterator[None]:
    """Nobody is writing, and nobody begins to."""
    lock = Lock(archive)
    try:
        lock.take()
    except ArchiveInUse:
        raise
    except (OSError, CannotRun):
        if os.access(archive, os.W_OK | os.X_OK):
            raise
        with _watched(archive / ".lock"):
            yield
        return
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _watched(lock: Path) -> Iterator[None]:
    """As long as this only reads an archive that it may not write to, the lock file that is there can be held all the same."""
    if not lock.exists():  # nobody has ever written here
        yield
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveInUse(f"{lock.parent} is being written by another process; wait until that run has ended") from None
        except OSError:  # a file system whose locks take the right to write: who writes there is not to be seen from here
            pass
        yield


def _open(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IWUSR)
