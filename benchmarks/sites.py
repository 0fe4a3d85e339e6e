"""Fifty archives: a run with nothing new of each, started one by one and by Scrapyd; and what more sites would take."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measure import Run, machine, medians, memory, timed
from benchmarks.scrapyd_jobs import is_installed, jobs
from crawler.scratch import scratch_folder
from tests.archives import reports
from tests.replica.build import build
from tests.replica.crawl import PROJECT, crawl, scrapy, settings_for
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from pathlib import Path

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
    """Print the tables of docs/capacity.md."""
    posts, load = min(posts, 500), os.getloadavg()[0]
    cores = os.cpu_count() or 1
    with scratch_folder() as folder:
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
            fifty, by_scrapyd = [], []
            for number in range(rounds):
                fifty.append(_all_at_once(server, folder))
                if is_installed():
                    settings = [settings_for(server.origins, folder / str(site), LOG_LEVEL="WARNING") for site in range(_SITES)]
                    by_scrapyd.append(jobs(folder / f"scrapyd{number}", settings, cores))
                    _check(folder)
            report = reports(folder / "0" / "finews")[-1]
        size = sum(path.stat().st_size for path in (folder / "0" / "finews").rglob("*") if path.is_file())
        with (folder / "0" / "finews" / "index.jsonl").open("rb") as index:
            made = sum(1 for _ in index)
    one, all_ = medians(alone), medians(fifty)
    traffic = requests * 700 + report["requests"]["bytes"]  # heads of request and response, as curl counts them
    page = (first.cpu - one.cpu) / pages  # without the start of Python
    about = f"medians of {rounds}, archives of {made} posts, a server of Python beside it"
    print(f"{machine()}; {about}; {load:.1f} processes were at work before it began\n")
    print("| measured | |\n| --- | --- |")
    kilobytes = f"{requests:.1f} conditional requests, {traffic / 1000:.1f} kB"
    print(f"| a run with nothing new | {one.cpu:.2f} s of a core, {one.peak:.0f} MB at most, {kilobytes} |")
    print(f"| {_SITES} of them, {cores} at a time | {_together(all_)} for all processes together |")
    if by_scrapyd:
        print(
            f"| {_SITES} as jobs of Scrapyd, `max_proc = {cores}` | {_together(medians(by_scrapyd))} for Scrapyd and its jobs |"
        )
    print(f"| a page of a first crawl: captured, read, made into a post | {1000 * page:.1f} ms of a core, besides the start |")
    print(f"| a post on disk: captures, source post, index, catalog | {size / made / 1000:.1f} kB |\n")
    _more_sites(Measured(Run(all_.wall / _SITES, all_.cpu / _SITES, one.peak), requests, page, traffic, size / made))
    print("| a million posts of one site | |\n| --- | --- |")
    print(f"| first crawl | 2,000,000 requests: {2e6 * page / 60:.0f} minutes of a core |")
    print(f"| disk | {size / made / 1000:.1f} GB |")


def _together(run: Run) -> str:
    return f"{run.cpu:.0f} s of a core in all, {run.wall:.0f} s, {run.peak:.0f} MB at most"


def _check(folder: Path) -> None:
    """Raise unless the last run of each archive was good."""
    codes = {reports(folder / str(number) / "finews")[-1]["exit_code"] for number in range(_SITES)}
    if codes != {0}:
        raise RuntimeError(f"jobs of Scrapyd ended with {codes}")


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
    text = (
        f"{value:,.0f}"
        if value >= 10 or isinstance(value, int)
        else f"{value:.1f}"
        if value >= 1
        else f"{value:.2g}"
        if value >= 0.01
        else "< 0.01"
    )
    return f"{text} {unit}".strip()
