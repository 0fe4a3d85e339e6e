"""Functions of ours that SQL calls."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def sql_function(db: sqlite3.Connection, name: str, function: Callable[[Any], Any]) -> Iterator[None]:
    """Let statements call a pure function of one value by its name.

    SQLite makes an error of its own of whatever ends the function, so that Ctrl-C would seem to be a fault of the database.
    What ended it is raised instead.
    """
    raised: list[BaseException] = []

    def called(value: Any) -> Any:
        try:
            return function(value)
        except BaseException as error:
            raised.append(error)
            raise

    # Datasette, where it runs in this process, has Python print what such a function raises; it is raised below.
    sqlite3.enable_callback_tracebacks(False)
    db.create_function(name, 1, called, deterministic=True)
    try:
        yield
    except sqlite3.OperationalError:
        if raised:
            raise raised[0] from None
        raise
