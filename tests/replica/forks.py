"""Runs ``scrapy`` again and again in fresh processes, without importing everything each time; the clock says what it is told.

``python -m tests.replica.forks`` reads one run a line from its standard input and says how it ended.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import IO, Any, NoReturn

from tests.replica.forking import Forking
from tests.replica.ruby_forks import RubyForks

PROJECT = Path(__file__).parents[2]


class Forks(Forking):
    """Forks ``scrapy``.

    ``log``: to which all that is printed is appended, where a run is not told to keep it. ``lender``: whose process forks, if it
    is not one of its own.
    """

    def __init__(self, log: Path | None = None, lender: Forks | None = None) -> None:
        super().__init__()
        self._log, self._lender = log, lender

    def run(self, arguments: list[str], now: datetime, *, kill_after: float | None = None, arm: tuple[str, ...] = ()) -> int:
        """Run ``scrapy`` with these arguments at ``now``; gives its exit code, -9 if it was killed before it ended.

        ``arm``: what is called in the new process first, as ``module:function``, and its arguments.
        """
        order = {"now": now.isoformat(), "kill_after": kill_after, "arm": arm, "out": str(self._log), "err": str(self._log)}
        return self._run(order | {"arguments": arguments, "environment": dict(os.environ)})

    def kept(
        self,
        arguments: list[str],
        timeout: float,
        arm: tuple[str, ...] = (),
        *,
        kill_after: float | None = None,
        kill_once: str = "",
        kill_with: int = signal.SIGKILL,
    ) -> subprocess.CompletedProcess[str]:
        """Run ``scrapy`` with these arguments in this process's environment, now, and keep what it prints; ``arm`` as above.

        ``kill_after``: seconds. ``kill_once``: it has printed this. ``kill_with``: the signal for both.
        Raises ``subprocess.TimeoutExpired`` if it takes longer than so many seconds.
        """
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            out.touch()  # a process may be killed before it has opened them
            err.touch()
            order = {"arguments": arguments, "out": str(out), "err": str(err), "environment": dict(os.environ), "arm": arm}
            order |= {"kill_after": kill_after, "kill_once": kill_once, "kill_with": int(kill_with)}
            code = self._run(order, timeout)
            return subprocess.CompletedProcess(
                ["scrapy", *arguments], code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")
            )

    def start(self, order: dict[str, Any]) -> int:
        """Fork a process that nobody waits for, whose files are open; gives its id. (:mod:`tests.replica.started` has what that takes.)"""
        return int(self._order(order | {"start": True}).readline())

    def _run(self, order: dict[str, Any], timeout: float | None = None) -> int:
        if self._lender is not None:
            return self._lender._run(order, timeout)
        answers = self._order(order)
        if not select.select([answers], [], [], timeout)[0]:
            assert self._process is not None
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None
            raise subprocess.TimeoutExpired(["scrapy", *order["arguments"]], timeout or 0)
        return int(answers.readline())

    def _order(self, order: dict[str, Any]) -> IO[str]:
        if self._lender is not None:
            return self._lender._order(order)
        return self._tell([sys.executable, "-m", "tests.replica.forks"], order, cwd=PROJECT, start_new_session=True)


def _serve() -> dict[str, Any] | None:
    """Fork for each order; gives it in the new process, and nothing in this one once there are no more."""
    rubies = RubyForks()
    _import_all("crawler", "scrapy.commands", "scrapy.core", "scrapy.downloadermiddlewares")
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            if order.get("start"):
                _be_left_alone()
            if not (order.get("start") or order.get("arm") or order.get("kill_once") or order.get("kill_after")):
                rubies.lend()  # whoever is sent signals, or broken, starts its own: what they do to that is looked at
            return dict(order)
        if order.get("start"):
            os.waitpid(pid, 0)  # which is not the one that was asked for: that one tells its own
            continue
        ended, status = _killed(pid, order)
        if not ended:
            _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return None


def _killed(pid: int, order: dict[str, Any]) -> tuple[int, int]:
    """Send a process the signal that it was to be sent, when it was to be; gives what ``waitpid`` says of one that has ended before."""
    if order.get("kill_once"):
        while order["kill_once"] not in Path(order["out"]).read_text("utf-8", "replace"):
            if (ended := os.waitpid(pid, os.WNOHANG))[0]:
                return ended
            time.sleep(0.01)
    elif order.get("kill_after") is not None:
        time.sleep(order["kill_after"])
    else:
        return 0, 0
    os.kill(pid, order.get("kill_with", signal.SIGKILL))
    return 0, 0


def _be_left_alone() -> None:
    """Go on in a child of this process whose parent has ended: it is another one's child now."""
    parent = os.getpid()
    if os.fork():
        os._exit(0)
    while os.getppid() == parent:
        time.sleep(0.0005)


def _import_all(*packages: str) -> None:
    """Once, for all that are forked."""
    for package in packages:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            with contextlib.suppress(ImportError), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # some of Scrapy's own modules are deprecated
                import_module(module.name)


def _run(order: dict[str, Any]) -> None:
    from scrapy.cmdline import execute

    if order.get("session"):
        os.setsid()
    files = [os.open(order.get("in", os.devnull), os.O_RDONLY)]
    files += [os.open(order[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) for name in ("out", "err")]
    if order.get("start"):
        print(os.getpid(), flush=True)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if "environment" in order:
        os.environ.clear()
        os.environ.update(order["environment"])
        time.tzset()
    if "now" in order:
        from crawler import clock

        begin, start = datetime.fromisoformat(order["now"]), time.monotonic()
        clock.now = lambda: begin + timedelta(seconds=time.monotonic() - start)
    if order.get("arm"):
        module, _, function = order["arm"][0].partition(":")
        getattr(import_module(module), function)(*order["arm"][1:])
    execute(["scrapy", *order["arguments"]])


def _leave(code: int) -> NoReturn:
    """End as the interpreter does, but for taking two thousand modules parsed, which takes longer than most runs."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _main() -> None:
    order = _serve()
    if order is None:
        return
    code = 0
    try:
        _run(order)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - as the interpreter: tell, and end with 1
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    _leave(code)


if __name__ == "__main__":
    _main()
