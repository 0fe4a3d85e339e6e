"""Writing that outlasts a crash and a power cut: whole files in the place of others, lines at the end of one.

A file is written beside its place, under ``.NAME.tmp``; it is on the disk before it is renamed, and so is its new name before
whoever wrote it goes on. If anything fails, the temporary file is gone and what was there before is untouched. What a killed
process leaves is the temporary file, and the next one to write there writes over it.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

#: Beyond so many files, asking the system for everything it holds back is quicker than for each.
_MANY = 200


def temporary_name(name: str) -> str:
    """Under which name a file is written before it is renamed to ``name``."""
    return f".{name}.tmp"


@contextmanager
def replacing(path: Path, *, durable: bool = True, shared: bool = False) -> Iterator[Path]:
    """Where to write a file that is to be ``path`` when the block ends well; it keeps the permissions of the one before.

    :param durable: ``False`` for what is made again after a power cut: nothing is synced.
    :param shared: whether others may write ``path`` at the same time: each has a temporary name of its own.
    :raises OSError: if the disk does not take it.
    """
    temporary = path.with_name(temporary_name(f"{path.name}.{os.getpid()}" if shared else path.name))
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        if durable:
            sync(temporary)
        os.replace(temporary, path)  # noqa: PTH105 - as in :func:`put`
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


@contextmanager
def atomic(path: Path, *, durable: bool = True, shared: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is ``path`` when the block ends well; as :func:`replacing`."""
    with replacing(path, durable=durable, shared=shared) as temporary, temporary.open("xb") as file:
        yield file


def put(path: str, data: bytes, temporary: str) -> None:
    """As :func:`atomic` for one of many small files, which are synced together later (:func:`sync_files`).

    :param temporary: one name for all of them, on the same disk: three times as fast as one in each folder.
    :raises OSError: if the disk does not take it.
    """
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    try:
        write_whole(fd, data, path)
    except OSError:
        os.unlink(temporary)  # noqa: PTH108 - a path object for each post takes time
        raise
    finally:
        os.close(fd)
    os.replace(temporary, path)  # noqa: PTH105


def write_whole(fd: int, data: bytes, what: str) -> None:
    """Write to an open file; ``what``: its name, or what of it is written, for the error.

    :raises OSError: if the disk does not take all of it.
    """
    if os.write(fd, data) != len(data):
        raise OSError(f"{what} could not be written whole; is the disk full?")


def append(path: Path, lines: Iterable[bytes]) -> int:
    """Write lines at the end of a file, durably; gives its size then. What a power cut leaves of them may end in a torn line.

    :raises OSError: if the disk does not take them.
    """
    with path.open("ab") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    sync(path.parent)
    return size


def sync_files(paths: Collection[Path]) -> None:
    """Have files and their names written; one that is gone by now is passed over.

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
    for folder in {path.parent for path in paths}:
        sync(folder)


def sync(path: Path) -> None:
    """Have the content of a file written, or the names in a folder.

    :raises OSError: if the disk does not take it.
    """
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
