"""Two workers on one site, against one process, and against wget's WARC mirror: pages a second, round by round."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.contenders import WGET_GOOD, wget
from benchmarks.measure import machine
from benchmarks.nginx import Nginx, free_port
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.crawl import PROJECT, scrapy
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path

#: One crawl follows another, which workers would take for one that they come too late for.
_AT_ONCE = {"CLUSTER_GRACE": "0"}
_RESPONSES = re.compile(rb"^WARC-Type: response", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl: pages that were answered, seconds of wall time, and of the processor's time of all its processes."""

    pages: int
    wall: float
    cpu: float

    @property
    def speed(self) -> float:
        return self.pages / self.wall


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    for program in ("redis-server", "wget"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed: apt-get install {program}")
    with scratch_folder() as folder:
        replica = folder / "replica"
        build(replica, seed=3, size=posts)
        (folder / "nginx").mkdir()
        folder.chmod(0o755)
        found: dict[str, list[Crawl]] = {"one process": [], "two workers": [], "wget": []}
        with Nginx(replica, folder / "nginx") as server, _redis(folder) as redis:
            for number in range(rounds + 1):
                for who, crawls in found.items():
                    # Nothing is deleted between crawls: for minutes after that, ext4 takes ten times as long to make a file.
                    crawls.append(_crawl(who, server.origins, folder / f"{who} {number}", redis))
                line = ", ".join(f"{who} {crawls[-1].speed:.0f}" for who, crawls in found.items())
                print(f"round {number}{' (warm-up)' if not number else ''}: {line} pages/s", flush=True)
                if not number:
                    result = _made(folder, server.origins, replica, redis)
    _table({who: crawls[1:] for who, crawls in found.items()})
    print(f"\nposts that two workers gave back: {result}")


def _crawl(who: str, origins: dict[str, str], folder: Path, redis: str) -> Crawl:
    if who == "wget":
        return _wget(origins, folder)
    return _ours(origins, folder, {} if who == "one process" else {"CLUSTER": redis, **_AT_ONCE})


def _ours(origins: dict[str, str], root: Path, more: dict[str, str]) -> Crawl:
    settings = {"PROFILE": "fast", "ORIGINS": json.dumps(origins), "ARCHIVE_ROOT": str(root), "LOG_LEVEL": "WARNING", **more}
    names = ("a", "b") if more else ("",)
    wall, cpu = _timed([scrapy("crawl", "finews", settings=settings | {"WORKER": name}) for name in names])
    (report,) = (root / "finews" / "runs").glob("*.json")
    return Crawl(json.loads(report.read_text("utf-8"))["requests"]["total"], wall, cpu)


def _wget(origins: dict[str, str], folder: Path) -> Crawl:
    wall, cpu = _timed([wget(origins, folder)], good=WGET_GOOD)
    packed = subprocess.run(["gzip", "-dc", folder / "mirror.warc.gz"], capture_output=True, check=True).stdout
    return Crawl(len(_RESPONSES.findall(packed)), wall, cpu)


def _timed(commands: list[list[str]], good: tuple[int, ...] = (0,)) -> tuple[float, float]:
    start, before = time.monotonic(), os.times()
    processes = [subprocess.Popen(one, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for one in commands]
    for process in processes:
        errors = process.communicate()[1]
        if process.returncode not in good:
            raise RuntimeError(f"{process.args} ended with {process.returncode}: {errors[-2000:].decode()}")
    wall, after = time.monotonic() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


def _made(folder: Path, origins: dict[str, str], replica: Path, redis: str) -> str:
    _ours(origins, folder / "out", {"CLUSTER": redis, **_AT_ONCE})
    found = compare(replica, folder / "out" / "finews")
    restored = len(found.same) + len(found.zone) + len(found.rendered)
    return f"{restored}; wrong {len(found.wrong)}, missing {len(found.missing)}, stray {len(found.stray)}"


class _redis:  # noqa: N801 - a context of this module
    """A redis-server of our own that keeps nothing, stopped by its own process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> str:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(1)
        return f"redis://127.0.0.1:{port}/0"

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)


def _table(found: dict[str, list[Crawl]]) -> None:
    print(f"\n{machine()}; nginx and redis-server beside it; medians of {len(found['wget'])} rounds")
    print(f"\n{'':16}{'pages':>8}{'wall s':>9}{'pages/s':>9}{'CPU ms a page':>15}")
    for who, crawls in found.items():
        middle = [statistics.median(getattr(crawl, name) for crawl in crawls) for name in ("pages", "wall", "speed")]
        cost = statistics.median(1000 * crawl.cpu / crawl.pages for crawl in crawls)
        print(f"{who:16}{middle[0]:8,.0f}{middle[1]:9.2f}{middle[2]:9.0f}{cost:15.2f}")
    for other in ("one process", "wget"):
        ratios = [mine.speed / its.speed for mine, its in zip(found["two workers"], found[other], strict=True)]
        print(f"\ntwo workers / {other}, round by round: median {statistics.median(ratios):.2f}", end="")
        print(f" (min {min(ratios):.2f}, max {max(ratios):.2f})", end="")
    print()
