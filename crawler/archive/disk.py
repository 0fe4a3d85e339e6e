"""Errors of a disk that takes something not, whether the system tells of them or SQLite, and what a person does then."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from crawler.archive.catalog.schema import is_busy
from crawler.errors import in_words

#: The errors that reading and writing an archive raises if the disk is full, removed or not writable.
DISK_ERRORS = (OSError, sqlite3.OperationalError)
_IS_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
#: A database takes two files more while it is open.
_FEW = 3
_IS_GONE = frozenset((errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE))


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that a disk is full.

    SQLite calls it an error of input and output where it finds no room for what it shares with other processes.
    """
    if isinstance(error, sqlite3.OperationalError):
        return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    return isinstance(error, OSError) and error.errno in _IS_FULL


def takes_nothing(error: BaseException | None) -> bool:
    """Whether an error says that a disk takes nothing more: it is full, read-only or gone."""
    if isinstance(error, sqlite3.OperationalError):
        return is_full(error) or _code(error) == sqlite3.SQLITE_READONLY
    return is_full(error) or (isinstance(error, OSError) and error.errno in {errno.EROFS, *_IS_GONE})


def what_to_do(error: BaseException | None) -> str:
    """What a person does after an error of a disk or of a database, as a command; empty if that is not known.

    >>> what_to_do(OSError(errno.ENOSPC, "No space left on device"))
    'make room there'
    >>> what_to_do(OSError(errno.EROFS, "Read-only file system"))
    'make it writable'
    >>> what_to_do(OSError(errno.ENOENT, "No such file or directory"))
    ''
    """
    if (is_full(error) or _code(error) == sqlite3.SQLITE_CANTOPEN) and _is_out_of_files(error):
        return "remove files there, for that disk takes no more of them"
    if is_full(error):
        return "make room there"
    if is_busy(error):
        return "close what keeps it locked"
    if isinstance(error, sqlite3.OperationalError):
        return "make it writable" if _code(error) == sqlite3.SQLITE_READONLY else ""
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return "make it writable"
    return "look at that disk" if isinstance(error, OSError) and error.errno in _IS_GONE else ""


def told(error: BaseException) -> str:
    """An error for a person: where, what, and what he does.

    >>> told(OSError(errno.ENOSPC, "No space left on device", "/x"))
    '/x: No space left on device; make room there'
    """
    return "; ".join(part for part in (in_words(error), what_to_do(error)) if part)


def then_again(error: BaseException | None) -> str:
    """What a person does after a run that met an error of a disk, in half a sentence."""
    what = what_to_do(error)
    return f"{what} and run again" if what else "run again"


def _is_out_of_files(error: BaseException | None) -> bool:
    """Whether the disk that an error names has room for bytes, and none for another file."""
    path = getattr(error, "filename", None)
    if not isinstance(path, str) or not path:
        return False
    try:
        found = os.statvfs(next(one for one in (Path(path), *Path(path).parents) if one.exists()))
    except (OSError, StopIteration):
        return False
    return found.f_files > 0 and found.f_favail < _FEW and found.f_bavail > 0


def _code(error: BaseException | None) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
