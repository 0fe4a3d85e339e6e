"""Temporary folders. A process that ends takes its own away, and those of processes that were killed."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
import weakref
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "backfile-scratch-"
#: In each folder: a file that is locked for as long as the folder is in use, also by a process that was forked meanwhile.
_HELD = ".held"
#: For so many seconds, a folder without that file may be one that was just made.
_BEGUN_FOR = 3600


class Scratch:
    """An empty temporary folder, until it is closed.

    :raises OSError: if the disk does not take it.
    """

    def __init__(self) -> None:
        _remove_left_behind_once(tempfile.gettempdir())
        while not self._is_begun():
            pass

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def close(self) -> None:
        """Take the folder away, and all that is in it; Ctrl-C meanwhile counts when that is done."""
        stopped = _take_away(str(self._path), self._held)
        self._close.detach()  # only now: whatever line Ctrl-C comes at, the finalizer ends what was begun
        if stopped is not None:
            raise stopped

    def _is_begun(self) -> bool:
        self._path = Path(tempfile.gettempdir()) / (_PREFIX + secrets.token_hex(8))
        self._held: list[int] = []
        # The finalizer has the name before the folder is there: Ctrl-C at any moment, in these lines too, leaves nothing.
        self._close = weakref.finalize(self, _take_away, str(self._path), self._held)
        self._path.mkdir(mode=0o700)
        _hold(self._path, self._held)
        if self._path.exists():
            return True
        self.close()  # it was taken for a dead process's before it was locked
        return False


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
    try:
        held = os.open(f"{folder}/{_HELD}", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        if about.st_mtime < time.time() - _BEGUN_FOR:
            os.rmdir(folder)  # noqa: PTH106 - only if it is empty: its process was killed before it wrote the file, or after it removed it
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder)
    finally:
        os.close(held)


def _hold(folder: Path, held: list[int]) -> None:
    """Lock a folder; where the file system has no locks, or no room, nobody removes it but its own process."""
    with suppress(OSError):
        held.append(os.open(folder / _HELD, os.O_RDWR | os.O_CREAT, 0o600))
        fcntl.flock(held[0], fcntl.LOCK_EX)


def _take_away(folder: str, held: list[int]) -> KeyboardInterrupt | None:
    """Take a folder away, as often as Ctrl-C is pressed meanwhile; returns that."""
    stopped = None
    while True:
        try:
            _remove(folder)
            while held:
                os.close(held.pop())
        except KeyboardInterrupt as error:
            stopped = error
        else:
            return stopped


def _remove(folder: str) -> None:
    """Remove a folder; the file that tells whether it is in use goes last: the next finds what a killed process leaves."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in [one for one in found if one.name != _HELD]:
            if one.is_dir(follow_symlinks=False):
                shutil.rmtree(one.path, ignore_errors=True)
            else:
                with suppress(OSError):
                    os.unlink(one.path)  # noqa: PTH108 - as above
    shutil.rmtree(folder, ignore_errors=True)
