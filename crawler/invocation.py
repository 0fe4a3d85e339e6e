"""How a person types our commands in this environment, and installs an extra."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import crawler

_called = ["scrapy"]


def called(name: str) -> None:
    """Note the name by which a person called our commands; without a call it is ``scrapy``."""
    _called[0] = name


def program() -> str:
    """The name by which a person called our commands: ``scrapy``, or ``backfile`` where the package is installed."""
    return _called[0]


def command(words: str) -> str:
    """A command as this person types it.

    >>> command("crawl SITE")
    'scrapy crawl SITE'
    """
    return f"{program()} {words}"


def is_checkout() -> bool:
    """Whether the package runs from a checkout of the project, where ``make`` installs things."""
    root = Path(crawler.__file__).resolve().parents[1]
    return (root / "Makefile").is_file() and (root / "requirements-extras.lock").is_file()


def install(extra: str) -> str:
    """The command that installs an extra of the project, such as ``export``, into the environment that runs us."""
    return "make extras" if is_checkout() else f"{_pip()} install 'backfile[{extra}]'"


def _pip() -> str:
    """``pip``, with its full path if a bare ``pip`` would be that of another environment."""
    own = Path(sys.executable).with_name("pip")
    found = shutil.which("pip")
    if found and Path(found) == own:
        return "pip"
    return shlex.quote(str(own)) if own.exists() else f"{shlex.quote(sys.executable)} -m pip"
