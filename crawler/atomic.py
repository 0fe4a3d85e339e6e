"""Writes that survive a crash and a power cut: atomic replacement of whole files, and appended lines.

A file is written beside its target as ``.NAME.tmp``, synced, and then renamed; the rename is synced, too. If anything fails,
the temporary file is removed and the old file is untouched. A killed process leaves its temporary file, which the next writer
overwrites, or :func:`remove_left_behind` removes.
"""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import shutil
import stat
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

#: For more files than this, syncing the whole system is faster than syncing each.
_MANY = 200


def temporary_name(name: str) -> str:
    """The name under which a file is written before it is renamed to ``name``."""
    return f".{name}.tmp"


@contextmanager
def replacing(path: Path, *, durable: bool = True, shared: bool = False) -> Iterator[Path]:
    """A temporary path for a file that replaces ``path`` when the block ends well; the old file's permissions are kept.

    :param durable: ``False`` syncs nothing, for a file that can be made again after a power cut.
    :param shared: whether other processes may write ``path`` at the same time; each then uses a temporary name of its own.
    :raises OSError: if the disk does not take it.
    """
    if shared:
        remove_left_behind(path.parent, f"{glob.escape(path.name)}.*")
    temporary = path.with_name(temporary_name(f"{path.name}.{os.getpid()}" if shared else path.name))
    temporary.unlink(missing_ok=True)
    try:
        with naming(path):
            yield temporary
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        if durable:
            sync(temporary)
        os.replace(temporary, path)  # noqa: PTH105 - as in :func:`write_unsynced`
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


@contextmanager
def atomic(path: Path, *, durable: bool = True, shared: bool = False) -> Iterator[BinaryIO]:
    """A file open for writing, which replaces ``path`` when the block ends well; see :func:`replacing`.

    It is locked meanwhile, which tells :func:`remove_left_behind` that somebody is writing it.
    """
    with ExitStack() as locked, replacing(path, durable=durable, shared=shared) as temporary:
        while True:
            with temporary.open("xb") as file:
                with suppress(OSError):  # some network file systems have no locks
                    fcntl.flock(file, fcntl.LOCK_EX)
                if temporary.exists():  # else it was removed before it was locked
                    locked.callback(os.close, os.dup(file.fileno()))  # until it is in its place
                    yield file
                    break


def remove_left_behind(folder: Path, *names: str) -> None:
    """Remove the temporary files that killed processes left of files with names like these (``*.json``)."""
    for path in {path for name in names for path in folder.glob(temporary_name(name))}:
        with suppress(OSError):
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(file)


def make_empty(path: Path) -> None:
    """Make an empty file, unless there is one, for a database: those that SQLite makes no group may write, whatever the umask.

    :raises OSError: if it cannot be made.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666))


def write_unsynced(path: str, data: bytes, temporary: str) -> None:
    """Replace one of many small files as :func:`atomic` does; :func:`sync_files` syncs all of them later.

    :param temporary: one temporary path on the same disk for all of them, three times as fast as one in each folder.
    :raises OSError: if the disk does not take it.
    """
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        write_whole(fd, data, path)
    except OSError:
        os.unlink(temporary)  # noqa: PTH108 - a path object for each post takes time
        raise
    finally:
        os.close(fd)
    try:
        try:
            os.replace(temporary, path)  # noqa: PTH105
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            move_across(temporary, path)
    except OSError:
        os.unlink(temporary)  # noqa: PTH108
        raise


def move_across(new: Path | str, path: Path | str) -> None:
    """Put a file in the place of another that a link or a mount has on another disk: whole or not at all.

    :raises OSError: if it cannot be put there; the old file is untouched.
    """
    folder, name = os.path.split(path)
    beside = f"{folder}/{temporary_name(name)}"
    try:
        shutil.copyfile(new, beside)
        os.replace(beside, path)  # noqa: PTH105 - of many posts, some are text
    except OSError:
        with suppress(OSError):
            os.unlink(beside)  # noqa: PTH108
        raise
    os.unlink(new)  # noqa: PTH108


def write_whole(fd: int, data: bytes, what: str) -> None:
    """Write all of ``data`` to an open file; ``what`` names it in the error.

    :raises OSError: if the disk does not take all of it.
    """
    while data:
        with naming(what):
            written = os.write(fd, data)
        if not written:
            raise OSError(errno.ENOSPC, "could not be written whole; is the disk full?", what)
        data = data[written:]


def append_whole(fd: int, data: bytes, size: int, what: str) -> int:
    """Append ``data`` to an open file of ``size`` bytes, whole or not at all, and return the new size.

    :raises OSError: if the disk does not take all of it.
    """
    try:
        write_whole(fd, data, what)
    except OSError:
        with naming(what):
            os.ftruncate(fd, size)
        raise
    return size + len(data)


def append(path: Path, lines: Iterable[bytes]) -> int:
    """Append lines to a file, durably, and return its new size. A power cut may leave a torn line at the end.

    :raises OSError: if the disk does not take them.
    """
    with naming(path), path.open("ab") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    sync(path.parent)
    return size


def sync_files(paths: Collection[Path] | Collection[str]) -> None:
    """Sync files and their folders; files that no longer exist are skipped.

    :raises OSError: if the disk does not take them.
    """
    if len(paths) > _MANY:
        os.sync()
        return
    for path in paths:
        try:
            sync(path)
        except FileNotFoundError:
            continue
    for folder in {os.path.dirname(path) or "." for path in paths}:  # noqa: PTH120 - of many, some are text
        sync(folder)


def sync(path: Path | str) -> None:
    """Sync the content of a file, or the names in a folder.

    :raises OSError: if the disk does not take it.
    """
    fd = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def naming(path: Path | str) -> Iterator[None]:
    """Name a file in errors of the system, and of SQLite, that name none, so that a person knows where to look."""
    try:
        yield
    except Exception as error:
        is_database = type(error).__module__ == "sqlite3"  # which is not loaded for this
        if is_database or (isinstance(error, OSError) and error.errno is not None):
            name(error, path)
        raise


def name(error: BaseException, path: Path | str) -> None:
    """Name a file in an error that names none."""
    if getattr(error, "filename", None) is None:
        if isinstance(error, OSError):
            error.filename = str(path)
        else:
            vars(error)["filename"] = str(path)
