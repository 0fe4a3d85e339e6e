"""A run that is cut short, comes second, cannot start, or has a defect: what it leaves, and what it says."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.archives import index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run, settings_for, start
from tests.replica.held import HeldReplica
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize("after", [5, 40, 90, 150])
def test_a_killed_run_is_carried_on_by_the_next(tmp_path: Path, replica: ReplicaServer, after: int) -> None:
    settings = settings_for(replica.origins, tmp_path)
    process = start("crawl", "finews", settings=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(replica.log) < after and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    result = compare(BUILT, tmp_path / "finews")
    assert result.good
    ids = [entry["id"] for entry in index(tmp_path / "finews")]
    assert len(ids) == len(set(ids)) == sum(result.fidelity.values())


def test_a_second_run_at_once_ends_with_its_own_exit_code(tmp_path: Path) -> None:
    with HeldReplica() as replica:
        settings = settings_for(replica.origins, tmp_path)
        first = start("crawl", "finews", settings=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not replica.asked and first.poll() is None:
            time.sleep(0.01)
        second = crawl(replica.origins, tmp_path)
        first.kill()
        first.wait()
    assert second.returncode == 3
    assert f"process {first.pid}" in second.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (("-a", "since=soon"), {}, "since 'soon' cannot be read"),
        (("-a", "colour=red"), {}, "there is no argument 'colour'"),
        ((), {"ORIGINS": '{"x": "y"}'}, "'x' is not an origin"),
        ((), {"ORIGINS": "{"}, "ORIGINS"),
        ((), {"RECHECK_HOURS": "1,soon"}, "RECHECK_HOURS ['1', 'soon'] are no hours"),
        ((), {"POSTS_LAYOUT": "../{year}"}, "POSTS_LAYOUT"),
        ((), {"SWEEP_INTERVAL": "daily"}, "SWEEP_INTERVAL='daily' has no meaning; it takes a number"),
        ((), {"PROFILE": "quick"}, "PROFILE='quick' has no meaning; it takes polite or fast"),
    ],
)
def test_what_cannot_run_says_so_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    done = run("crawl", "finews", *arguments, settings={"ARCHIVE_ROOT": str(tmp_path)} | settings)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("crawl", "finews", settings={"ARCHIVE_ROOT": str(tmp_path / "file")})
    assert done.returncode == 2
    assert "ARCHIVE_ROOT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_of_ours_does_not_pass_for_a_good_run(tmp_path: Path, replica: ReplicaServer) -> None:
    pipelines = json.dumps({"tests.crawl.broken.BrokenPipeline": 500})
    done = crawl(replica.origins, tmp_path, "-a", "sweep=0", ITEM_PIPELINES=pipelines, LOG_LEVEL="ERROR")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "defect in the crawler: ZeroDivisionError" in report(tmp_path)["failures"][0]["reason"]
    mended = crawl(replica.origins, tmp_path)
    assert mended.returncode == 0
    assert compare(BUILT, tmp_path / "finews").good
