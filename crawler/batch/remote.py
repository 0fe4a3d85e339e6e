"""What a worker of a cluster does: fetch what it needs, do as a process of a local rebuild does, put away what came of it.

Input, output and everything between lie where fsspec reaches them; a worker has no more than a scratch folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from crawler.archive.paths import CATALOG, POSTS, STAGE
from crawler.atomic import replacing
from crawler.batch.chunk import Made, make_chunk, read_made
from crawler.batch.scanning import scan_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.batch.inputs import Input
    from crawler.batch.job import Job

#: WARC files that a worker keeps at a time.
_KEPT = 8
#: Threads of one worker share a process, and a rebuild's parts are made for one thread.
_one_at_a_time = Lock()
_kept: OrderedDict[Path, None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that fsspec reaches."""

    url: str

    def _at(self, path: str) -> tuple[Any, str]:
        fs, name = import_module("fsspec.core").url_to_fs(self.url)
        return fs, f"{name.rstrip('/')}/{path}"

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        fs, name = self._at(path)
        return bool(fs.exists(name))

    def get(self, path: str, to: Path) -> Path:
        """Copy a file from here; whole or not at all."""
        fs, name = self._at(path)
        to.parent.mkdir(parents=True, exist_ok=True)
        with replacing(to, durable=False) as temporary:
            fs.get_file(name, str(temporary))
        return to

    def put(self, files: dict[str, Path]) -> None:
        """Copy files to here: path -> file."""
        for path, file in files.items():
            fs, name = self._at(path)
            fs.makedirs(name.rpartition("/")[0], exist_ok=True)
            fs.put_file(str(file), name)

    def remove(self, path: str) -> None:
        """Take a file or a folder away, if it is there."""
        fs, name = self._at(path)
        if fs.exists(name):
            fs.rm(name, recursive=True)


@dataclass(frozen=True, slots=True)
class Part:
    """What every worker is told. The job's inputs have URLs in place of paths; ``key`` is another for each rebuild."""

    job: Job
    target: Place
    key: str

    @property
    def scratch(self) -> Path:
        """A folder of this process alone."""
        return Path(tempfile.gettempdir()) / f"backfile-{self.key}-{os.getpid()}"

    def local(self) -> Job:
        """The job as this worker does it."""
        return replace(self.job, stage=str(self.scratch), old=None)


def scan_part(part: Part, number: int) -> int:
    """As :func:`~crawler.batch.scanning.scan_input`."""
    with _one_at_a_time:
        one, path = part.job.inputs[number], f"{STAGE}/scan/{number:05}.sqlite"
        if not part.target.has(path):
            job = part.local()
            inputs = list(job.inputs)
            inputs[number] = replace(one, path=str(_fetched(part, one)))
            job = replace(job, inputs=tuple(inputs))
            scan_input(job, number)
            part.target.put({path: job.scanned(number)})
        return one.size


def make_part(part: Part, number: int, first: int, last: int) -> Made:
    """As :func:`~crawler.batch.chunk.make_chunk`."""
    with _one_at_a_time:
        job, path = part.local(), f"{STAGE}/done/{number:07}.sqlite"
        done = job.done(number)
        if part.target.has(path):
            return read_made(part.target.get(path, done))
        for name, file in ((CATALOG, job.catalog), ("plan.sqlite", job.plan)):
            if not file.exists():
                part.target.get(f"{STAGE}/{name}", file)
        made = make_chunk(job, number, first, last, _fetcher(part))
        posts = {file.relative_to(job.tree).as_posix(): file for file in (job.tree / POSTS).rglob("*") if file.is_file()}
        part.target.put(posts)
        part.target.put({path: done})  # last: now this part need not be made again
        for file in (*posts.values(), done):
            file.unlink()
        return made


def clean_up(key: str) -> None:
    """Take this worker's scratch folders away."""
    for folder in Path(tempfile.gettempdir()).glob(f"backfile-{key}-*"):
        shutil.rmtree(folder, ignore_errors=True)
    _kept.clear()


def _fetcher(part: Part) -> Callable[[str], Path]:
    inputs = {one.name: one for one in part.job.inputs}

    def path_of(name: str) -> Path:
        return _fetched(part, inputs[name])

    return path_of


def _fetched(part: Part, one: Input) -> Path:
    """An input's copy on this machine; the least recently used ones make room for it."""
    folder, _, name = one.path.rpartition("/")
    copy = part.scratch / "inputs" / one.name.replace("/", "_")
    if not copy.exists():
        Place(folder).get(name, copy)
    _kept[copy] = None
    _kept.move_to_end(copy)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)[0].unlink(missing_ok=True)
    return copy
