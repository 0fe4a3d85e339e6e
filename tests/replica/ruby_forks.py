"""Ruby programs of ours in processes that are forked from one that has loaded Jekyll: a third of a second each, most of a small command."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

from crawler.reconstruct.ruby.start import _NOT_FOR_IT, start_ruby

_PROGRAM = Path(__file__).with_suffix(".rb")
#: Those that start such a program, under the name that it has in :mod:`crawler.reconstruct.ruby.start`.
_STARTING = ("crawler.reconstruct.ruby.converter", "crawler.upkeep.verify.building")


class RubyForks:
    """The process that forks. It starts at once, loads while others do other things, and ends with the process that made it."""

    def __init__(self) -> None:
        self._ruby = shutil.which("ruby")
        self._environment = _rubys(os.environ)
        if self._ruby is None:
            return
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("")  # a name that only Linux gives, which no file has
            listening.listen(16)
            self._name = listening.getsockname()
            self._process = subprocess.Popen(
                [self._ruby, "-EUTF-8:UTF-8", str(_PROGRAM), str(listening.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name not in _NOT_FOR_IT}
                | {"JEKYLL_NO_BUNDLER_REQUIRE": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
                pass_fds=[listening.fileno()],
            )

    def lend(self) -> None:
        """Have this process, which was forked, start none of its own from now on where another would be the same."""
        for module in _STARTING:
            import_module(module).start_ruby = self._start  # type: ignore[attr-defined]

    def _start(self, ruby: str, program: Path, folder: Path | str, **variables: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"JEKYLL_NO_BUNDLER_REQUIRE": "1", **variables}
        if ruby != self._ruby or _rubys(environment) != self._environment or not environment.keys().isdisjoint(_NOT_FOR_IT):
            return start_ruby(ruby, program, folder, **variables)
        order = {"program": str(program), "folder": str(folder), "environment": environment}
        return _Forked(self._name, order)


class _Forked(subprocess.Popen[bytes]):
    """A process that is another one's child, and is waited for by what that one tells of it."""

    def __init__(self, name: bytes, order: dict[str, Any]) -> None:
        self._name, self._order = name, order
        super().__init__([order["program"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _execute_child(self, *given: Any) -> None:
        files = [int(file) for file in given[10:16]]
        asking = socket.socket(socket.AF_UNIX)
        asking.connect(self._name)
        for file in (files[0], files[3]):
            socket.send_fds(asking, [b"."], [file])
        asking.sendall(json.dumps(self._order).encode() + b"\n")
        self._answers = asking.makefile("r")
        asking.close()  # with the file that was made of it
        self.pid = int(self._answers.readline())
        self._child_created = True  # as Popen's own does
        self._close_pipe_fds(*files)

    def _wait(self, timeout: float | None) -> int:
        if self.returncode is None:
            self.returncode = int(self._answers.readline())
            self._answers.close()
        return self.returncode

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        return self.returncode  # a program that has ended is known to have when it is waited for


def _rubys(environment: Any) -> dict[str, str]:
    """What Ruby and its packages are told by the environment."""
    return {name: value for name, value in environment.items() if name.startswith(("RUBY", "GEM_", "BUNDLE_"))}
