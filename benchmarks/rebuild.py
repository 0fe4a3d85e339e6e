"""A rebuild of many posts, in one process and in all cores' processes, against ``cp -r`` of the same tree in the same round."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from benchmarks.multiply import multiply
from crawler.archive.capture_rows import CaptureRows
from crawler.archive.payloads import Payloads
from crawler.batch import chunk, run
from crawler.batch.inputs import gather_inputs
from crawler.batch.job import Job
from crawler.derive import posts as derive_posts
from tests.replica.build import build
from tests.replica.crawl import PROJECT, crawl, scrapy
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Callable

#: One replica's posts, multiplied for larger archives.
_BASE = 3000


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds on the clock, of processor time, and MB of memory that all processes held at once at most."""

    wall: float
    cpu: float
    peak: float


def _memory(pid: int) -> float:
    """MB of a process and its descendants, shared pages counted once (PSS)."""
    total, waiting = 0, [pid]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        try:
            waiting += (folder / "task" / folder.name / "children").read_text().split()
            rollup = (folder / "smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def measured(command: list[str]) -> Measured:
    """Run a command, and look at its memory ten times a second."""
    peak, over = 0.0, Event()
    start, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            peak = max(peak, _memory(process.pid))

    watcher = Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    over.set()
    watcher.join()
    wall, after = time.monotonic() - start, os.times()
    if process.returncode:
        raise RuntimeError(f"{command[:5]} ended with {process.returncode}: {said[-500:].decode()}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(wall, cpu, peak)


def archive(folder: Path, posts: int) -> int:
    """An archive of a crawl's captures, as often as it takes; gives the number of its posts."""
    base = min(posts, _BASE)
    build(folder / "replica", seed=3, size=base)
    with ReplicaServer(folder / "replica") as server:
        crawl(server.origins, folder / "base", timeout=3600)
    return multiply(folder / "base" / "finews", folder / "root" / "finews", posts)


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        posts = archive(folder, posts)
        one, all_cores, copies = [], [], []
        for number in range(rounds):
            for jobs, runs in ((1, one), (cores, all_cores)):
                shutil.rmtree(folder / "out", ignore_errors=True)
                command = ["rebuild", "finews", "--output", str(folder / "out"), "--jobs", str(jobs)]
                runs.append(measured(scrapy(*command, settings={"ARCHIVE_ROOT": str(folder / "root")})))
            copies.append(measured(["cp", "-r", str(folder / "out"), str(folder / "copy")]))
            shutil.rmtree(folder / "copy")
            print(
                f"round {number + 1}: {one[-1].wall:.1f} s, {all_cores[-1].wall:.1f} s, cp -r {copies[-1].wall:.1f} s",
                flush=True,
            )
        print(f"\n{platform.machine()}, {cores} cores, Python {platform.python_version()}; {posts:,} posts in {folder.parent}")
        print(f"captures {_size(folder / 'root'):,.0f} MB, made of them {_size(folder / 'out'):,.0f} MB")
        print(f"\n{'':24}{'wall s':>9}{'cpu s':>9}{'posts/s':>9}{'peak MB':>9}")
        for what, runs in (("1 process", one), (f"{cores} processes", all_cores), ("cp -r of what is made", copies)):
            wall, cpu, peak = (statistics.median(getattr(run, field) for run in runs) for field in ("wall", "cpu", "peak"))
            print(f"{what:24}{wall:9.1f}{cpu:9.1f}{posts / wall:9.0f}{peak:9.0f}")
        _ratios(f"posts a second, {cores} processes / 1 process", one, all_cores)
        _ratios(f"seconds, rebuild in {cores} processes / cp -r", all_cores, copies)
        _profile(folder, posts)


def _ratios(what: str, first: list[Measured], second: list[Measured]) -> None:
    ratios = [one.wall / other.wall for one, other in zip(first, second, strict=True)]
    print(
        f"\n{what}, round by round: median {statistics.median(ratios):.2f} (min {min(ratios):.2f}, max {max(ratios):.2f})",
        end="",
    )


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


class Profile:
    """Seconds spent in functions of interest, those within them included."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, owner: Any, name: str, what: str) -> None:
        """Time all calls of a function."""
        function: Callable[..., Any] = getattr(owner, name)
        self.seconds.setdefault(what, 0.0)

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[what] += time.perf_counter() - start

        setattr(owner, name, timed)


def _profile(folder: Path, posts: int) -> None:
    """Where the time goes in one process. The inner rows are part of the making of posts."""
    profile = Profile()
    profile.watch(run, "scan_input", "scan captures")
    profile.watch(run, "collect", "join scans, make the catalog's indexes")
    profile.watch(run, "make_plan", "plan")
    profile.watch(run, "make_chunk", "make posts")
    profile.watch(run, "assemble", "write catalog and index")
    profile.watch(Payloads, "exchange", "  read captures")
    profile.watch(CaptureRows, "history", "  look up captures")
    profile.watch(derive_posts, "fault", "  check")
    profile.watch(derive_posts, "next_entry", "  index line")
    profile.watch(chunk.PostMaker, "write", "  write files")
    stage = folder / "stage"
    job = Job(
        "finews", tuple(gather_inputs([str(folder / "root")], stage / "inputs")), str(stage), None, "{year}/{month}/{day}"
    )
    start = time.perf_counter()
    run.rebuild(job, run.Workers(), lambda *_: None)
    total = time.perf_counter() - start
    print(f"\n\n{'where the time goes':42}{'s':>8}{'%':>6}{'µs/post':>10}")
    for what, seconds in profile.seconds.items():
        print(f"{what:42}{seconds:8.2f}{100 * seconds / total:6.0f}{1e6 * seconds / posts:10.1f}")
    print(f"{'all':42}{total:8.2f}{100:6.0f}{1e6 * total / posts:10.1f}")
