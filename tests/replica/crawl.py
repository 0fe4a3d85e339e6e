"""Runs ``scrapy`` the way a person does, against a replica."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.replica.forks import PROJECT, Forks
from tests.replica.started import Started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_forks: list[Forks] = []
#: All it takes to let go of the politeness towards the live site.
FAST = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS": "32",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "32",
}


def scrapy(*arguments: str, settings: dict[str, str] | None = None) -> list[str]:
    """The command line for ``scrapy`` with these settings."""
    return [sys.executable, "-m", "scrapy", *_with(arguments, settings)]


def _with(arguments: tuple[str, ...], settings: dict[str, str] | None) -> list[str]:
    given = [f"-s{name}={value}" for name, value in (settings or {}).items()]
    return [*arguments[:1], *given, *arguments[1:]]


@contextmanager
def forked() -> Iterator[None]:
    """Within it, ``run`` forks a process that has imported everything, which saves two seconds of three each time."""
    with Forks() as forks:
        _forks.append(forks)
        yield
        _forks.remove(forks)


def forks_into(log: Path) -> Forks:
    """What forks runs at told times, which append all that they print to ``log``; within :func:`forked`, by the same process."""
    return Forks(log, _forks[-1] if _forks else None)


def run_armed(arm: tuple[str, ...], *arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` in a fork in which ``arm`` (``module:function``, and its arguments) was called before."""
    return _forks[-1].kept(_with(arguments, settings), 300, arm)


def start(*arguments: str, settings: dict[str, str], arm: tuple[str, ...] = (), **options: Any) -> Started:
    """Start ``scrapy`` in such a fork and give its process, which has what ``subprocess.Popen`` has, and takes its options."""
    return Started(_forks[-1], _with(arguments, settings), arm, **options)


def run(*arguments: str, settings: dict[str, str] | None = None, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` to its end and keep what it prints."""
    if _forks:
        return _forks[-1].kept(_with(arguments, settings), timeout)
    return subprocess.run(
        scrapy(*arguments, settings=settings),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def settings_for(origins: dict[str, str], root: Path, **more: str) -> dict[str, str]:
    """Settings for a fast crawl of a served replica into ``root``."""
    return FAST | {"ORIGINS": json.dumps(origins), "ARCHIVE_ROOT": str(root)} | more


def crawl(
    origins: dict[str, str], root: Path, *arguments: str, timeout: float = 300, **more: str
) -> subprocess.CompletedProcess[str]:
    """``scrapy crawl finews`` of a served replica into ``root``."""
    return run("crawl", "finews", *arguments, settings=settings_for(origins, root, **more), timeout=timeout)
