"""The tasks of a cluster's worker: fetch inputs, do what a process of a local rebuild does, upload the results.

Inputs, results and everything between are where fsspec reaches them; a worker has only a temporary folder.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, replace
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

from crawler.archive.paths import POSTS, STAGE
from crawler.atomic import replacing
from crawler.batch.chunk import ChunkResult, make_chunk, read_result
from crawler.batch.scanning import scan_input
from crawler.scratch import Scratch, remove_left_behind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.batch.input import Input
    from crawler.batch.job import Job

#: The number of WARC files that a worker keeps at a time.
_KEPT = 8
#: The threads of one worker share a process, and the steps of a rebuild are not thread-safe.
_one_at_a_time = Lock()
_kept: OrderedDict[Path, None] = OrderedDict()
#: The temporary folder of this process for each rebuild.
_scratch: dict[str, Scratch] = {}


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder that fsspec reaches."""

    url: str

    def _at(self, path: str) -> tuple[Any, str]:
        fs, name = import_module("fsspec.core").url_to_fs(self.url)
        return fs, f"{name.rstrip('/')}/{path}"

    def has(self, path: str) -> bool:
        """Whether a file exists."""
        fs, name = self._at(path)
        return bool(fs.exists(name))

    def get(self, path: str, to: Path) -> Path:
        """Download a file to a local path, whole or not at all, and return that path."""
        fs, name = self._at(path)
        to.parent.mkdir(parents=True, exist_ok=True)
        with replacing(to, durable=False) as temporary:
            fs.get_file(name, str(temporary))
        return to

    def put(self, files: dict[str, Path]) -> None:
        """Upload local files to the paths that they are given for."""
        for path, file in files.items():
            fs, name = self._at(path)
            fs.makedirs(name.rpartition("/")[0], exist_ok=True)
            fs.put_file(str(file), name)

    def put_whole(self, path: str, file: Path) -> None:
        """Upload a file whose existence says that a step is done: whole or not at all, even if this process is killed."""
        self.put({f"{path}.{os.getpid()}.tmp": file})
        fs, name = self._at(path)
        fs.mv(f"{name}.{os.getpid()}.tmp", name)

    def remove(self, path: str) -> None:
        """Remove a file or folder, if it exists."""
        fs, name = self._at(path)
        if fs.exists(name):
            fs.rm(name, recursive=True)


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """The job as every worker gets it, with URLs in place of the inputs' paths. ``key`` is different for each rebuild."""

    job: Job
    target: RemoteFolder
    key: str

    @property
    def scratch(self) -> Path:
        """The temporary folder of this process."""
        if self.key not in _scratch:
            _scratch[self.key] = Scratch()
        return _scratch[self.key].path

    def local(self) -> Job:
        """The job with this worker's paths."""
        return replace(self.job, stage=str(self.scratch), old=None)


def scan_remote_input(remote: RemoteJob, number: int) -> int:
    """Scan one input as :func:`~crawler.batch.scanning.scan_input` does, and upload the result."""
    with _one_at_a_time:
        one, path = remote.job.inputs[number], f"{STAGE}/scan/{number:05}.sqlite"
        if not remote.target.has(path):
            job = remote.local()
            inputs = list(job.inputs)
            inputs[number] = replace(one, path=str(_fetched(remote, one)))
            job = replace(job, inputs=tuple(inputs))
            scan_input(job, number)
            remote.target.put_whole(path, job.scanned(number))
        return one.size


def make_remote_chunk(remote: RemoteJob, number: int, first: int, last: int) -> ChunkResult:
    """Make a chunk as :func:`~crawler.batch.chunk.make_chunk` does, and upload its posts and result."""
    with _one_at_a_time:
        job, path = remote.local(), f"{STAGE}/done/{number:07}.sqlite"
        done = job.done(number)
        if remote.target.has(path):
            return read_result(remote.target.get(path, done))
        for file in (job.captures, job.plan):
            if not file.exists():
                remote.target.get(f"{STAGE}/{file.name}", file)
        made = make_chunk(job, number, first, last, _fetcher(remote))
        posts = {file.relative_to(job.tree).as_posix(): file for file in (job.tree / POSTS).rglob("*") if file.is_file()}
        remote.target.put(posts)
        remote.target.put_whole(path, done)  # comes last, since it says that the chunk is done
        for file in (*posts.values(), done):
            file.unlink()
        return made


def clean_up(key: str) -> None:
    """Remove this worker's temporary folder, and those of workers that were killed."""
    if key in _scratch:
        _scratch.pop(key).close()
    remove_left_behind()
    _kept.clear()


def _fetcher(remote: RemoteJob) -> Callable[[str], Path]:
    inputs = {one.name: one for one in remote.job.inputs}

    def path_of(name: str) -> Path:
        return _fetched(remote, inputs[name])

    return path_of


def _fetched(remote: RemoteJob, one: Input) -> Path:
    """The local copy of an input; the least recently used copies are removed to make room for it."""
    folder, _, name = one.path.rpartition("/")
    copy = remote.scratch / "inputs" / one.name.replace("/", "_")
    if not copy.exists():
        RemoteFolder(folder).get(name, copy)
    _kept[copy] = None
    _kept.move_to_end(copy)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)[0].unlink(missing_ok=True)
    return copy
