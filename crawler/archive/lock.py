"""One writer at a time; the kernel frees the lock however a process ends, so what a dead one left in the file holds nobody."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

from crawler import clock
from crawler.errors import ArchiveInUse

__all__ = ["ArchiveInUse", "Lock"]


class Lock:
    """A claim on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    def take(self) -> None:
        """Claim the folder for writing.

        :raises ArchiveInUse: if another process has it.
        """
        if self._file is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 200).decode(errors="replace").strip() or "another process"
            os.close(file)
            raise ArchiveInUse(f"{self._folder} is being written by {holder}; wait until that run has ended") from None
        os.ftruncate(file, 0)
        started = clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
        os.write(file, f"process {os.getpid()} on {socket.gethostname()} since {started}\n".encode())
        self._file = file

    def release(self) -> None:
        """Give the folder free."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None
