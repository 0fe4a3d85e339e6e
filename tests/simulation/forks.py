"""Runs ``scrapy`` again and again in fresh processes whose clock says what it is told, without importing everything each time.

``python -m tests.simulation.forks`` reads one run a line from its standard input and says how it ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Self

from tests.replica.crawl import PROJECT


class Forks:
    """The process that forks; with ``with``."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.simulation.forks", str(self._log)]
        self._process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, arguments: list[str], now: datetime, *, kill_after: float | None = None, arm: tuple[str, ...] = ()) -> int:
        """Run ``scrapy`` with these arguments at ``now``; gives its exit code, -9 if it was killed before it ended.

        ``arm``: what is called in the new process first, as ``module:function``, and its arguments.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"arguments": arguments, "now": now.isoformat(), "kill_after": kill_after, "arm": arm}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _serve(log: Path) -> None:
    _import_all("crawler", "scrapy.commands", "scrapy.core", "scrapy.downloadermiddlewares")
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(order, log)
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _import_all(*packages: str) -> None:
    """Once, for all that are forked."""
    for package in packages:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            with contextlib.suppress(ImportError), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # some of Scrapy's own modules are deprecated
                import_module(module.name)


def _run(order: dict[str, Any], log: Path) -> None:
    from scrapy.cmdline import execute

    from crawler import clock

    begin, start = datetime.fromisoformat(order["now"]), time.monotonic()
    clock.now = lambda: begin + timedelta(seconds=time.monotonic() - start)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        if order["arm"]:
            module, _, function = order["arm"][0].partition(":")
            getattr(import_module(module), function)(*order["arm"][1:])
        execute(["scrapy", *order["arguments"]])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
