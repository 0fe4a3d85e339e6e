"""Temporary folders. A process that ends takes its own away, and those of processes that were killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "backfile-scratch-"
#: In each folder: a file that is locked for as long as the folder is in use, also by a process that was forked meanwhile.
_HELD = ".held"


class Scratch:
    """An empty temporary folder, until it is closed.

    :raises OSError: if the disk does not take it.
    """

    def __init__(self) -> None:
        _remove_left_behind_once(tempfile.gettempdir())
        while True:
            self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)  # noqa: TID251 - what this module is for
            self._held = _hold(Path(self._folder.name))
            if Path(self._folder.name).exists():
                break  # else it was taken for a dead process's before it was locked
            self.close()

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Take the folder away, and all that is in it."""
        shutil.rmtree(self._folder.name, ignore_errors=True)
        with suppress(OSError):
            self._folder.cleanup()
        if self._held is not None:
            os.close(self._held)
            self._held = None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for the length of a ``with``.

    :raises OSError: if the disk does not take it.
    """
    scratch = Scratch()
    try:
        yield scratch.path
    finally:
        scratch.close()


@cache
def _remove_left_behind_once(_: str) -> None:
    remove_left_behind()


def remove_left_behind() -> None:
    """Remove what killed processes of this user left in the folder for temporary files."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as found:
        for folder in [one.path for one in found if one.name.startswith(_PREFIX)]:
            with suppress(OSError):
                _remove_if_dead(folder)


def _remove_if_dead(folder: str) -> None:
    about = os.lstat(folder)
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
        return
    held = os.open(f"{folder}/{_HELD}", os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder; where the file system has no locks, or no room, nobody removes it but its own process."""
    held = None
    with suppress(OSError):
        held = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
    return held
