"""Staging: an output is written in a folder beside its target and then renamed, so that readers never meet half of it.

The staging folder is locked: a second process that writes to the same target waits or is refused. The kernel releases the lock
however a process ends, and the next process clears what a killed one left.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import stat
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from crawler.archive.disk import takes_nothing
from crawler.archive.lock import try_lock
from crawler.archive.paths import LOCK
from crawler.atomic import name, sync, sync_files
from crawler.errors import ArchiveInUse, CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: In the staging folder: the old target while it is being replaced.
_OLD = ".old"
_EXCHANGE = 2
_HERE = -100
#: Seconds between two attempts to get a lock.
_INTERVAL = 0.05


class TargetInUse(ArchiveInUse):
    """One line: another process is writing to the same target."""


@contextmanager
def staged(
    target: Path, publishing: Callable[[], AbstractContextManager[object]] = nullcontext, *, patience: float = 0.0
) -> Iterator[Path]:
    """A path to write a file or folder to, which replaces ``target`` when the block ends well.

    Whatever else was written beside that path, under a name without a leading dot, is moved beside ``target`` first. If the
    block raises, nothing is changed; nor if it writes nothing.

    :param publishing: a context that is entered when all is written and left when it is in its place.
    :param patience: for how many seconds another process that is writing to ``target`` is waited for.
    :raises TargetInUse: if another process is writing to ``target``.
    :raises CannotRun: if something else has the name of the staging folder.
    :raises OSError: if the disk does not take it.
    """
    with claimed(target, patience=patience) as folder:
        path = folder / target.name
        try:
            yield path
        except Exception as error:
            if takes_nothing(error):  # what has no name is what is written here: whatever is read has one
                name(error, target)
            raise
        sync_tree(folder)
        with publishing():
            written = sorted((one for one in folder.iterdir() if one == path or not one.name.startswith(".")), key=path.__eq__)
            for entry in written:
                _put(entry, target.with_name(entry.name), folder)
            sync(target.parent)


def sync_tree(folder: Path) -> None:
    """Sync all files and folders below a folder."""
    sync_files([path for path in folder.rglob("*") if path.is_file() or path.is_dir()])


def staging_of(target: Path) -> Path:
    """The staging folder of a target. A process that was killed leaves it; :func:`claimed` clears it."""
    return target.with_name(f".{target.name}.new")


def copy_by_links(source: Path, target: Path) -> None:
    """Copy a file or folder, with links in place of copied bytes where the system has them.

    Whoever changes the copy has to replace files, for what is written into one is written into the original as well.

    :raises OSError: if the disk does not take it.
    """
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(str(source), str(target))


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
    return target


@contextmanager
def claimed(target: Path, *, patience: float = 0.0) -> Iterator[Path]:
    """Keep other processes from writing to ``target``; gives an empty staging folder beside it, which is removed afterwards.

    :param patience: for how many seconds another process that is writing to ``target`` is waited for.
    :raises TargetInUse: if another process is writing to ``target``.
    :raises CannotRun: if something else has the name of the staging folder.
    :raises OSError: if the disk does not take it.
    """
    folder = staging_of(target)
    lock = _acquire(folder, target, time.monotonic() + patience)
    try:
        if (folder / _OLD).exists() and not target.exists():
            (folder / _OLD).rename(target)
        _clear(folder)
        yield folder
    finally:
        _clear(folder)
        (folder / LOCK).unlink(missing_ok=True)
        _remove(folder)
        os.close(lock)
        _remove(folder)  # some network file systems keep a file by another name while it is open


def _remove(folder: Path) -> None:
    with suppress(OSError):  # the next process uses it already, or has removed it
        folder.rmdir()


def _acquire(folder: Path, target: Path, until: float) -> int:
    """Lock the staging folder and return the open lock file.

    The process that had the lock before may just have removed the lock file; then a new one is locked.
    """
    while True:
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError:
            with suppress(FileNotFoundError):  # it was removed since mkdir found it
                if not stat.S_ISDIR(folder.lstat().st_mode):
                    raise
            continue
        try:
            names = {entry.name for entry in folder.iterdir()}
            if names and LOCK not in names:
                raise CannotRun(f"{folder} is in the way and none of ours; move it, or name another --output")
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except FileNotFoundError:
            continue
        except OSError:
            with suppress(OSError):
                folder.rmdir()
            raise
        try:
            if _locks_folder(lock, folder, target):
                return lock
        except TargetInUse:
            if time.monotonic() >= until:
                os.close(lock)
                raise
            time.sleep(_INTERVAL)
        os.close(lock)


def _locks_folder(lock: int, folder: Path, target: Path) -> bool:
    """Lock an open lock file, and tell whether the folder still has this file: another process may have replaced it."""
    holder = try_lock(lock)
    if holder:
        raise TargetInUse(f"{target} is being written by {holder}; wait until that has ended")
    with suppress(OSError):  # on a full disk the lock holds without this text
        os.ftruncate(lock, 0)
        os.write(lock, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
    try:
        return os.fstat(lock).st_ino == (folder / LOCK).stat().st_ino
    except FileNotFoundError:
        return False


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name != LOCK:
            discard(entry)


def discard(place: Path) -> None:
    """Remove a file or folder of a staging folder."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _put(new: Path, target: Path, folder: Path) -> None:
    """Move a new file or folder to its target: in one step, unless it is a folder and the system cannot exchange two."""
    if not target.is_dir():
        new.replace(target)
    elif not _exchange(new, target):
        target.rename(folder / _OLD)
        new.rename(target)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step (Linux's ``renameat2``); return whether the system could."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
