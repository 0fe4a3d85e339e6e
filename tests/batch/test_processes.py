"""Processes are forked where nothing of the parent can get in their way, and have nothing of it that they should not have."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.archive.lock import Lock
from crawler.errors import ArchiveInUse
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

_HOW = """
import signal, sys, threading
from pathlib import Path
from crawler.batch.processes import workers

def about(_):
    how = "spawned" if "spawn_main" in Path("/proc/self/cmdline").read_text() else "forked"
    return how, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

def main(may_fork, with_thread):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    if with_thread:
        thread.start()
    with workers(2, may_fork=may_fork) as at_work:
        print(*set((how, is_default, *map(int, blocked)) for how, is_default, blocked in at_work.run(about, iter([(1,)] * 20))))
    end.set()

if __name__ == "__main__":
    main(*(word == "yes" for word in sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many threads there are")
@pytest.mark.parametrize(
    ("may_fork", "thread", "how"), [("yes", "no", "forked"), ("yes", "yes", "spawned"), ("no", "no", "spawned")]
)
def test_how_processes_begin(tmp_path: Path, may_fork: str, thread: str, how: str) -> None:
    script = tmp_path / "how.py"
    script.write_text(_HOW)
    command = [sys.executable, str(script), may_fork, thread]
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str((how, True, 2)), "Ctrl-C alone is kept from it, and SIGTERM ends it"


_AGAIN = """
import signal
from crawler.batch.processes import workers

def stop(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, stop)
try:
    with workers(2):
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        raise KeyboardInterrupt
except KeyboardInterrupt:
    signal.setitimer(signal.ITIMER_REAL, 0)
    print("interrupted")
"""


def test_ctrl_c_twice_while_processes_begin_shows_nothing_of_them() -> None:
    """A process that is still being made finds nothing of its parent any more, and would say so in a traceback."""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", _AGAIN], cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


def test_a_forked_process_has_no_lock(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    lock.take()
    begun, end = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.write(begun[1], b"x")
        os.read(end[0], 1)
        os._exit(0)
    try:
        os.read(begun[0], 1)
        with pytest.raises(ArchiveInUse):
            Lock(tmp_path).take()
        lock.release()
        other = Lock(tmp_path)
        other.take()
        other.release()
    finally:
        os.write(end[1], b"x")
        assert os.waitpid(child, 0)[1] == 0


_LEAVES = """
import sys, tempfile
from crawler.batch.processes import workers

def leave(_):
    tempfile.mkdtemp()
    if sys.argv[1] == "fails":
        raise OSError(28, "No space left on device")

def main():
    with workers(2, may_fork=sys.argv[2] == "yes") as at_work:
        list(at_work.run(leave, iter([(1,)] * 4)))

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("how", ["ends", "fails"])
@pytest.mark.parametrize("may_fork", ["yes", "no"])
def test_processes_leave_nothing_temporary(tmp_path: Path, how: str, may_fork: str) -> None:
    script, temporary = tmp_path / "leaves.py", tmp_path / "temporary"
    temporary.mkdir()
    script.write_text(_LEAVES)
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, str(script), how, may_fork], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == (how == "ends"), done.stderr
    assert list(temporary.iterdir()) == []
