"""The steps of a run, each with a way to be killed in it: ``kill -9`` comes from the process itself, at the call that is counted."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Step -> where its function is, and at which of its calls the process dies.
BEFORE: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "before a capture is stored": ("crawler.archive.captures", "Captures.store", (1, 2, 60, 200)),
    "captured, not in the catalog": ("crawler.archive.catalog.catalog", "Catalog.add_capture", (1, 60, 200)),
    "captured, not parsed": ("crawler.crawl.context", "RunContext.parse_page", (1, 60)),
    "parsed, not in the pipelines": ("crawler.pipelines.derive", "DerivePipeline.process_item", (1, 60)),
    "post derived, not yet written": ("crawler.pipelines.write", "WritePipeline.process_item", (1, 60)),
    "before a source post is written": ("crawler.archive.files", "PostFiles.write", (1, 60)),
    "written, not renamed": ("crawler.atomic", "os.replace", (1, 60)),
    "source post there, no index line": ("crawler.archive.index", "Index.write", (1, 60)),
    "index line there, not in the catalog": ("crawler.archive.index", "Index._note", (1, 60)),
    "before a commit of the catalog": ("crawler.archive.catalog.catalog", "Catalog.commit", (2, 3, 4)),
    "all done, nothing synced": ("crawler.archive.archive", "Archive.close", (1,)),
    "captures synced, source posts not": ("crawler.archive.files", "PostFiles.sync", (1,)),
    "captures closed, journal not merged": ("crawler.archive.index", "Index.close", (1,)),
    "before the index is written": ("crawler.archive.index", "Index._append", (1,)),
    "index written, journal still there": ("crawler.archive.index", "Index._keep", (1,)),
    "before the catalog is closed": ("crawler.archive.catalog.catalog", "Catalog.close", (1,)),
    "archive closed, no run report": ("crawler.report.runs.document", "document", (1,)),
}
#: Where only half of what is written gets there.
HALF: dict[str, tuple[str, tuple[int, ...]]] = {
    "half a record": (".warc.gz", (1, 2, 60, 200)),
    "half an index line": ("index.changes.jsonl", (1, 60)),
    "half a source post": (".post.tmp", (1, 60)),
}
#: Where a file that is written beside its place and then renamed is left half written, and never renamed.
TORN: dict[str, str] = {"half a run report": "crawler.report.runs.document"}
STEPS = [(step, call) for step, (_, _, calls) in BEFORE.items() for call in calls] + [
    (step, call) for step, (_, calls) in HALF.items() for call in calls
]
STEPS += [(step, 1) for step in TORN]


class Death(NamedTuple):
    """Where a run dies. ``commits``: seconds between those of the catalog."""

    step: str
    call: int
    commits: float

    def arm(self) -> tuple[str, str, str]:
        """As a forked process is told."""
        return self.step, str(self.call), str(self.commits)


#: Seconds between commits of the catalog: with each write, some in a run as on a busy machine, and as it is.
COMMITS = (0.0, 0.3, 2.0)


def kill_at(step: str, call: str, commits: str = "2.0") -> None:
    """Have this process die at the ``call``-th time that it comes to the step."""
    import_module("crawler.archive.catalog.catalog_database")._SECONDS = float(commits)
    if step in HALF:
        _kill_half_way(HALF[step][0], int(call))
        return
    if step in TORN:
        _kill_with_half(TORN[step])
        return
    module, name, _ = BEFORE[step]
    owner: Any = import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    if owner is os:  # the module's own view of it, not everybody's
        owner = _own_os(module)
    setattr(owner, last, _counted(getattr(owner, last), int(call), die))


def die() -> NoReturn:
    """As the kernel does it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def _counted(function: Callable[..., Any], call: int, at: Callable[[], None]) -> Callable[..., Any]:
    calls = 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            at()
        return function(*arguments, **named)

    return counted


def _own_os(module: str) -> Any:
    class Own:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    own = Own()
    import_module(module).os = own
    return own


def _kill_half_way(suffix: str, call: int) -> None:
    calls, write = 0, os.write

    def half(fd: int, data: bytes) -> int:
        nonlocal calls
        if str(Path(f"/proc/self/fd/{fd}").readlink()).endswith(suffix):
            calls += 1
            if calls == call:
                write(fd, bytes(data)[: len(data) // 2])
                die()
        return write(fd, data)

    os.write = half


def _kill_with_half(module: str) -> None:
    owner: Any = import_module(module)
    whole = owner.atomic

    @contextmanager
    def half(path: Path, **how: bool) -> Iterator[BinaryIO]:
        with whole(path, **how) as file:
            yield file
            file.truncate(file.tell() // 2)
            die()

    owner.atomic = half
