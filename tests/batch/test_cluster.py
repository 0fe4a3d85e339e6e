"""``scrapy rebuild --scheduler``: a real Dask scheduler, two workers, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.paths import STAGE
from tests.archives import index
from tests.batch.conftest import tables, tree
from tests.batch.rebuilding import members
from tests.crash.steps import die
from tests.replica.crawl import PROJECT, run, run_armed, scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        self._wait_for(self._file)
        self.address = "tcp://" + self._file.read_text().split("tcp://")[1].split('"')[0]

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = Path(sys.executable).with_name("dask")
        environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(self._folder)}
        with (self._folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            command = [program, what, *arguments, "--scheduler-file", self._file]
            process = subprocess.Popen(command, cwd=self._folder, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1")

    @staticmethod
    def _wait_for(path: Path) -> None:
        deadline = time.monotonic() + 300
        while not (path.exists() and path.read_text().strip().endswith("}")) and time.monotonic() < deadline:
            time.sleep(0.05)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    started = Cluster(tmp_path / "cluster")
    yield started
    started.stop()


@pytest.fixture
def dealt(crawled: Path, tmp_path: Path) -> Path:
    """The captures of a crawl in five files."""
    records = members(crawled / "finews")
    (tmp_path / "dealt").mkdir()
    for number in range(5):
        part = records[number * len(records) // 5 : (number + 1) * len(records) // 5]
        (tmp_path / "dealt" / f"{number}.warc.gz").write_bytes(b"".join(part))
    return tmp_path / "dealt"


def rebuild(cluster: Cluster, source: str, target: str) -> list[str]:
    return ["rebuild", "finews", "--from", source, "--output", target, "--scheduler", cluster.address]


def test_the_same_bytes_as_on_one_machine(
    cluster: Cluster, dealt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__ADMIN__TICK__LIMIT", "1ms")  # Dask says that it had to wait, as on a busy machine
    for _ in range(2):
        cluster.worker()
    done = run(*rebuild(cluster, f"file://{dealt}", f"file://{tmp_path}/there"))
    assert done.returncode == 0, done.stdout + done.stderr
    # Nothing of Dask's own log; a line of progress comes every few seconds where a machine is slow.
    assert [line for line in done.stderr.splitlines() if " a second" not in line] == []
    assert run("rebuild", "finews", "--from", str(dealt), "--output", str(tmp_path / "here")).returncode == 0
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert tables(tmp_path / "there") == tables(tmp_path / "here")
    assert (tmp_path / "there" / "catalog.sqlite").read_bytes() == (tmp_path / "here" / "catalog.sqlite").read_bytes()
    assert not (tmp_path / "there" / STAGE).exists()
    assert not list((tmp_path / "cluster").glob("backfile-*"))
    again = run(*rebuild(cluster, str(dealt), str(tmp_path / "there")))
    assert "0 new, 0 changed" in again.stdout


def test_one_of_two_workers_is_killed(cluster: Cluster, dealt: Path, tmp_path: Path) -> None:
    first, _ = cluster.worker(), cluster.worker()
    command = scrapy(*rebuild(cluster, str(dealt), str(tmp_path / "there")))
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "there").glob(f"{STAGE}/done/*")) and process.poll() is None:
        time.sleep(0.001)
    first.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    assert "Traceback" not in out + err
    assert run("rebuild", "finews", "--from", str(dealt), "--output", str(tmp_path / "here")).returncode == 0
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert (tmp_path / "there" / "catalog.sqlite").read_bytes() == (tmp_path / "here" / "catalog.sqlite").read_bytes()


def die_when_a_chunk_is_made() -> None:
    """Have this process die when it hears that a worker has made the first chunk."""
    from crawler.batch import cluster

    run = cluster.Dask.run

    def dying(self: cluster.Dask, function: Any, tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        for result in run(self, function, tasks):
            if function is cluster.make_remote_chunk:
                die()
            yield result

    cluster.Dask.run = dying  # type: ignore[method-assign]


def test_a_rebuild_whose_own_process_is_killed_goes_on(cluster: Cluster, dealt: Path, tmp_path: Path) -> None:
    cluster.worker()
    command = rebuild(cluster, str(dealt), str(tmp_path / "there"))
    arm = ("tests.batch.test_cluster:die_when_a_chunk_is_made",)
    assert run_armed(arm, *command, settings={}).returncode == -signal.SIGKILL
    assert list((tmp_path / "there").glob(f"{STAGE}/done/*"))
    assert not (tmp_path / "there" / "index.jsonl").exists()
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("rebuild", "finews", "--from", str(dealt), "--output", str(tmp_path / "here")).returncode == 0
    assert tree(tmp_path / "there") == tree(tmp_path / "here")


def test_the_archive_of_a_crawl(cluster: Cluster, crawled: Path, tmp_path: Path) -> None:
    cluster.worker()
    settings = {"ARCHIVE_ROOT": str(crawled)}
    done = run("rebuild", "finews", "--output", str(tmp_path / "there"), "--scheduler", cluster.address, settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "there") == tree(crawled / "finews")
    assert tables(tmp_path / "there") == tables(crawled / "finews")
    assert len(index(tmp_path / "there")) > 50


def impatient() -> None:
    """Have this process try a scheduler for a moment."""
    from crawler.batch import cluster

    cluster._PATIENCE = 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--from", "README.md", "--output", "x", "--scheduler", "tcp://127.0.0.1:9"),
            "no Dask scheduler can be reached at tcp://127.0.0.1:9",
        ),
        (("--from", "README.md", "--scheduler", "tcp://127.0.0.1:9"), "--scheduler needs --output"),
    ],
)
def test_what_cannot_run(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    arm = ("tests.batch.test_cluster:impatient",)
    done = run_armed(arm, "rebuild", "finews", *arguments, settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
