"""A rebuild of many posts: in one process, in all cores' processes, as many rebuilds at once; ``cp -r`` in the same round."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from benchmarks.measure import machine, medians, timed_with_children
from benchmarks.multiply import multiply
from crawler.archive.catalog.capture_rows import CaptureRows
from crawler.archive.payloads import Payloads
from crawler.batch import chunk, processes, run
from crawler.batch.inputs import gather_inputs
from crawler.batch.job import Job
from crawler.derive import posts as derive_posts
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.crawl import crawl, scrapy
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: The number of posts of one replica; larger archives are multiples of it.
_BASE = 3000


def archive(folder: Path, posts: int) -> int:
    """Make an archive of the captures of one crawl, copied until there are enough posts.

    :returns: the number of posts.
    """
    base = min(posts, _BASE)
    build(folder / "replica", seed=3, size=base)
    with ReplicaServer(folder / "replica") as server:
        crawl(server.origins, folder / "base", timeout=3600)
    return multiply(folder / "base" / "finews", folder / "root" / "finews", posts)


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    cores = os.cpu_count() or 1
    with scratch_folder() as folder:
        posts = archive(folder, posts)
        roots = [folder / "root"]  # a rebuild keeps others out of its archive
        for core in range(1, cores):
            roots.append(folder / f"root-{core}")
            shutil.copytree(roots[0], roots[-1], copy_function=os.link, ignore=shutil.ignore_patterns(".lock"))
        one, all_cores, apart, copies = [], [], [], []
        for number in range(rounds):
            # Each has a folder of its own, for ext4 is slow to make files soon after it has deleted others.
            for jobs, runs in ((1, one), (cores, all_cores)):
                out = folder / f"out-{number}-{jobs}"
                runs.append(timed_with_children(_command(roots[0], out, jobs)))
            apart.append(_at_once([_command(root, folder / f"out-{number}-{root.name}", 1) for root in roots]))
            copies.append(timed_with_children(["cp", "-r", str(out), str(folder / f"copy-{number}")]))
            seconds = f"{one[-1].wall:.1f} s, {all_cores[-1].wall:.1f} s, {cores} at once {apart[-1]:.1f} s"
            print(f"round {number + 1}: {seconds}, cp -r {copies[-1].wall:.1f} s", flush=True)
        print(f"\n{machine()}; {posts:,} posts in {folder.parent}")
        print(f"captures {_size(folder / 'root'):,.0f} MB, made of them {_size(out):,.0f} MB")
        print(f"\n{'':24}{'wall s':>9}{'cpu s':>9}{'posts/s':>9}{'peak MB':>9}")
        for what, runs in (("1 process", one), (f"{cores} processes", all_cores), ("cp -r of what is made", copies)):
            middle = medians(runs)
            print(f"{what:24}{middle.wall:9.1f}{middle.cpu:9.1f}{posts / middle.wall:9.0f}{middle.peak:9.0f}")
        alone, together = [taken.wall for taken in one], [taken.wall for taken in all_cores]
        _ratios(f"posts a second, {cores} processes / 1 process", alone, together)
        _ratios(f"the most that this machine has: {cores} rebuilds at once / 1", [cores * wall for wall in alone], apart)
        _ratios(f"seconds, rebuild in {cores} processes / cp -r", together, [taken.wall for taken in copies])
        _profile(folder, posts)


def _command(root: Path, out: Path, jobs: int) -> list[str]:
    return scrapy("rebuild", "finews", "--output", str(out), "--jobs", str(jobs), settings={"ARCHIVE_ROOT": str(root)})


def _at_once(commands: list[list[str]]) -> float:
    """Seconds until the last of some commands that have nothing to do with each other is done: what one could be best."""
    with ThreadPoolExecutor(len(commands)) as threads:
        return max(taken.wall for taken in threads.map(timed_with_children, commands))


def _ratios(what: str, first: list[float], second: list[float]) -> None:
    ratios = [one / other for one, other in zip(first, second, strict=True)]
    print(
        f"\n{what}, round by round: median {statistics.median(ratios):.2f} (min {min(ratios):.2f}, max {max(ratios):.2f})",
        end="",
    )


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


class Profile:
    """Seconds spent in certain functions, including the functions that they call."""

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
    """Print how the time of one process is spent. The indented rows are parts of "make posts"."""
    profile = Profile()
    profile.watch(run, "scan_part", "scan captures")
    profile.watch(run.Joining, "add_scanned", "join scans")
    profile.watch(run.Joining, "finish", "indexes of captures, plan")
    profile.watch(run, "make_chunk", "make posts")
    profile.watch(run.Assembly, "add_done", "posts into the catalog")
    profile.watch(run.Assembly, "finish", "write index, number changes")
    profile.watch(Payloads, "exchange", "  read captures")
    profile.watch(CaptureRows, "history", "  look up captures")
    profile.watch(derive_posts, "problem", "  check")
    profile.watch(derive_posts, "next_entry", "  index line")
    profile.watch(chunk.PostMaker, "write", "  write files")
    stage = folder / "stage"
    job = Job(
        "finews", tuple(gather_inputs([str(folder / "root")], stage / "inputs")), str(stage), None, "{year}/{month}/{day}"
    )
    start = time.perf_counter()
    run.rebuild(job, processes.Workers(), lambda *_: None)
    total = time.perf_counter() - start
    print(f"\n\n{'where the time goes':42}{'s':>8}{'%':>6}{'µs/post':>10}")
    for what, seconds in profile.seconds.items():
        print(f"{what:42}{seconds:8.2f}{100 * seconds / total:6.0f}{1e6 * seconds / posts:10.1f}")
    print(f"{'all':42}{total:8.2f}{100:6.0f}{1e6 * total / posts:10.1f}")
