"""Runs ``jekyll`` again and again in fresh processes, without loading Ruby's part of it each time: two thirds of what a small site takes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.replica.forking import Forking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROGRAM = Path(__file__).with_suffix(".rb")
#: No Gemfile is looked for, and texts are UTF-8, whatever the machine's language.
ALWAYS = {"JEKYLL_NO_BUNDLER_REQUIRE": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
_forks: list[JekyllForks] = []


class JekyllForks(Forking):
    """Forks ``jekyll``."""

    def run(self, words: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command that begins with the path of ``jekyll`` in a folder, and keep what it prints."""
        with tempfile.TemporaryDirectory() as kept:
            out, err = Path(kept, "out"), Path(kept, "err")
            order = {"program": words[0], "arguments": words[1:], "folder": str(folder), "environment": dict(environment)}
            command = [*_interpreter(words[0]), str(_PROGRAM)]
            answers = self._tell(command, order | {"out": str(out), "err": str(err)}, env=os.environ | ALWAYS)
            code = int(answers.readline())
            return subprocess.CompletedProcess(
                words, code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")
            )


@contextmanager
def forked_jekyll() -> Iterator[None]:
    """Within it, :func:`run` forks a process that has loaded Jekyll."""
    with JekyllForks() as forks:
        _forks.append(forks)
        yield
        _forks.remove(forks)


def run(words: list[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that begins with the path of ``jekyll``, and keep what it prints."""
    if _forks and _interpreter(words[0]):
        return _forks[-1].run(words, folder or Path.cwd(), os.environ | ALWAYS)
    return run_apart(words, folder)


def run_apart(words: list[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run such a command in a process that is started for it."""
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, errors="replace", check=False, env=os.environ | ALWAYS
    )


def _interpreter(program: str) -> list[str]:
    """The Ruby that a program names in its first line; none for a program of the shell, which some installations have in its place."""
    with Path(program).open("rb") as opened:
        words = opened.readline().decode("utf-8", "replace").removeprefix("#!").split()
    return words if words and Path(words[-1]).name.startswith("ruby") else []
