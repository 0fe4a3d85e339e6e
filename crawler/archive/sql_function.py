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

    :raises KeyboardInterrupt: if that ended the function.
    """
    interrupted = []

    def called(value: Any) -> Any:
        try:
            return function(value)
        except KeyboardInterrupt:
            interrupted.append(value)
            raise

    db.create_function(name, 1, called, deterministic=True)
    try:
        yield
    except sqlite3.OperationalError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise
