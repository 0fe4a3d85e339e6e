"""``verify`` of many posts, in one process and in all cores' processes, in the same rounds."""

from __future__ import annotations

import os
import statistics

from benchmarks.measure import Run, machine, medians, timed_with_children
from benchmarks.rebuild import archive
from crawler.scratch import scratch_folder
from tests.replica.crawl import run, scrapy


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    cores = os.cpu_count() or 1
    found: dict[int, list[Run]] = {1: [], cores: []}
    with scratch_folder() as folder:
        posts = archive(folder, posts)
        settings = {"ARCHIVE_ROOT": str(folder / "root")}
        done = run("rebuild", "finews", settings=settings, timeout=7200)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr[-2000:])
        for number in range(rounds):
            for jobs, runs in found.items():
                runs.append(timed_with_children(scrapy("verify", "finews", "--jobs", str(jobs), settings=settings)))
            print(f"round {number + 1}: {', '.join(f'{runs[-1].wall:.1f} s' for runs in found.values())}", flush=True)
    print(f"\n{machine()}; {posts:,} posts; {rounds} rounds, medians")
    print(f"\n{'':24}{'wall s':>9}{'cpu s':>9}{'cpu/wall':>9}{'posts/s':>9}{'peak MB':>9}")
    for jobs, runs in found.items():
        middle = medians(runs)
        busy = statistics.median(one.cpu / one.wall for one in runs)
        figures = f"{middle.wall:9.1f}{middle.cpu:9.1f}{busy:9.2f}{posts / middle.wall:9.0f}{middle.peak:9.0f}"
        print(f"verify, {jobs} process{'es' if jobs > 1 else '':14}{figures}")
    for what in ("wall", "cpu"):
        pairs = zip(found[1], found[cores], strict=True)
        ratios = [getattr(one, what) / getattr(other, what) for one, other in pairs]
        least, most = min(ratios), max(ratios)
        print(
            f"{what}, 1 process / {cores}, round by round: median {statistics.median(ratios):.2f} ({least:.2f} to {most:.2f})"
        )
