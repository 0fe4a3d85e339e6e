"""Temporary folders: those of killed processes go, those of processes at work stay, and so does what is nobody's."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from crawler.scratch import scratch_folder
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

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


@pytest.mark.parametrize("at_end", [False, True])
def test_ctrl_c_at_any_line_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, at_end: bool) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stopped = 0
    gc.freeze()  # what other tests of this process left would be looked at each time, for minutes
    try:
        for line in range(10_000):
            if not is_interrupted_at(line, tmp_path, at_end=at_end):
                break
            gc.collect()
            assert names(tmp_path) == set(), f"interrupted at line {line} of those that run"
            stopped += 1
    finally:
        gc.unfreeze()
    assert stopped > 50


def is_interrupted_at(line: int, temporary: Path, *, at_end: bool) -> bool:
    """Make a folder, use it and take it away, with a KeyboardInterrupt at the n-th line that runs before or after its use.

    :returns: whether there was such a line.
    """
    passed = 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal passed
        if frame.f_code is is_interrupted_at.__code__:
            return trace
        if event == "line":
            passed += 1
            if passed > line:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(before if at_end else trace)
        with scratch_folder() as folder:
            sys.settrace(before)
            assert [folder] == list(temporary.iterdir())
            for name in ("a", "b"):
                (folder / name).mkdir()
                (folder / name / "c").touch()
            sys.settrace(trace if at_end else before)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_ctrl_c_as_often_as_there_are_files_leaves_no_folder(tmp_path: Path) -> None:
    code = """
import os, signal
from crawler.scratch import scratch_folder

unlink, seen = os.unlink, set()
def interrupted(name, *words, **more):
    if name not in seen and len(name) == 1:
        seen.add(name)
        os.kill(os.getpid(), signal.SIGINT)
    unlink(name, *words, **more)
os.unlink = interrupted
try:
    with scratch_folder() as folder:
        (folder / "built").mkdir()
        for name in "abcdef":
            (folder / "built" / name).touch()
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(len(seen))
"""
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, names(tmp_path)) == ("6\n", "", set())


def test_what_a_process_killed_while_it_took_its_folder_away_left_goes_too(tmp_path: Path) -> None:
    """The file that tells that a folder is in use goes last."""
    half, just_begun = tmp_path / "backfile-scratch-half", tmp_path / "backfile-scratch-begun"
    for folder in (half, just_begun):
        folder.mkdir()
    os.utime(half, (time.time() - 86_400,) * 2)
    killed = """
import os, shutil
from crawler.scratch import Scratch

scratch = Scratch()
print(scratch.path, flush=True)
(scratch.path / "captures").mkdir()
(scratch.path / "a").write_text("b")
rmtree = shutil.rmtree
shutil.rmtree = lambda path, **how: os._exit(9) if path == str(scratch.path) else rmtree(path, **how)
input()
scratch.close()
"""
    with begun(killed, tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait() == 9
    (left,) = names(tmp_path) - {half.name, just_begun.name}
    assert names(tmp_path / left) == {".held"}
    remove = "from crawler.scratch import remove_left_behind; remove_left_behind()"
    subprocess.run(
        [sys.executable, "-c", remove], env=os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}, check=True
    )
    assert names(tmp_path) == {just_begun.name}
