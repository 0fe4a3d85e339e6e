"""Who is writing to an archive right now, found out without touching the lock: a run that starts meanwhile gets it."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.paths import LOCK

#: What :class:`crawler.archive.lock.Lock` writes into the file while it has it.
_FORM = re.compile(r"process (\d{1,10}) on (\S+) since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC\n", re.ASCII)
_LONGEST = 400
_PROC = Path("/proc")
_PROGRAMS = {"scrapy", "backfile"}


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has an archive's lock. ``alive`` is ``None`` for one on another machine; ``command``: what it runs."""

    process: int
    host: str
    since: datetime
    alive: bool | None
    command: str | None


def holder_of(folder: Path) -> Holder | None:
    """Whoever has the lock of an archive, or died with it (then it is not ``alive``); ``None`` if nobody does."""
    path = folder / LOCK
    try:
        with path.open("rb") as file:
            found = _FORM.fullmatch(file.read(_LONGEST).decode(errors="replace"))
            status = os.fstat(file.fileno())
    except OSError:
        return None
    if found is None:
        return None
    process, host = int(found[1]), found[2]
    try:
        since = datetime.strptime(found[3], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    alive = None if host != socket.gethostname() else _has(process, status)
    return Holder(process, host, since, alive, _command(process) if alive else None)


def _has(process: int, file: os.stat_result) -> bool:
    """Whether a process of this machine has a file locked, as far as the system tells; else, whether the process is there."""
    if not (_PROC / "locks").exists():  # not Linux
        return _is_there(process)
    with suppress(OSError):
        for line in (_PROC / "locks").read_text("ascii").splitlines():
            fields = line.split()
            if "FLOCK" in fields and str(process) in fields and any(one.endswith(f":{file.st_ino}") for one in fields):
                return True
    with suppress(OSError):  # some file systems number their files otherwise there
        for link in (_PROC / str(process) / "fd").iterdir():
            with suppress(OSError):
                if os.path.samestat(link.stat(), file):
                    return True
    return False


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _command(process: int) -> str | None:
    """The verb that a process of ours runs (``crawl``); its arguments may hold what is nobody's business."""
    try:
        words = (_PROC / str(process) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    for number, word in enumerate(words[:-1]):
        if word.rpartition("/")[2] in _PROGRAMS and words[number + 1].isidentifier():
            return words[number + 1]
    return None
