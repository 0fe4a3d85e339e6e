"""Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) in what works with several processes: one line, soon, and nothing is spoilt."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.batch.test_cut_short import defaced, tree
from tests.replica.crawl import PROJECT, run, scrapy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("words", [("rebuild", "finews"), ("verify", "finews")], ids=lambda words: words[0])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda stop: stop.name)
def test_one_line_and_no_trace(
    archive_root: Path, tmp_path: Path, words: tuple[str, ...], jobs: str, stop: signal.Signals
) -> None:
    archive, scratch = archive_root / "finews", tmp_path / "scratch"
    right = tree(archive)
    scratch.mkdir()
    for _ in range(20):
        defaced(archive)
        process, err = stopped(words, archive, jobs, scratch, stop)
        if process.returncode not in (0, 1):
            break  # else it was through before it was told to stop
    told = signal.SIGTERM if stop is signal.SIGHUP else stop
    assert (process.returncode, err.count("\n")) == (128 + told, 1), err
    assert err.startswith("interrupted" if stop is signal.SIGINT else "ended by SIGTERM")
    assert not list(scratch.iterdir()), "a temporary folder is left"
    deadline = time.monotonic() + 300
    while is_there(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_there(process.pid), "a process of the group is left"
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert tree(archive) == right


def stopped(
    words: tuple[str, ...], archive: Path, jobs: str, scratch: Path, stop: signal.Signals
) -> tuple[subprocess.Popen[str], str]:
    """Run a command and stop it once it is at work; gives its process, and what it said."""
    with subprocess.Popen(
        scrapy(*words, "--jobs", jobs, settings={"ARCHIVE_ROOT": str(archive.parent)}),
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not is_at_work(process, archive, scratch, jobs) and process.poll() is None:
            time.sleep(0.002)
        with suppress(ProcessLookupError):
            if stop is signal.SIGINT:
                os.killpg(process.pid, stop)  # as a terminal does: every process of the group
            else:
                process.send_signal(stop)
        return process, process.communicate(timeout=300)[1]


def is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def is_at_work(process: subprocess.Popen[str], archive: Path, scratch: Path, jobs: str) -> bool:
    if jobs == "1" or any(scratch.glob("backfile-*")):  # verification has its snapshot there
        return (archive / ".rebuild").exists() or any(scratch.glob("backfile-*"))
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, check=False)
    return found.returncode == 0
