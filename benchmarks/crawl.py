"""A whole crawl of a replica of 3,000 posts: capture, rebuild, files and index, against a bare Scrapy spider."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, machine, medians, timed
from benchmarks.nginx import Nginx
from tests.replica.build import build
from tests.replica.crawl import FAST, scrapy, settings_for
from tests.replica.truth import compare

#: The only settings of the bare spider that differ from Scrapy's defaults: those on concurrency.
_OPEN = {name: value for name, value in FAST.items() if name.startswith("CONCURRENT")}


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        replica = folder / "replica"
        build(replica, seed=3, size=posts)
        (folder / "nginx").mkdir()
        folder.chmod(0o755)
        with Nginx(replica, folder / "nginx") as server:
            ours, bare = [], []
            site, share = list(server.origins.values())[:2]
            for number in range(rounds + 1):
                shutil.rmtree(folder / "out", ignore_errors=True)
                command = scrapy("crawl", "finews", settings=settings_for(server.origins, folder / "out", LOG_LEVEL="WARNING"))
                ours.append(timed(command))
                bare.append(timed([sys.executable, "-m", "benchmarks.bare", site, share, json.dumps(_OPEN)]))
                print(f"round {number}{' (warm-up)' if not number else ''}: {ours[-1].wall:.2f} s, bare {bare[-1].wall:.2f} s")
            result = compare(replica, folder / "out" / "finews")
    _table(ours[1:], bare[1:], posts)
    restored = f"{len(result.same)} byte for byte, {len(result.zone)} but for the zone, {len(result.rendered)} from the page"
    print(
        f"\nposts given back: {restored}; wrong {len(result.wrong)}, missing {len(result.missing)}, stray {len(result.stray)}"
    )


def _table(ours: list[Run], bare: list[Run], posts: int) -> None:
    print(f"\n{machine()}; {posts} posts, nginx beside it")
    print(f"\n{'':24}{'wall s':>9}{'cpu s':>9}{'posts/s':>9}{'peak MB':>9}")
    for name, runs in (("Backfile", ours), ("bare Scrapy, stock", bare)):
        run = medians(runs)
        print(f"{name:24}{run.wall:9.2f}{run.cpu:9.2f}{posts / run.wall:9.0f}{run.peak:9.0f}")
    ratios = [theirs.wall / mine.wall for mine, theirs in zip(ours, bare, strict=True)]
    print(f"\nposts a second, Backfile / bare, round by round: median {statistics.median(ratios):.2f}", end="")
    print(f" (min {min(ratios):.2f}, max {max(ratios):.2f})")
