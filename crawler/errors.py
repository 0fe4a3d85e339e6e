"""Errors that a person is told in one line, with their exit codes."""

from __future__ import annotations

import os
import re
import traceback
from typing import TYPE_CHECKING, ClassVar

from crawler.exit_codes import COULD_NOT_RUN, GOOD, LOCKED

if TYPE_CHECKING:
    from collections.abc import Callable

#: Who asks, and the password, in an address.
_ACCOUNT = re.compile(r"//[^\s/]*@")


class CannotRun(Exception):
    """One line: what is wrong, where, and what to do. A command ends with ``exit_code`` because of it."""

    exit_code: ClassVar[int] = COULD_NOT_RUN


class ArchiveInUse(CannotRun):
    """Another process is writing to this archive."""

    exit_code: ClassVar[int] = LOCKED


class NothingToDo(CannotRun):
    """What was asked for has been done already."""

    exit_code: ClassVar[int] = GOOD


def short_reason(error: BaseException | None) -> str:
    """An error in one line, for the run report; where there is none, nobody answered."""
    if error is None:
        return "no answer"
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def in_words(error: BaseException) -> str:
    """The text of an error; of one of the system, without its number.

    >>> in_words(OSError(28, "No space left on device"))
    'No space left on device'
    >>> in_words(PermissionError(13, "Permission denied", "output/SITE"))
    'output/SITE: Permission denied'
    """
    if not isinstance(error, OSError) or not error.strerror:
        where = getattr(error, "filename", None)  # of a database, see crawler.atomic.naming
        return f"{where}: {error}" if where else str(error)
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes | os.PathLike)]
    return ": ".join([" -> ".join(names), error.strerror] if names else [error.strerror])


def without_password(text: str) -> str:
    """A text for a person, with addresses that he gave: who reads what a command says need not know a password in them.

    >>> without_password("redis://me:p@ss@host:6379/0"), without_password("redis://host/0")
    ('redis://…@host:6379/0', 'redis://host/0')
    """
    return _ACCOUNT.sub("//…@", text)


def where_in(error: BaseException, own: tuple[str, ...], shown: Callable[[str], str] = str) -> str:
    """An error of a person's own Python file in one line: the place in that file that it came from, if there is one.

    :param own: what the paths of such files begin with.
    :param shown: makes of a file's path what the line has.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(error.filename)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    text = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(own):
            return f"{shown(frame.filename)}, line {frame.lineno}: {text}"
    return text
