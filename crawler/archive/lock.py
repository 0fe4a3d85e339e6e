"""The lock of an archive: one writer at a time.

The kernel releases the lock however a process ends; what a dead process left in the file keeps nobody out. Readers that need
writers kept out share the lock. They only copy something, so a writer waits for them, while it never waits for another writer.
Workers that crawl one site together share the lock, too, and each writes into a folder of its own
(:mod:`crawler.archive.workers.workers`).
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

from crawler import clock
from crawler.archive.paths import LOCK
from crawler.atomic import naming
from crawler.errors import ArchiveInUse, CannotRun

if TYPE_CHECKING:
    from pathlib import Path

#: The errors that the system gives for a folder that this process may not write.
_REFUSALS = (errno.EROFS, errno.EACCES, errno.EPERM)
#: And for a file system without locks.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
#: The time in the lock file.
TIME = "%Y-%m-%d %H:%M:%S UTC"
_WORKERS = "workers, the first is "
#: Seconds for which a writer waits for readers unless it is told otherwise, and between two attempts.
_PATIENCE, _INTERVAL = 60.0, 0.05
#: Seconds between two attempts to join other workers, the first of whom prepares the archive for all in some milliseconds.
_SOON = 0.005
#: And for which a worker waits for another one that opens the archive or brings all captures together.
_BRIEF = 20.0


class NotWritable(CannotRun):
    """One line: an archive that should be written can only be read."""


class NoLocks(CannotRun):
    """One line: a file system on which two commands could write at the same time."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"{path} cannot be locked ({why}), so that two commands could write at once; use another disk (ARCHIVE_ROOT)"
        )


def is_writable(folder: Path) -> bool:
    """Whether this process may write to a folder. On a read-only medium not even root may."""
    return os.access(folder, os.W_OK | os.X_OK)


def check_writable(folder: Path) -> None:
    """Raise unless a folder can be written or does not exist yet.

    :raises NotWritable: on a read-only medium, or without permission.
    """
    if folder.exists() and not folder.is_dir():
        raise NotWritable(f"{folder} is a file, where the folder of an archive should be; move it, or choose another name")
    if folder.exists() and not is_writable(folder):
        is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        raise _not_writable(folder, os.strerror(errno.EROFS if is_read_only else errno.EACCES))


def _not_writable(folder: Path, why: str) -> NotWritable:
    return NotWritable(f"{folder} cannot be written ({why}); make it writable, or name a copy of it with ARCHIVE_ROOT")


def try_lock(file: int, how: int = fcntl.LOCK_EX) -> str:
    """Lock an open file and return an empty text; if another process has the lock, return who that is.

    :raises NoLocks: on a file system without locks.
    """
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(file, 200, 0).decode(errors="replace").strip() or "another process"
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise NoLocks(os.path.realpath(f"/proc/self/fd/{file}"), os.strerror(error.errno)) from None
        raise
    return ""


class Lock:
    """The lock of one archive's folder. It is this process's alone: a forked process does not have it.

    :param patience: seconds for which a writer waits for readers.
    """

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        self._folder, self._patience = folder, patience
        self._file: int | None = None
        self._is_shared = False
        _locks.add(self)

    def take(self) -> None:
        """Lock the folder for writing, once processes that share the lock have ended.

        :raises ArchiveInUse: if another process is writing.
        :raises NotWritable: if the folder can only be read.
        """
        if self._file is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            if error.errno not in _REFUSALS:
                raise
            raise _not_writable(self._folder, os.strerror(error.errno)) from None
        self._claim(file, fcntl.LOCK_EX)
        try:
            self._write_owner(file)
        except OSError:
            os.close(file)  # this releases the lock
            raise
        self._file = file

    def share(self) -> None:
        """Keep writers out while the archive is read. Where nothing can be written, this is done as far as possible.

        :raises ArchiveInUse: if another process has the lock.
        """
        file = -1
        for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
            with suppress(OSError):
                file = os.open(self._folder / LOCK, flags, 0o666)
                break
        if file < 0:
            return  # no process has written here, or none that let us read its lock file
        try:
            self._claim(file, fcntl.LOCK_SH)
        except (OSError, NoLocks):  # or only files that may be written can be locked: writers cannot be seen
            os.close(file)
            return
        self._file, self._is_shared = file, True

    def take_or_share(self) -> bool:
        """Lock the folder for writing if nobody else has it locked, else share the lock with other workers.

        :returns: whether it is locked for writing.
        :raises ArchiveInUse: if another process has been writing for longer than workers take to begin or to end.
        :raises NotWritable: if the folder can only be read.
        """
        check_writable(self._folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        end = time.monotonic() + _BRIEF
        while try_lock(file, fcntl.LOCK_EX):
            holder = try_lock(file, fcntl.LOCK_SH)
            if not holder:
                self._file, self._is_shared = file, True
                return False
            if time.monotonic() > end:
                os.close(file)
                raise ArchiveInUse(f"{self._folder} is being written by {holder}; wait until that run has ended")
            time.sleep(_SOON)
        self._file = file
        self._write_owner(file)
        return True

    def let_others_share(self) -> None:
        """From now on, share the lock with other workers.

        :raises ArchiveInUse: if another process was quicker.
        """
        assert self._file is not None
        self._write_owner(self._file, _WORKERS)
        if holder := try_lock(self._file, fcntl.LOCK_SH):
            raise ArchiveInUse(f"{self._folder} is being written by {holder}; wait until that run has ended")
        self._is_shared = True

    def take_if_last(self) -> bool:
        """Lock the folder for writing if nobody else shares the lock any more; if somebody does, release it."""
        assert self._file is not None
        if try_lock(self._file, fcntl.LOCK_EX):
            os.close(self._file)
            self._file, self._is_shared = None, False
            return False
        self._is_shared = False
        self._write_owner(self._file)
        return True

    def _claim(self, file: int, how: int) -> None:
        end = time.monotonic() + self._patience
        while holder := try_lock(file, how):
            is_read = how == fcntl.LOCK_EX and not try_lock(file, fcntl.LOCK_SH)
            fcntl.flock(file, fcntl.LOCK_UN)
            by_workers = holder.startswith(_WORKERS)
            if not is_read or by_workers or time.monotonic() > end:
                os.close(file)
                is_copied = is_read and not by_workers
                what = "being copied from by another process" if is_copied else f"being written by {holder}"
                raise ArchiveInUse(f"{self._folder} is {what}; wait until that run has ended")
            time.sleep(_INTERVAL)

    def _write_owner(self, file: int, before: str = "") -> None:
        owner = f"{before}process {os.getpid()} on {socket.gethostname()} since {clock.now():{TIME}}\n"
        with naming(self._folder / LOCK):
            os.ftruncate(file, 0)
            os.pwrite(file, owner.encode(), 0)

    def release(self) -> None:
        """Release the lock, if this process has it."""
        if self._file is not None:
            if not self._is_shared:
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file, self._is_shared = None, False


_locks: WeakSet[Lock] = WeakSet()


def _leave_to_parent() -> None:
    """Close the files of all locks, which the parent keeps: else a child that outlives it would keep its archive locked."""
    for lock in _locks:
        if lock._file is not None:  # noqa: SLF001 - of this module
            os.close(lock._file)  # noqa: SLF001
            lock._file = None  # noqa: SLF001


os.register_at_fork(after_in_child=_leave_to_parent)
