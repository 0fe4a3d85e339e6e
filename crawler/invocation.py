"""How a person types our commands in this environment, and installs an extra."""

from __future__ import annotations

import shlex
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


def is_made_here() -> bool:
    """Whether the Python that runs us is that of a checkout of the project, into which its ``make`` installs things."""
    root = Path(crawler.__file__).resolve().parents[1]
    made = (root / "Makefile").is_file() and (root / "requirements-extras.lock").is_file()
    return made and Path(sys.executable).absolute().parents[1].resolve() == (root / ".venv").resolve()


def install(extra: str) -> str:
    """How an extra of the project, such as ``export``, gets into the environment that runs us: the end of a message.

    The project is in no registry, so that what is installed is always a clone; its extras are named from the clone's folder.
    """
    if is_made_here():
        return "install it with: make extras"
    return f"install it, in the folder of the clone, with: {shlex.quote(sys.executable)} -m pip install '.[{extra}]'"
