"""A rebuild on a Dask cluster: the same steps as in processes of one machine, and the same bytes in the end."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.archive.paths import CATALOG, INDEX, STAGE
from crawler.archive.publish import removed
from crawler.batch.finish import Assembly
from crawler.batch.input import SUFFIXES, BadInput, Input
from crawler.batch.joining import join
from crawler.batch.processes import WorkerDied, Workers
from crawler.batch.remote import RemoteFolder, RemoteJob, clean_up, make_remote_chunk, scan_remote_input
from crawler.batch.run import Progress, Result, chunks
from crawler.errors import CannotRun
from crawler.invocation import install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from crawler.batch.job import Job

#: The number of tasks that are submitted at a time for each thread of the cluster.
_AHEAD = 3
#: Seconds for which the scheduler is tried.
_PATIENCE = 20.0
#: What these log reaches the terminal by itself: how long a busy machine let them wait, say. What fails is raised as well.
_LOGGERS = ("distributed", "distributed.client", "distributed.gc")


class NoCluster(CannotRun):
    """One line: a scheduler that cannot be reached, or what to install."""


class Dask(Workers):
    """Runs functions on the workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        try:
            self._dask = import_module("distributed")
        except ImportError:
            raise NoCluster(f"what speaks with a scheduler is not installed (distributed); {install('cluster')}") from None
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        self.client: Any = None

    def __enter__(self) -> Self:
        try:
            self.client = self._dask.Client(self._address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(f"no Dask scheduler can be reached at {self._address}: {error}") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.client.close()

    def run(self, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        """Call ``function`` with each of ``tasks``. The tasks of a lost worker are given to another one.

        :raises WorkerDied: if a task fails, or several workers died of it.
        """
        ahead = max(8, _AHEAD * sum(self.client.nthreads().values()))
        running = self._dask.as_completed(loop=self.client.loop)
        self._submit(running, function, islice(tasks, ahead))
        try:
            for future in running:
                yield future.result()
                self._submit(running, function, islice(tasks, 1))
        except self._dask.KilledWorker as error:
            raise WorkerDied(f"workers of the cluster were lost again and again: {error}") from None
        except Exception as error:
            raise WorkerDied(f"a worker of the cluster failed: {type(error).__name__}: {error}") from error

    def _submit(self, running: Any, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> None:
        for task in tasks:
            running.add(self.client.submit(function, *task, pure=False))


def list_inputs(given: Sequence[str]) -> list[Input]:
    """The WARC files that URLs and folders name, which workers fetch.

    :raises BadInput: if one cannot be found or read, or there is no WARC file.
    """
    found: dict[str, tuple[str, int]] = {}
    for url in given:
        try:
            fs, root = import_module("fsspec.core").url_to_fs(url if "://" in url else str(Path(url).resolve()))
            if not fs.exists(root):
                raise BadInput(f"{url} is not there")
            for name, about in (fs.find(root, detail=True) or {root: fs.info(root)}).items():
                if name.endswith(SUFFIXES):
                    found[fs.unstrip_protocol(name)] = (name, int(about["size"]))
        except (ImportError, OSError, ValueError) as error:
            raise BadInput(f"{url} cannot be read: {str(error) or type(error).__name__}") from None
    if not found:
        raise BadInput(f"there is no WARC file in {', '.join(given)} (a WACZ file has to be unpacked for a cluster)")
    counts = Counter(Path(name).name for name, _ in found.values())
    inputs = [
        Input(Path(name).name if counts[Path(name).name] == 1 else name.lstrip("/"), url, size, 0)
        for url, (name, size) in found.items()
    ]
    return sorted(inputs, key=lambda one: one.name)


def rebuild_on_cluster(job: Job, target: RemoteFolder, workers: Dask, progress: Progress) -> Result:
    """Write posts, index and catalog to ``target``. The job's stage is a temporary folder of this machine.

    What an earlier run of the same job has written there is not made again. The index is written last; readers see the old one
    until then.
    """
    stage = Path(job.stage)
    fingerprint = replace(job, stage="", old=None).fingerprint()
    remote = RemoteJob(job, target, hashlib.sha256(fingerprint + target.url.encode()).hexdigest()[:16])
    _prepare(target, stage, fingerprint)
    if target.has(INDEX):
        target.get(INDEX, stage / "old" / INDEX)
        job = replace(job, old=str(stage / "old"))
    try:
        _scan(remote, job, workers, progress)
        problems, total = join(job)
        result = _make(remote, job, total, workers, progress)
    finally:
        workers.client.run(clean_up, remote.key)
    result.problems = problems
    return result


def _prepare(target: RemoteFolder, stage: Path, fingerprint: bytes) -> None:
    old = target.get(f"{STAGE}/job.json", stage / "job.json").read_bytes() if target.has(f"{STAGE}/job.json") else b""
    if old != fingerprint:
        target.remove(STAGE)
        (stage / "job.json").parent.mkdir(parents=True, exist_ok=True)
        (stage / "job.json").write_bytes(fingerprint)
        target.put({f"{STAGE}/job.json": stage / "job.json"})


def _scan(remote: RemoteJob, job: Job, workers: Dask, progress: Progress) -> None:
    total, seen = sum(one.size for one in job.inputs), 0
    for size in workers.run(scan_remote_input, ((remote, number) for number in range(len(job.inputs)))):
        seen += size
        progress("bytes of captures", seen, total)
    for number in range(len(job.inputs)):
        remote.target.get(f"{STAGE}/scan/{number:05}.sqlite", job.scanned(number))


def _make(remote: RemoteJob, job: Job, total: int, workers: Dask, progress: Progress) -> Result:
    result = Result()
    remote.target.put({f"{STAGE}/{path.name}": path for path in (job.captures, job.plan)})
    starts = chunks(job, total)
    tasks = ((remote, number, first, last) for number, (first, last) in enumerate(starts))
    for made in workers.run(make_remote_chunk, tasks):
        result.made.add(made)
        progress("posts", result.made.posts + result.made.failed, total)
    for number in range(len(starts)):
        remote.target.get(f"{STAGE}/done/{number:07}.sqlite", job.done(number))
    with Assembly(job, len(starts)) as assembly:
        result.outcome = assembly.finish(damaged=bool(result.problems))
    remote.target.put({CATALOG: job.catalog})
    remote.target.put({INDEX: job.tree / INDEX})
    for path in removed(Path(job.stage)):
        remote.target.remove(path)
    remote.target.remove(STAGE)
    return result
