"""Runs as jobs of a real Scrapyd: many archives, as many at a time as it allows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.measure import Run, memory
from benchmarks.nginx import free_port
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

#: Seconds between two looks at the jobs, and within which they have to end.
_LOOK, _LONGEST = 0.5, 1800.0
_CONFIG = """[scrapyd]
bind_address  = 127.0.0.1
http_port     = {port}
max_proc      = {cores}
poll_interval = 0.2
jobs_to_keep  = 300
"""
#: The project is where Python finds it, so that nothing has to be deployed.
PROJECT_FILE = "[settings]\ndefault = crawler.settings\nbackfile = crawler.settings\n"


def is_installed() -> bool:
    """Whether there is a Scrapyd to measure."""
    return find_spec("scrapyd") is not None


def jobs(folder: Path, settings: Sequence[Mapping[str, str]], cores: int) -> Run:
    """Run finews once with each of these settings; the figures are those of Scrapyd and all its jobs together.

    :raises RuntimeError: if not all of them end.
    """
    before, peak = os.times(), 0.0
    with _scrapyd(folder, cores) as (address, pid):
        start = time.monotonic()
        for one in settings:
            order = [("project", "backfile"), ("spider", "finews"), *(("setting", f"{name}={one[name]}") for name in one)]
            _ask(f"{address}/schedule.json", urlencode(order).encode())
        while len(_ask(f"{address}/listjobs.json?project=backfile")["finished"]) < len(settings):
            if time.monotonic() - start > _LONGEST:
                raise RuntimeError(f"the jobs of Scrapyd did not end; its log is {folder / 'log'}")
            peak = max(peak, memory(pid))
            time.sleep(_LOOK)
        wall = time.monotonic() - start
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, used, peak)


@contextmanager
def _scrapyd(folder: Path, cores: int) -> Iterator[tuple[str, int]]:
    """A Scrapyd in a folder of its own: its address, and its process."""
    folder.mkdir()
    port = free_port()
    (folder / "scrapyd.conf").write_text(_CONFIG.format(port=port, cores=cores), "utf-8")
    (folder / "scrapy.cfg").write_text(PROJECT_FILE, "utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=folder, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": str(PROJECT)}
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(3000):
            with suppress(OSError):
                _ask(f"{address}/daemonstatus.json")
                break
            time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(60)


def _ask(address: str, data: bytes | None = None) -> dict[str, Any]:
    with urlopen(address, data) as answer:
        found: dict[str, Any] = json.load(answer)
    if found["status"] != "ok":
        raise RuntimeError(f"Scrapyd: {found}")
    return found
