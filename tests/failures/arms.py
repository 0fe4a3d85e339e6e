"""Called in the process of a command before it runs: what befalls it comes at a certain point, and not by chance."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from typing import Any


def interrupted_at(*parts: str) -> None:
    """Send Ctrl-C when a file whose path has one of these parts is opened, or connected to as a database."""
    done: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not done and event in ("open", "sqlite3.connect") and any(part in str(arguments[0]) for part in parts):
            done.append(event)
            os.kill(os.getpid(), signal.SIGINT)

    sys.addaudithook(hook)


def stopped_when_it_serves() -> None:
    """Send Ctrl-C half a second after a socket listens: a server would go on for ever."""

    def hook(event: str, _: tuple[Any, ...]) -> None:
        if event == "socket.bind":
            timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
            timer.daemon = True
            timer.start()

    sys.addaudithook(hook)


def without_locks() -> None:
    """Refuse locks, as some network file systems do."""

    def hook(event: str, _: tuple[Any, ...]) -> None:
        if event == "fcntl.flock":
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    sys.addaudithook(hook)


def nobody_reads(*and_then: str) -> None:
    """Make the standard output a pipe whose other end is closed, as after ``| head``."""
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)
    os.close(writer)
    if and_then:
        stopped_when_it_serves()
