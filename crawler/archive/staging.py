"""What is written is made in a folder beside its place, and put there whole: a reader never meets half of it.

The folder is a lock, too: of two that write to one place at once, the second is refused. The kernel frees the lock however a
process ends; what a killed one left is cleared by the next.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crawler.archive.lock import held_by
from crawler.archive.paths import LOCK
from crawler.atomic import sync, sync_files
from crawler.errors import ArchiveInUse, CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: In the folder: what was at the target, on its way out.
_OLD = ".old"
_EXCHANGE = 2
_HERE = -100


class TargetInUse(ArchiveInUse):
    """One line: another process is writing to the same place."""


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A path to write a file or folder to, which is ``target`` when the block ends well.

    Whatever else was written beside it, under a name without a leading dot, is put beside ``target``. If the block raises,
    nothing is changed.

    :raises TargetInUse: if another process is writing there.
    :raises CannotRun: if something else has the name of the folder that this takes.
    :raises OSError: if the disk does not take it.
    """
    with claimed(target) as folder:
        path = folder / target.name
        yield path
        written = sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") or entry == path)
        sync_files([file for entry in written for file in (entry, *entry.rglob("*")) if file.is_file()])
        for entry in written:
            _put(entry, target.with_name(entry.name), folder)
        sync(target.parent)


@contextmanager
def claimed(target: Path) -> Iterator[Path]:
    """Keep others from writing to ``target``; gives an empty folder beside it, which is gone afterwards.

    :raises TargetInUse: if another process is writing there.
    :raises CannotRun: if something else has the name of the folder.
    :raises OSError: if the disk does not take it.
    """
    folder = target.with_name(f".{target.name}.new")
    lock = _taken(folder, target)
    try:
        if (folder / _OLD).exists() and not target.exists():
            (folder / _OLD).rename(target)
        _clear(folder)
        yield folder
    finally:
        _clear(folder)
        (folder / LOCK).unlink(missing_ok=True)
        with suppress(OSError):  # the next one has it already
            folder.rmdir()
        os.close(lock)


def _taken(folder: Path, target: Path) -> int:
    """The open lock file. Who had it before may have removed it while this one waited for it: then there is a new one."""
    while True:
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError:
            with suppress(FileNotFoundError):  # gone between two questions of mkdir's
                if not stat.S_ISDIR(folder.lstat().st_mode):
                    raise
            continue
        try:
            names = {entry.name for entry in folder.iterdir()}
            if names and LOCK not in names:
                raise CannotRun(f"{folder} is in the way and none of ours; move it, or name another --output")
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except FileNotFoundError:
            continue
        except OSError:
            with suppress(OSError):
                folder.rmdir()
            raise
        if _has_it(lock, folder, target):
            return lock
        os.close(lock)


def _has_it(lock: int, folder: Path, target: Path) -> bool:
    holder = held_by(lock)
    if holder:
        raise TargetInUse(f"{target} is being written by {holder}; wait until that has ended")
    with suppress(OSError):  # a full disk: it is held all the same
        os.ftruncate(lock, 0)
        os.write(lock, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
    try:
        return os.fstat(lock).st_ino == (folder / LOCK).stat().st_ino
    except FileNotFoundError:
        return False


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()


def _put(new: Path, target: Path, folder: Path) -> None:
    """A file takes a file's place in one step, and so does a folder a folder's where the system can exchange two."""
    if not target.is_dir():
        new.replace(target)
    elif not _exchanged(new, target):
        target.rename(folder / _OLD)
        new.rename(target)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system has exchanged two names (Linux's ``renameat2``)."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
