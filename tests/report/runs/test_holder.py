"""Who has an archive's lock."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.lock import Lock
from crawler.archive.lock_holder import lock_holder
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

_HOLD = """
import sys
from pathlib import Path
from crawler.archive.lock import Lock
Lock(Path(sys.argv[-1])).take()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock until it is told to end."""
    command = [sys.executable, "-c", _HOLD, *words, str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.communicate("")


def test_nobody(tmp_path: Path) -> None:
    assert lock_holder(tmp_path / "none") is None
    lock = Lock(tmp_path)
    lock.take()
    lock.release()
    assert lock_holder(tmp_path) is None


def test_a_process_that_is_writing(tmp_path: Path) -> None:
    with held(tmp_path, "scrapy", "crawl", "finews", "-s", "MAIL_PASS=x") as process:
        found = lock_holder(tmp_path)
        assert found is not None
        assert (found.process, found.host, found.alive) == (process.pid, socket.gethostname(), True)
        assert found.command == "crawl"
        assert (tmp_path / ".lock").stat().st_size > 0
    assert lock_holder(tmp_path) is None or lock_holder(tmp_path).alive is False  # type: ignore[union-attr]


def test_one_that_was_killed(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = lock_holder(tmp_path)
    assert found is not None
    assert (found.process, found.alive, found.command) == (process.pid, False, None)


def test_another_that_has_its_number_by_now(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text(f"process {os.getpid()} on {socket.gethostname()} since 2022-03-01 08:00:00 UTC\n")
    found = lock_holder(tmp_path)
    assert found is not None
    assert found.alive is False


def test_one_on_another_machine(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("process 7 on elsewhere since 2022-03-01 08:00:00 UTC\n")
    found = lock_holder(tmp_path)
    assert found is not None
    assert found.alive is None


def test_looking_does_not_keep_anybody_out(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        lock_holder(tmp_path)
        process.communicate("")
    before = (tmp_path / ".lock").read_bytes()
    lock_holder(tmp_path)
    assert (tmp_path / ".lock").read_bytes() == before
    Lock(tmp_path).take()


@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode))
def test_whatever_stands_in_the_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("odd")
    (folder / ".lock").write_bytes(content)
    assert lock_holder(folder) is None
    (folder / ".lock").write_bytes(
        b"process 9999999999 on " + socket.gethostname().encode() + b" since 2022-13-01 08:00:00 UTC\n"
    )
    assert lock_holder(folder) is None
