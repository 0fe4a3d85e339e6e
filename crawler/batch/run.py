"""A rebuild from start to end, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import connection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from crawler.archive.publish import JOB
from crawler.archive.root import root, set_root
from crawler.batch.chunk import ChunkResult, make_chunk
from crawler.batch.compare import Outcome
from crawler.batch.finish import Assembly
from crawler.batch.flushing import Flushing
from crawler.batch.job import Job, chunk_size
from crawler.batch.joining import Joining
from crawler.batch.scanning import has_parts, in_parts, scan_input, scan_part
from crawler.errors import CannotRun
from crawler.warc.parts import parts_of

if TYPE_CHECKING:
    from types import TracebackType

#: A function that is called with the name of a stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


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
        self._number = number
        context = multiprocessing.get_context("fork" if may_fork and _has_one_thread() else "spawn")
        self._pool = ProcessPoolExecutor(number, mp_context=context, initializer=_begin, initargs=(str(root()),))

    def __enter__(self) -> Self:
        with _without_interrupts():
            self._pool.submit(os.getpid)  # forks all of them, before this process has further threads
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if kind is not None:  # nobody waits any more for tasks that may take minutes
            for child in multiprocessing.active_children():
                child.terminate()
        self._pool.shutdown(cancel_futures=True)

    def run(self, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        """Call ``function`` with each of ``tasks``; only a few are submitted at a time, so that memory does not grow.

        :raises WorkerDied: if a process was killed.
        """
        waiting: set[Future[Any]] = set()
        try:
            while True:
                for task in islice(tasks, 3 * self._number - len(waiting)):
                    with _without_interrupts():
                        waiting.add(self._pool.submit(function, *task))
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


def _begin(archives: str) -> None:
    """What a process does first; ``archives``: where its parent has them."""
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


@dataclass(slots=True)
class Result:
    """The result of a rebuild."""

    made: ChunkResult = field(default_factory=ChunkResult)
    outcome: Outcome = field(default_factory=Outcome)
    #: The problems of the inputs, a line each.
    problems: list[str] = field(default_factory=list)

    @property
    def losses(self) -> int:
        """How much could not be rebuilt, without the pages that the site itself broke."""
        return len(self.problems) + self.outcome.failures - self.made.broken_by_site


def rebuild(job: Job, workers: Workers, progress: Progress) -> Result:
    """Rebuild in the job's stage; :func:`crawler.archive.publish.publish_tree` then makes it the archive.

    What an earlier run of the same job has done is not done again.
    """
    stage = Path(job.stage)
    _prepare(job, stage)
    result = Result()
    result.problems, total = _scan(job, workers, progress)
    starts = chunks(job, total)
    tasks = ((job, number, first, last) for number, (first, last) in enumerate(starts))
    progress("posts", 0, total)
    flushing = Flushing()
    with Assembly(job, len(starts)) as assembly:
        for made in workers.run(make_chunk, tasks):
            result.made.add(made)
            flushing.note(0 if job.diff else made.written)
            progress("posts", result.made.posts + result.made.failed, total)
            assembly.add_done()
        result.outcome = assembly.finish(damaged=bool(result.problems))
    result.made.written -= len(result.outcome.worse)
    return result


def _prepare(job: Job, stage: Path) -> None:
    """Keep what a rebuild that was cut short left, if its job was the same and the machine has not been restarted since."""
    path, wanted = stage / JOB, job.fingerprint() + _boot()
    if not path.exists() or path.read_bytes() != wanted:
        shutil.rmtree(stage / "tree", ignore_errors=True)
        for name in ("scan", "done"):
            shutil.rmtree(stage / name, ignore_errors=True)
    job.tree.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wanted)


def _boot() -> bytes:
    """An ID of the machine's last start, since what was written before may not have reached the disk."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:
        return b""


def _scan(job: Job, workers: Workers, progress: Progress) -> tuple[list[str], int]:
    """Scan and join all inputs; see :meth:`crawler.batch.joining.Joining.finish`."""
    total, seen = sum(one.size for one in job.inputs), 0
    progress("bytes of captures", 0, total)
    parts = [(number, parts_of(one.size) if has_parts(one) else [None]) for number, one in enumerate(job.inputs)]
    with Joining(job) as joining:
        for size in workers.run(scan_part, ((job, number, part) for number, of_input in parts for part in of_input)):
            seen += size
            progress("bytes of captures", seen, total)
            joining.add_scanned()
        unread = [number for number in range(len(parts)) if not (job.scanned(number).exists() or in_parts(job, number))]
        for size in workers.run(scan_input, ((job, number) for number in unread)):
            seen += size
            progress("bytes of captures", min(seen, total), total)
        return joining.finish()


def chunks(job: Job, posts: int) -> list[tuple[int, int]]:
    """The first and last row of each chunk of the plan. All rows of one post are in the same chunk."""
    size = chunk_size(posts)
    starts: list[int] = []
    number, last_id = 0, None
    with closing(sqlite3.connect(job.plan)) as db:
        for row, post_id in db.execute("SELECT rowid, id FROM plan ORDER BY rowid"):
            if post_id != last_id:
                if number % size == 0:
                    starts.append(row)
                number += 1
                last_id = post_id
    ends = [following - 1 for following in starts[1:]] + [1 << 62]
    return list(zip(starts, ends, strict=False))  # of no posts there is an end too many
