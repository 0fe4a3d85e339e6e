"""A run with nothing new into a large archive and a small one; what is asked of both, with warm files and with cold ones."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks.measure import Run, evict, machine, medians, timed
from benchmarks.multiply import multiply
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.crawl import crawl, run, scrapy, settings_for
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The number of posts on the site, which both archives have; the large archive has others, too.
_SITE = 1000
_IDLE = "a run with nothing new"
#: What is measured, and the runs of each archive: the small and the large one.
Found = dict[str, dict[Path, list[Run]]]


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    found: Found = {}
    with scratch_folder() as folder:
        build(folder / "replica", seed=3, size=_SITE)
        with ReplicaServer(folder / "replica") as server:
            small, large = folder / "small", folder / "large"
            _crawl(server, small)
            _enlarge(small, large, posts)
            for _ in range(2):  # the site lacks the multiplied posts: the second run finds them gone
                _crawl(server, large)
            requests = {number for _ in range(rounds) for number in _round(server, (small, large), found)}
        print(f"\n{machine()}; {rounds} rounds, medians")
        print(f"requests a run: {', '.join(map(str, sorted(requests)))}")
        for what, runs in found.items():
            _table(what, {_posts(root): taken for root, taken in runs.items()})


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


def _round(server: ReplicaServer, roots: tuple[Path, ...], found: Found) -> Iterator[int]:
    """Measure everything once, and give the requests of each idle run."""
    for root in roots:
        server.log.clear()
        taken = timed(scrapy("crawl", "finews", settings=settings_for(server.origins, root)))
        found.setdefault(_IDLE, {}).setdefault(root, []).append(taken)
        yield len(server.log)
    for root in roots:
        for is_cold in (False, True):
            for what, words in _asked(root):
                if is_cold:
                    evict(root)
                taken = timed(scrapy(*words, settings={"ARCHIVE_ROOT": str(root)}), good=(0, 1))
                found.setdefault(f"{what}, {'cold' if is_cold else 'warm'}", {}).setdefault(root, []).append(taken)


def _asked(root: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Commands that are asked of an archive; those that name a post take any."""
    token = orjson.loads(max((root / "finews" / "runs").glob("*.json")).read_bytes())["changes_since"]
    first, second = random.sample(_ids(root), 2)
    yield "status", ("status", "finews")
    yield "explain", ("explain", "finews", first)
    yield "changes", ("changes", "finews", "--since", token)
    yield "forget", ("forget", "finews", second, "--reason", "measured")


def _ids(root: Path) -> list[str]:
    with (root / "finews" / "index.jsonl").open("rb") as index:
        return [orjson.loads(line)["id"] for line in index]


def _posts(root: Path) -> int:
    return len(_ids(root))


def _table(what: str, runs: dict[int, list[Run]]) -> None:
    print(f"\n{what:24}{'posts':>12}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    for posts, taken in runs.items():
        middle = medians(taken)
        print(f"{'':24}{posts:12,}{middle.wall:9.2f}{middle.cpu:9.2f}{middle.peak:9.0f}")
    small, large = runs.values()
    for name, more in (
        ("wall", [after.wall - before.wall for before, after in zip(small, large, strict=True)]),
        ("cpu", [after.cpu - before.cpu for before, after in zip(small, large, strict=True)]),
    ):
        print(f"{'':24}{name}, large - small, round by round: median {statistics.median(more):.2f} s (max {max(more):.2f})")
