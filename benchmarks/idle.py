"""A run with nothing new into a large archive and into a small one; ``scrapy status`` and ``scrapy forget`` of both."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import orjson

from benchmarks.measure import Run, machine, medians, timed
from benchmarks.multiply import multiply
from tests.replica.build import build
from tests.replica.crawl import crawl, run, scrapy, settings_for
from tests.replica.server import ReplicaServer

#: The number of posts on the site, which both archives have; the large archive has others, too.
_SITE = 1000


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "replica", seed=3, size=_SITE)
        with ReplicaServer(folder / "replica") as server:
            small, large = folder / "small", folder / "large"
            _crawl(server, small)
            _enlarge(small, large, posts)
            for _ in range(2):  # the site lacks the multiplied posts: the second run finds them gone
                _crawl(server, large)
            idle: dict[Path, list[Run]] = {small: [], large: []}
            status: dict[Path, list[Run]] = {small: [], large: []}
            requests = set()
            for _ in range(rounds):
                for root in (small, large):
                    server.log.clear()
                    idle[root].append(timed(scrapy("crawl", "finews", settings=settings_for(server.origins, root))))
                    requests.add(len(server.log))
                    status[root].append(timed(scrapy("status", "finews", settings={"ARCHIVE_ROOT": str(root)})))
            forget: dict[Path, list[Run]] = {root: [_forget(root) for _ in range(rounds)] for root in (small, large)}
        print(f"\n{machine()}; {rounds} rounds, medians")
        print(f"requests a run: {', '.join(map(str, sorted(requests)))}")
        for what, runs in (("a run with nothing new", idle), ("scrapy status", status), ("scrapy forget", forget)):
            _table(what, {_posts(root): found for root, found in runs.items()})


def _crawl(server: ReplicaServer, root: Path) -> None:
    done = crawl(server.origins, root, timeout=3600)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def _enlarge(small: Path, large: Path, posts: int) -> None:
    start = time.monotonic()
    made = multiply(small / "finews", large / "finews", posts)
    print(f"captures of {made:,} posts written in {time.monotonic() - start:.0f} s", flush=True)
    start = time.monotonic()
    done = run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(large)}, timeout=7200)
    if done.returncode not in (0, 1):  # some pages of the replica are broken
        raise RuntimeError(done.stderr[-2000:])
    print(f"posts, index and catalog made of them in {time.monotonic() - start:.0f} s", flush=True)


def _forget(root: Path) -> Run:
    """Forget the newest post."""
    with (root / "finews" / "index.jsonl").open("rb") as index:
        *_, last = index
    command = scrapy("forget", "finews", orjson.loads(last)["id"], "--reason", "measured", settings={"ARCHIVE_ROOT": str(root)})
    return timed(command, good=(0, 1))


def _posts(root: Path) -> int:
    with (root / "finews" / "index.jsonl").open("rb") as index:
        return sum(1 for _ in index)


def _table(what: str, runs: dict[int, list[Run]]) -> None:
    print(f"\n{what:24}{'posts':>12}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    for posts, found in runs.items():
        middle = medians(found)
        print(f"{'':24}{posts:12,}{middle.wall:9.2f}{middle.cpu:9.2f}{middle.peak:9.0f}")
    first, second = runs.values()
    more = [after.wall - before.wall for before, after in zip(first, second, strict=True)]
    ratio = [after.wall / before.wall for before, after in zip(first, second, strict=True)]
    print(f"{'':24}large - small, round by round: median {statistics.median(more):.2f} s", end="")
    print(f" (max {max(more):.2f}); large / small: {statistics.median(ratio):.2f}")
