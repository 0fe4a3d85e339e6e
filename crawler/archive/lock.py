"""One writer at a time; the kernel frees the lock however a process ends, so what a dead one left in the file holds nobody.

Who only reads shares it, and does without where the folder cannot be written.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from typing import TYPE_CHECKING

from crawler import clock
from crawler.archive.paths import LOCK
from crawler.errors import ArchiveInUse, CannotRun

if TYPE_CHECKING:
    from pathlib import Path

#: What the system says of a folder that this process may not write.
_REFUSALS = (errno.EROFS, errno.EACCES, errno.EPERM)


class NotWritable(CannotRun):
    """One line: an archive that was to be written can only be read."""


def is_writable(folder: Path) -> bool:
    """Whether this process may write to a folder; ``False`` on a read-only medium, for root as well."""
    return os.access(folder, os.W_OK | os.X_OK)


def check_writable(folder: Path) -> None:
    """Nothing, if a folder can be written, or is not there yet.

    :raises NotWritable: if not: a read-only medium, or no permission.
    """
    if folder.exists() and not is_writable(folder):
        is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        raise _not_writable(folder, os.strerror(errno.EROFS if is_read_only else errno.EACCES))


def _not_writable(folder: Path, why: str) -> NotWritable:
    return NotWritable(f"{folder} cannot be written ({why}); make it writable, or name a copy of it with ARCHIVE_ROOT")


def held_by(file: int, how: int = fcntl.LOCK_EX) -> str:
    """Lock an open file; empty if that is done, else who holds it, as far as the file says, and then it is closed."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 200).decode(errors="replace").strip() or "another process"
        os.close(file)
        return holder
    return ""


class Lock:
    """A claim on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None
        self._is_shared = False

    def take(self) -> None:
        """Claim the folder for writing.

        :raises ArchiveInUse: if another process has it.
        :raises NotWritable: if the folder can only be read.
        """
        if self._file is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            if error.errno not in _REFUSALS:
                raise
            raise _not_writable(self._folder, os.strerror(error.errno)) from None
        self._claim(file, fcntl.LOCK_EX)
        try:
            os.ftruncate(file, 0)
            started = clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
            os.write(file, f"process {os.getpid()} on {socket.gethostname()} since {started}\n".encode())
        except OSError:
            os.close(file)  # and with it the claim
            raise
        self._file = file

    def share(self) -> None:
        """Keep writers out while something is read; where nothing can be written, as far as that is possible.

        :raises ArchiveInUse: if another process has it.
        """
        try:
            self.take()
        except (NotWritable, OSError):
            try:
                file = os.open(self._folder / LOCK, os.O_RDONLY)
            except OSError:
                return  # nobody has ever written here, or nobody who would let us know
            try:
                self._claim(file, fcntl.LOCK_SH)
            except OSError:  # a file system whose locks take the right to write: who writes is not to be seen from here
                os.close(file)
                return
            self._file, self._is_shared = file, True

    def _claim(self, file: int, how: int) -> None:
        holder = held_by(file, how)
        if holder:
            raise ArchiveInUse(f"{self._folder} is being written by {holder}; wait until that run has ended")

    def release(self) -> None:
        """Give the folder free."""
        if self._file is not None:
            if not self._is_shared:
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file, self._is_shared = None, False
