"""Everything in one run and one table: whole crawls beside others', pages taken apart, files, and growth."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from benchmarks.contenders import contenders
from benchmarks.crawl import ratios, whole_crawls
from benchmarks.larger import larger
from benchmarks.measure import PEERS, machine
from benchmarks.table import Group, Measured, table
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_EXTRACTION = ("trafilatura", "news-please", "Backfile", "pandoc")
_PACKAGES = ("scrapy", "uvloop", "pyreqwest", "aiohttp")
_PROGRAMS = (("wget", "--version"), ("nginx", "-v"), ("pandoc", "--version"))


def main(rounds: int, posts: int, sizes: Sequence[int] = ()) -> None:
    """Print the table."""
    with scratch_folder() as folder:
        folder.chmod(0o755)
        replica = folder / "replica"
        build(replica, seed=3, size=posts)
        crawls = whole_crawls(replica, folder, rounds)
        groups = [crawls, _extraction(replica / "site", rounds)]
        groups += larger(folder, rounds, sizes or (posts, 10 * posts))
        print(f"\n{machine()}; {posts:,} posts behind nginx on the same machine; medians of {rounds} rounds, in turns")
        print(f"{_versions()}\n")
        print(table(groups))
        for contender in contenders():
            print(f"{contender.name} keeps: {contender.keeps}")
        print()
        print(ratios(crawls))


def _extraction(site: Path, rounds: int) -> Group:
    group = Group("pages taken apart, without network")
    for number in range(rounds):
        for who in _EXTRACTION:
            try:
                measured, found = _extract(who, site)
            except NotMeasured as error:
                group.notes += [] if number else [f"{who}: not measured: {error}"]
                continue
            group.add(who, measured)
            if not number:
                group.notes.append(f"{who}: a text was found in {found:,} of {measured.count:,} pages")
    return group


class NotMeasured(Exception):
    """Why an extractor could not be measured."""


def _extract(who: str, site: Path) -> tuple[Measured, int]:
    """What one took for all pages, and in how many it found a text.

    :raises NotMeasured: if it is not installed, or fails.
    """
    is_ours = who in ("Backfile", "pandoc")
    python, path = (sys.executable, {"PYTHONPATH": str(PROJECT)}) if is_ours else (PEERS / "bin" / "python", {})
    command = [python, "-P", PROJECT / "benchmarks" / "extraction.py", who, site]
    try:
        done = subprocess.run(command, env=os.environ | path, capture_output=True, text=True, check=False)
    except OSError:
        raise NotMeasured(f"there is no {PEERS.name}; `make bench` makes it") from None
    if done.returncode:
        raise NotMeasured(next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "it failed"))
    found = json.loads(done.stdout.splitlines()[-1])
    return Measured(found["count"], found["wall"], found["cpu"], found["peak"]), found["found"]


def _versions() -> str:
    found = [f"{name} {version(name)}" for name in _PACKAGES]
    for program, option in _PROGRAMS:
        if shutil.which(program):
            done = subprocess.run([program, option], capture_output=True, text=True, check=False)
            found.append(" ".join((done.stdout + done.stderr).splitlines()[0].split()[:3]))
    metadata = (
        "from importlib.metadata import version; print(*(f'{one} {version(one)}' for one in ('trafilatura', 'news-please')))"
    )
    try:
        done = subprocess.run([PEERS / "bin" / "python", "-c", metadata], capture_output=True, text=True, check=False)
        found += [done.stdout.strip()] if not done.returncode else []
    except OSError:
        pass
    return ", ".join(found)
