"""Runs a command as a process of its own and measures it: wall time, processor time and peak memory."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The environment of those that are measured beside us, which ``make bench`` makes.
PEERS = PROJECT / ".venv-peers"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: seconds of wall time and processor time, and the peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def timed(command: list[str], good: tuple[int, ...] = (0,)) -> Run:
    """Run a command and measure its main process by the kernel's figures. ``good``: the exit codes that it may have."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}: {errors[-2000:].decode()}")
    return Run(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def timed_with_children(command: list[str], good: tuple[int, ...] = (0,)) -> Run:
    """Run a command, and measure the memory of it and all its processes together ten times a second. ``good``: as above."""
    peak, over = 0.0, Event()
    start, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            peak = max(peak, memory(process.pid))

    watcher = Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    over.set()
    watcher.join()
    wall, after = time.monotonic() - start, os.times()
    if process.returncode not in good:
        raise RuntimeError(f"{command[:5]} ended with {process.returncode}: {output[-500:].decode(errors='replace')}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, peak)


def evict(folder: Path) -> None:
    """Have the kernel drop from memory what it keeps of the files in a folder; a virtual machine's host may keep it yet."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def memory(pid: int) -> float:
    """MB of a process and its descendants, shared pages counted once (PSS)."""
    total, waiting = 0, [pid]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        try:
            waiting += (folder / "task" / folder.name / "children").read_text().split()
            rollup = (folder / "smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def medians(runs: Sequence[Run]) -> Run:
    """The medians of several runs."""
    return Run(*(statistics.median(getattr(run, field) for run in runs) for field in ("wall", "cpu", "peak")))


def machine() -> str:
    """The line that begins every table: the machine and the Python that ran it."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
