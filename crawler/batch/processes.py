"""Functions that run in several processes of this machine, or in this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from crawler.archive.root import root, set_root
from crawler.errors import CannotRun
from crawler.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType


class WorkerDied(CannotRun):
    """One line: a process that worked for the rebuild has died."""


class Workers:
    """Runs functions, for the length of a ``with``: in this process, unless a subclass runs them elsewhere."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        pass

    def run(self, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        """Call ``function`` with each of ``tasks``; results come in any order."""
        for task in tasks:
            yield function(*task)


class Processes(Workers):
    """Runs functions in several processes of this machine.

    :param may_fork: whether this process can be forked as far as the caller knows; see :func:`workers`.
    """

    def __init__(self, number: int, *, may_fork: bool = False) -> None:
        self._number, self._may_fork = number, may_fork
        self._temporary: Scratch | None = None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        try:
            with _without_interrupts():  # what came meanwhile is raised at the end of this block
                self._temporary = _temporary_folder()
            self._begin()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def _begin(self) -> None:
        context = multiprocessing.get_context("fork" if self._may_fork and _has_one_thread() else "spawn")
        about = (str(root()), str(self._temporary.path) if self._temporary else "")
        self._pool = ProcessPoolExecutor(self._number, mp_context=context, initializer=_begin, initargs=about)
        with _without_interrupts():
            self._pool.submit(os.getpid)  # forks all of them, before this process has further threads

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if kind is not None:  # nobody waits any more for tasks that may take minutes
            for child in multiprocessing.active_children():
                child.kill()  # one that is still being made would heed SIGTERM later, and tell of what it misses by then
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._temporary:
            self._temporary.close()

    def run(self, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        """Call ``function`` with each of ``tasks``; only a few are submitted at a time, so that memory does not grow.

        :raises WorkerDied: if a process was killed.
        """
        waiting: set[Future[Any]] = set()
        pool = self._pool
        if pool is None:
            raise RuntimeError("processes run within a with statement")
        try:
            while True:
                for task in islice(tasks, 3 * self._number - len(waiting)):
                    with _without_interrupts():
                        waiting.add(pool.submit(function, *task))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool:
            raise WorkerDied(
                "one of the processes was killed, perhaps because memory ran out (--jobs 1 takes the least)"
            ) from None


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Block signals, so that a process started meanwhile does not do what its parent does with them.

    It never gets Ctrl-C, which a terminal sends to all processes, and SIGTERM once it can end of it (:func:`_begin`).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _has_one_thread() -> bool:
    """Whether this process can be forked: on Linux, while no other thread can have a lock that the child would wait for.

    A forked process has all that its parent imported. A new one takes a third of a second, two thirds where ``scrapy`` is a
    script, for Python runs it again up to its last line.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - also threads that Python knows nothing of
    except OSError:
        return False


def _temporary_folder() -> Scratch | None:
    """A folder for what processes write for a while; ``None`` where there is no room for one.

    A process that is terminated, or ends with its last task, calls nothing that would take away what it has left.
    """
    try:
        return Scratch()
    except OSError:
        return None


def _begin(archives: str, temporary: str) -> None:
    """What a process does first; ``archives``: where its parent has them; ``temporary``: where it writes for a while."""
    tempfile.tempdir = temporary or None
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a forked process has its parent's handler
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    set_root(archives)
    _end_with_parent()


def _end_with_parent() -> None:
    """End this process when its parent is killed, or it would go on writing where the next rebuild writes."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    ended = parent.sentinel

    def exit_with_parent() -> None:
        connection.wait([ended])
        os._exit(1)

    Thread(target=exit_with_parent, daemon=True).start()


def workers(number: int, *, may_fork: bool = False) -> Workers:
    """Workers in so many processes; for 1, in this process.

    :param may_fork: whether no database is open, which a forked process would take for its own. Forked processes begin sooner.
    """
    return Workers() if number == 1 else Processes(number, may_fork=may_fork)
