"""After a run that was cut short, the next one leaves the archive as an undisturbed one would."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.archives import index, report, reports
from tests.crash.ground import NOW, Ground, content, ground, killed_at_random
from tests.crash.steps import COMMITS, STEPS, Death
from tests.replica.crawl import crawl, settings_for, start
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Served and crawled once for all tests here."""
    with ground(tmp_path_factory.mktemp("ground")) as made:
        yield made


@pytest.mark.parametrize(("step", "call"), STEPS)
def test_killed_at_a_step(made: Ground, tmp_path: Path, step: str, call: int) -> None:
    code = made.crawl_killed(tmp_path / "root", Death(step, call, Random(f"{step} {call}").choice(COMMITS)))
    assert code == -signal.SIGKILL, "the step was never come to"
    came = made.aftermath(tmp_path / "root", code)
    assert came.good, came


def test_killed_at_fifty_random_moments(made: Ground, tmp_path: Path) -> None:
    results = killed_at_random(made, tmp_path, 50)
    assert len(results) == 50
    assert [came for came in results if not came.good] == []


@pytest.mark.parametrize(("step", "call"), STEPS)
def test_the_power_is_cut(made: Ground, tmp_path: Path, step: str, call: int) -> None:
    rng = Random(f"{step} {call}")
    code, lost = made.cut_power(tmp_path / "root", Death(step, call, rng.choice(COMMITS)), rng)
    came = made.aftermath(tmp_path / "root", code)
    assert came.good, (came, lost)


@pytest.mark.parametrize("journal", [b"", b"\0" * 512])
def test_killed_while_the_catalog_is_begun(made: Ground, tmp_path: Path, journal: bytes) -> None:
    """SQLite has made both files, and written none: this was seen about once in a hundred kills of a first run's start."""
    archive = tmp_path / "finews"
    archive.mkdir()
    (archive / "catalog.sqlite").touch()
    (archive / "catalog.sqlite-journal").write_bytes(journal)
    came = made.aftermath(tmp_path, -signal.SIGKILL)
    assert came.good, came


def test_the_catalog_is_not_believed_about_what_was_lost(made: Ground, tmp_path: Path) -> None:
    """Committed in the middle of a run, as on a busy machine, it knows pages whose captures and lines the power took."""
    root = tmp_path / "root"
    code = made.crawl_killed(root, Death("written, not renamed", 60, commits=0.0))
    (captures,) = (root / "finews" / "captures").iterdir()
    captures.write_bytes(b"")
    (root / "finews" / "index.changes.jsonl").unlink()
    for post in (root / "finews" / "_posts").rglob("*.md"):
        post.write_bytes(b"")
    came = made.aftermath(root, code)
    assert came.good, came
    assert came.asked == made.requests


def test_the_power_is_cut_in_a_run_that_changes_much(made: Ground, tmp_path: Path) -> None:
    """New posts, new versions, posts that are gone: on top of what was there."""
    for number in range(6):
        root = tmp_path / f"root{number}"
        shutil.copytree(made.folder / "undisturbed", root, copy_function=shutil.copy2)
        archive = root / "finews"
        entries = [entry for entry in index(archive) if entry["body_from"] == "share"]
        for entry in entries[: 3 + number]:
            path = "/" + entry["url"].split("/", 3)[3]
            if path.isascii() and "%" not in path and " " not in path:
                body = made.server.reply(SITE_HOST, path).body + b"<!-- rebuilt -->"
                made.server.replies[SITE_HOST, path] = [Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})]
        step = ("before the catalog is closed", "before the index is written", "half an index line")[number % 3]
        try:
            code, lost = made.cut_power(root, Death(step, 1, COMMITS[number % 2]), Random(number), NOW + timedelta(days=2))
            came = made.aftermath(root, code, later=timedelta(days=2, minutes=5))
        finally:
            made.server.replies.clear()
        assert came.good, (came, lost)


def test_told_to_stop(tmp_path: Path, replica: ReplicaServer) -> None:
    """SIGTERM, as systemd and Ctrl-C send it: the run ends in order, says so, and the next goes on."""
    settings = settings_for(replica.origins, tmp_path, DOWNLOAD_DELAY="0.05")
    process = start("crawl", "finews", settings=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while len(replica.log) < 40 and process.poll() is None:
        time.sleep(0.001)
    process.terminate()
    _, said = process.communicate()
    assert process.returncode == 1, said
    assert "Traceback" not in said
    told = report(tmp_path)
    assert told["finish_reason"] == "shutdown"
    assert told["failures"][-1] == {
        "url": "finews",
        "reason": "stopped before its end (shutdown); the next run goes on with it",
    }
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(reports(tmp_path / "finews")) == 2


def test_a_clock_that_jumps_back(made: Ground, tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert made.crawl(root, NOW) == 0
    edited = next(entry for entry in index(root / "finews") if entry["body_from"] == "share" and not entry["notes"])
    path = "/" + edited["url"].split("/", 3)[3]
    body = made.server.reply(SITE_HOST, path).body.replace(edited["title"].encode(), "更正：新标题".encode())
    home = made.server.reply(SITE_HOST, "/").body.replace(edited["title"].encode(), "更正：新标题".encode())
    made.server.replies[SITE_HOST, path] = [Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})]
    made.server.replies[SITE_HOST, "/"] = [Reply(200, home, {"Content-Type": "text/html; charset=utf-8"})]
    try:
        assert made.crawl(root, NOW - timedelta(days=30), arguments=("-arecheck=1",)) == 0
    finally:
        made.server.replies.clear()
    (now,) = [entry for entry in index(root / "finews") if entry["id"] == edited["id"]]
    assert (now["title"], now["version"]) == ("更正：新标题", 2)
    assert any("clock is" in line for line in reports(root / "finews")[0]["warnings"])
    assert made.verify(root) == 0
    came = made.aftermath(root, 0, later=timedelta(days=-29))
    assert (came.next_code, came.verify_code) == (0, 0)
    assert content(root / "finews")["files"].keys() == content(made.folder / "undisturbed" / "finews")["files"].keys()
