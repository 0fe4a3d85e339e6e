"""Runs ``jekyll`` again and again in fresh processes, without loading Ruby's part of it each time: two thirds of what a small site takes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROGRAM = Path(__file__).with_suffix(".rb")
#: No Gemfile is looked for, and texts are UTF-8, whatever the machine's language.
ALWAYS = {"JEKYLL_NO_BUNDLER_REQUIRE": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
_forks: list[JekyllForks] = []


class JekyllForks:
    """The process that forks; with ``with``. It starts when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()

    def run(self, words: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command that begins with the path of ``jekyll`` in a folder, and keep what it prints."""
        if self._process is None:
            command = [*_interpreter(words[0]), str(_PROGRAM)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | ALWAYS
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as kept:
            out, err = Path(kept, "out"), Path(kept, "err")
            order = {"program": words[0], "arguments": words[1:], "folder": str(folder), "environment": dict(environment)}
            self._process.stdin.write(json.dumps(order | {"out": str(out), "err": str(err)}) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
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
