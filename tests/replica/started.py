"""A process that :class:`tests.replica.forks.Forks` forked, with all that ``subprocess.Popen`` has: it is waited for, killed, written to."""

from __future__ import annotations

import ctypes
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.replica.forks import Forks

_SET_CHILD_SUBREAPER = 36  # prctl(2)


class Started(subprocess.Popen[str]):
    """``scrapy`` with these arguments, begun; its id is the process's own, and it is this process's child.

    :param options: of ``subprocess.Popen``: ``stdin``, ``stdout``, ``stderr``, ``env``, ``start_new_session``.
    """

    def __init__(self, forks: Forks, arguments: list[str], arm: tuple[str, ...] = (), **options: Any) -> None:
        self._forks, self._arm = forks, arm
        super().__init__(["scrapy", *arguments], text=True, **options)

    def _execute_child(self, args: list[str], _executable: Any, _before: Any, _close: Any, _pass: Any, *rest: Any) -> None:
        _cwd, env, _startupinfo, _flags, _shell, *files = rest
        reads, writes, out, out_writes, err, err_writes = (int(file) for file in files[:6])
        order = {"arguments": args[1:], "arm": self._arm, "environment": dict(os.environ if env is None else env)}
        order |= {"in": _path(reads, os.devnull), "out": _path(out_writes, 1), "err": _path(err_writes, 2)}
        with _adopting():
            self.pid = self._forks.start(order | {"session": bool(files[-2])})
        self._child_created = True  # as Popen's own does
        self._close_pipe_fds(reads, writes, out, out_writes, err, err_writes)


def _path(file: int, otherwise: int | str) -> str:
    """By which another process opens a file that this one has open."""
    if file < 0 and isinstance(otherwise, str):
        return otherwise
    return f"/proc/{os.getpid()}/fd/{otherwise if file < 0 else file}"


@contextmanager
def _adopting() -> Iterator[None]:
    """Within it, this process is the parent of those of its descendants whose parents end."""
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
