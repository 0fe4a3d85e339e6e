"""Fifty archives: a run with nothing new of each, as many at a time as there are cores; and what more sites would take."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Run, machine, memory, timed
from tests.archives import reports
from tests.replica.build import build
from tests.replica.crawl import PROJECT, crawl, scrapy, settings_for
from tests.replica.server import ReplicaServer

_SITES = 50
#: What the tables of more sites are computed for: a run every so many seconds, and so many new posts of a site a day.
_SCHEDULES = ((300, 10.0), (86_400, 0.2))
_DAY, _YEAR = 86_400, 365
#: So much of a core's time is planned for at most, since runs come in bunches.
_BUSY = 0.7


@dataclass(frozen=True, slots=True)
class Measured:
    """What one site takes.

    ``run``: a run with nothing new, of so many ``requests``, with ``traffic`` bytes received and sent. ``page``: seconds of the
    processor's time for a page of a first crawl. ``post``: bytes of a post on disk.
    """

    run: Run
    requests: float
    page: float
    traffic: float
    post: float


def main(rounds: int, posts: int) -> None:
    """Print both tables."""
    posts = min(posts, 500)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "replica", seed=3, size=posts)
        with ReplicaServer(folder / "replica") as server:
            first = timed(scrapy("crawl", "finews", settings=settings_for(server.origins, folder / "0")))
            pages = len(server.log)
            for number in range(1, _SITES):
                shutil.copytree(folder / "0", folder / str(number), copy_function=shutil.copy2)
            assert crawl(server.origins, folder / "0").returncode == 0
            server.log.clear()
            alone = [timed(_run(server, folder / "0")) for _ in range(rounds)]
            requests = len(server.log) / rounds
            fifty = [_all_at_once(server, folder) for _ in range(rounds)]
            report = reports(folder / "0" / "finews")[-1]
        size = sum(path.stat().st_size for path in (folder / "0" / "finews").rglob("*") if path.is_file())
        with (folder / "0" / "finews" / "index.jsonl").open("rb") as index:
            made = sum(1 for _ in index)
    one = Run(*(statistics.median(getattr(run, field) for run in alone) for field in ("wall", "cpu", "peak")))
    all_ = Run(*(statistics.median(getattr(run, field) for run in fifty) for field in ("wall", "cpu", "peak")))
    traffic = requests * 700 + report["requests"]["bytes"]  # heads of request and response, as curl counts them
    print(f"{machine()}; {rounds} rounds, medians; archives of {made} posts, a server of Python beside it\n")
    print(f"{'runs with nothing new':32}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    print(f"{'one':32}{one.wall:9.2f}{one.cpu:9.2f}{one.peak:9.0f}")
    print(f"{f'{_SITES}, {os.cpu_count()} at a time':32}{all_.wall:9.2f}{all_.cpu:9.2f}{all_.peak:9.0f}")
    print(f"{'each of them':32}{all_.wall / _SITES:9.2f}{all_.cpu / _SITES:9.2f}\n")
    print(f"requests a run: {requests:.1f}; disk: {size / made / 1000:.1f} kB a post; a first crawl: ", end="")
    page = (first.cpu - one.cpu) / pages  # without the start of Python
    print(f"{1000 * page:.1f} ms of a core a page\n")
    _more_sites(Measured(Run(all_.wall / _SITES, all_.cpu / _SITES, one.peak), requests, page, traffic, size / made))


def _run(server: ReplicaServer, root: Path) -> list[str]:
    return scrapy("crawl", "finews", settings=settings_for(server.origins, root, LOG_LEVEL="WARNING"))


def _all_at_once(server: ReplicaServer, folder: Path) -> Run:
    """One run of each archive, as many at a time as there are cores; the peak is that of all that run at once."""
    peak = 0.0
    start, before = time.monotonic(), os.times()

    def run(number: int) -> None:
        nonlocal peak
        process = subprocess.Popen(_run(server, folder / str(number)), cwd=PROJECT, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, sum(map(memory, running | {process.pid})))
            running.add(process.pid)
            time.sleep(0.2)
        running.discard(process.pid)
        if process.returncode:
            raise RuntimeError(f"a run ended with {process.returncode}")

    running: set[int] = set()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(run, range(_SITES)))
    wall, after = time.monotonic() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, used, peak)


def _more_sites(one: Measured) -> None:
    """What 1, 1,000 and 1,000,000 sites take, of the figures measured."""
    for every, posts in _SCHEDULES:
        often = f"a run every {every // 60} minutes" if every < _DAY else "a run a day"
        print(f"| {often}, {posts:g} new posts a day each | 1 site | 1,000 sites | 1,000,000 sites |")
        print("| --- | --- | --- | --- |")
        busy = one.run.cpu / every + 2 * posts * one.page / _DAY
        for what, unit, figure in (
            ("cores", "", lambda sites, busy=busy: sites * busy / _BUSY),
            ("memory of the runs at a time", "GB", lambda sites, busy=busy: max(1, sites * busy / _BUSY) * one.run.peak / 1000),
            ("machines of 2 cores and 2 GB", "", lambda sites, busy=busy: math.ceil(sites * busy / _BUSY / 2)),
            ("disk for a year", "GB", lambda sites, posts=posts: sites * posts * _YEAR * one.post / 1e9),
            (
                "requests a second",
                "",
                lambda sites, every=every, posts=posts: sites * (one.requests / every + 2 * posts / _DAY),
            ),
            ("traffic", "Mbit/s", lambda sites, every=every: sites * one.traffic / every * 8 / 1e6),
        ):
            cells = " | ".join(_number(figure(sites), unit) for sites in (1, 1_000, 1_000_000))
            print(f"| {what} | {cells} |")
        print()


def _number(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}" if value >= 0.01 else "< 0.01"
    return f"{text} {unit}".strip()
