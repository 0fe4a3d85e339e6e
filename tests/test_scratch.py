"""Temporary folders: those of killed processes go, those of processes at work stay, and so does what is nobody's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AT_WORK = """
from crawler.scratch import Scratch

scratch = Scratch()
(scratch.path / "captures").mkdir()
print(scratch.path, flush=True)
input()
"""
#: Processes that have folders of their own within their parent's, too.
_WITH_CHILDREN = """
import tempfile, time
from crawler.batch.processes import workers

def leave():
    print(tempfile.mkdtemp(), flush=True)
    time.sleep(60)

with workers(2, may_fork=True) as at_work:
    list(at_work.run(leave, iter([()])))
"""


@contextmanager
def begun(code: str, temporary: Path) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(str(temporary))
        yield process
        process.kill()
    with suppress(ProcessLookupError):
        while True:  # its children end when they see that it is gone
            os.killpg(process.pid, 0)
            time.sleep(0.01)


def names(temporary: Path) -> set[str]:
    return {path.name for path in temporary.iterdir()}


@pytest.mark.parametrize("code", [_AT_WORK, _WITH_CHILDREN])
def test_the_next_command_takes_away_what_killed_processes_left_and_no_other(tmp_path: Path, code: str) -> None:
    others = {"backfile-backup", "backfile-scratch-of-mine", "tmpabc"}
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / "backfile-scratch-link").symlink_to(tmp_path / "tmpabc")
    with begun(code, tmp_path):
        dead = names(tmp_path) - others - {"backfile-scratch-link"}
    assert dead
    assert dead < names(tmp_path)
    with begun(_AT_WORK, tmp_path):
        (alive,) = names(tmp_path) - others - {"backfile-scratch-link"} - dead
        assert not dead & names(tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "warc", str(tmp_path)],
            cwd=PROJECT,
            env=os.environ | {"TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert names(tmp_path) == {*others, "backfile-scratch-link", alive}, done.stderr
        assert (tmp_path / alive / "captures").is_dir()


def test_many_that_begin_and_end_at_one_time_leave_nothing_and_take_nothing_from_another(tmp_path: Path) -> None:
    code = """
import crawler.scratch
for _ in range(300):
    crawler.scratch._remove_left_behind_once.cache_clear()
    with crawler.scratch.scratch_folder() as folder:
        (folder / "a").write_text("b")
        assert (folder / "a").read_text() == "b"
"""
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    processes = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert names(tmp_path) == set()
