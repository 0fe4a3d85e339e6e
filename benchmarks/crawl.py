"""Whole crawls of one replica, in turns: wget, bare Scrapy as it comes and tuned, and Backfile in two profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import QUICK, STOCK, TUNED, contenders
from benchmarks.measure import machine, timed
from benchmarks.nginx import Nginx, NginxMissing
from benchmarks.table import Group, Measured, comparison, table
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    with scratch_folder() as folder:
        folder.chmod(0o755)
        build(folder / "replica", seed=3, size=posts)
        crawls = whole_crawls(folder / "replica", folder, rounds)
        print(f"\n{machine()}; {posts:,} posts behind nginx on the same machine; medians of {rounds} rounds, in turns\n")
        print(f"{table([crawls])}\n\n{ratios(crawls)}")


def whole_crawls(replica: Path, folder: Path, rounds: int) -> Group:
    """Crawl a replica by each contender in each round; what they keep stays in ``folder``."""
    group = Group("a whole crawl: pages that the server was asked for")
    (folder / "nginx").mkdir()
    try:
        server = Nginx(replica, folder / "nginx")
    except NginxMissing as error:
        group.notes.append(f"not measured: {error}")
        return group
    group.notes += [f"{one.name}: not measured: {one.missing}" for one in contenders() if one.missing]
    there = [one for one in contenders() if not one.missing]
    with server:
        for number in range(rounds + 1):  # the first one warms up
            for contender in there if number % 2 else reversed(there):
                # Nothing is deleted between crawls: for minutes after that, ext4 takes ten times as long to make a file.
                kept = folder / (f"{number} {contender.name}" if number or contender.name != QUICK else "kept")
                before = server.requests()
                run = timed(contender.command(server.origins, kept), good=contender.good)
                pages = server.requests() - before - 1
                if number:
                    group.add(contender.name, Measured(pages, run.wall, run.cpu, run.peak))
            print(f"whole crawl, round {number}{'' if number else ' (not counted)'}", flush=True)
    group.rounds = {one.name: group.rounds[one.name] for one in there}
    found = compare(replica, folder / "kept" / "finews")
    if not found.good:
        group.notes.append(f"posts that were not given back: wrong {len(found.wrong)}, missing {len(found.missing)}")
    return group


def ratios(crawls: Group) -> str:
    """The lines that hold Backfile's fast profile against bare Scrapy; nothing if there was no server to crawl."""
    if not crawls.rounds:
        return ""
    return f"{comparison(crawls, QUICK, STOCK, 'speed')}\n{comparison(crawls, QUICK, TUNED, 'cost')}"
