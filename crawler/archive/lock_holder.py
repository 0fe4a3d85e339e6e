"""Who has the lock of an archive: what the lock file says, and what the system tells of processes. The lock is not touched."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.lock import TIME, NoLocks, try_lock
from crawler.archive.paths import LOCK, WORKERS

#: What a writer leaves in the lock file.
_OWNER = re.compile(
    r"(?:workers, the first is )?process (\d{1,10}) on (\S+) since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)\n", re.ASCII
)
_LONGEST = 400
_PROC = Path("/proc")
_PROGRAMS = {"scrapy", "backfile"}


def locked_by(file: Path) -> str:
    """The processes of this machine that have locked a file or a part of it, for a person; empty if that is not known."""
    try:
        node, locks = file.stat().st_ino, (_PROC / "locks").read_text("ascii").splitlines()
    except OSError:
        return ""
    found = {word for line in locks if f":{node} " in f"{line} " for word in line.split()[4:5] if word != str(os.getpid())}
    return ", ".join(f"process {one}" + (f" ({name})" if (name := _program(one)) else "") for one in sorted(found))


def _program(process: str) -> str:
    try:
        return (_PROC / process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def is_locked(folder: Path) -> bool:
    """Whether a process is writing to an archive at this moment."""
    try:
        file = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        return bool(try_lock(file, fcntl.LOCK_SH))
    except (OSError, NoLocks):  # or only files that may be written can be locked
        return False
    finally:
        os.close(file)


@dataclass(frozen=True, slots=True)
class LockHolder:
    """A process that has an archive's lock, or had it when it died.

    ``alive`` is ``None`` for a process on another machine. ``command`` is the verb that it runs (``crawl``), if that is known.
    """

    process: int
    host: str
    since: datetime
    alive: bool | None
    command: str | None


def lock_holder(folder: Path) -> LockHolder | None:
    """The process that the lock file of an archive names; ``None`` if it names none.

    The lock itself is not touched, so a run that starts at the same time gets it.
    """
    path = folder / LOCK
    try:
        with path.open("rb") as file:
            found = _OWNER.fullmatch(file.read(_LONGEST).decode(errors="replace"))
            status = os.fstat(file.fileno())
    except OSError:
        return None
    if found is None:
        return None
    process, host = int(found[1]), found[2]
    try:
        since = datetime.strptime(found[3], TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    alive = None if host != socket.gethostname() else _has(process, status)
    return LockHolder(process, host, since, alive, _command(process) if alive else None)


def live_workers(archive: Path) -> dict[str, LockHolder]:
    """The workers that crawl into an archive at this moment, by their names."""
    folders = {path: lock_holder(path) for path in sorted((archive / WORKERS).glob("*-*"))}
    return {
        path.name.rpartition("-")[0]: holder
        for path, holder in folders.items()
        if holder is not None and (holder.alive or (holder.alive is None and is_locked(path)))
    }


def _has(process: int, file: os.stat_result) -> bool:
    """Whether a process of this machine has locked a file; outside Linux, whether that process exists."""
    if not (_PROC / "locks").exists():  # not Linux
        return _is_there(process)
    with suppress(OSError):
        for line in (_PROC / "locks").read_text("ascii").splitlines():
            fields = line.split()
            if "FLOCK" in fields and str(process) in fields and any(one.endswith(f":{file.st_ino}") for one in fields):
                return True
    with suppress(OSError):  # on some file systems /proc/locks shows other inode numbers
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
    """The verb that one of our processes runs. Its arguments are left out, since they may hold secrets."""
    try:
        words = (_PROC / str(process) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    for number, word in enumerate(words[:-1]):
        if word.rpartition("/")[2] in _PROGRAMS and words[number + 1].isidentifier():
            return words[number + 1]
    return None
