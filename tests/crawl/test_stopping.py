"""A crawl that a person stops, or a system: once, twice, at its beginning and at its end."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from crawler.settings import EXTENSIONS
from tests.archives import index, report
from tests.crawl.slowly import slowly
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.terminal import CTRL_C, Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("sent", "named"), [("\x03", "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_once_lets_it_finish(tmp_path: Path, replica: ReplicaServer, sent: str | signal.Signals, named: str) -> None:
    with Terminal(slowly(replica, tmp_path, CONCURRENT_REQUESTS="4"), columns=200) as terminal:
        terminal.wait_for("new posts")
        if isinstance(sent, str):
            terminal.type(sent)
        else:
            os.kill(terminal.process.pid, sent)
        done = terminal.end()
    assert done.code == 1
    assert f"WARNING: {named}: completing open requests; once more stops at once" in done.text
    assert "WARNING: finews: stopped before its end (shutdown)" in done.text
    assert "Traceback" not in done.text
    assert report(tmp_path)["finish_reason"] == "shutdown"
    assert report(tmp_path)["losses"] == 0
    assert crawl(replica.origins, tmp_path).returncode == 0


def test_a_window_that_is_closed_lets_it_finish(tmp_path: Path, replica: ReplicaServer) -> None:
    with Terminal(slowly(replica, tmp_path, CONCURRENT_REQUESTS="4"), columns=200) as terminal:
        terminal.wait_for("new posts")
        assert terminal.close_window() == 1
    assert (report(tmp_path)["finish_reason"], report(tmp_path)["losses"]) == ("shutdown", 0)
    assert not (tmp_path / "finews/.lock").read_bytes()
    assert crawl(replica.origins, tmp_path).returncode == 0


def test_what_waits_for_its_turn_is_left_to_the_next_run(tmp_path: Path, replica: ReplicaServer, crawled: Path) -> None:
    with Terminal(slowly(replica, tmp_path, DOWNLOAD_DELAY="0.2", CONCURRENT_REQUESTS="16"), columns=200) as terminal:
        while len(replica.log) < 12 and terminal.process.poll() is None:
            terminal.wait_for("answers")
        terminal.type(CTRL_C)
        terminal.wait_for("completing")
        sent = len(replica.log)
        done = terminal.end()
    assert done.code == 1
    assert len(replica.log) - sent <= len(replica.origins), "no more than one that was just being sent to each host"
    assert report(tmp_path)["failures"] == [
        {"url": "finews", "reason": "stopped before its end (shutdown); the next run goes on with it"}
    ]
    assert "Traceback" not in done.text
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert {entry["id"] for entry in index(tmp_path / "finews")} == {entry["id"] for entry in index(crawled / "finews")}


def test_twice_stops_it_at_once(tmp_path: Path, replica: ReplicaServer) -> None:
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(200, b"<feed/>" * 100, {}, stall=100)]
    with Terminal(slowly(replica, tmp_path), columns=200) as terminal:
        while not any(asked.path == "/feed.xml" for asked in replica.log):  # else nothing is open, and the run soon at its end
            terminal.wait_for("new posts")
        terminal.type(CTRL_C)
        terminal.wait_for("completing")
        terminal.type(CTRL_C)
        done = terminal.end()
    assert done.code == 1
    assert done.lines[-1].startswith("stopped at once, without a run report")
    assert "Traceback" not in done.text
    del replica.replies[SITE_HOST, "/feed.xml"]
    assert crawl(replica.origins, tmp_path).returncode == 0


def test_in_the_first_moment_of_a_crawl(tmp_path: Path, replica: ReplicaServer) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.crawl.broken.StopsItself": 500})
    done = crawl(replica.origins, tmp_path, EXTENSIONS=extensions, timeout=300)
    assert done.returncode == 1
    assert "completing open requests" in done.stderr
    assert "Traceback" not in done.stderr
    assert report(tmp_path)["finish_reason"] == "shutdown"
    assert len(replica.log) < 20


def test_once_at_the_end_of_a_crawl_is_heard_at_once(tmp_path: Path, replica: ReplicaServer) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.crawl.broken.StopsItselfAtTheEnd": 500})
    done = crawl(replica.origins, tmp_path, EXTENSIONS=extensions, PRESSES="1", timeout=300)
    assert done.returncode == 0
    assert (
        "WARNING: Ctrl-C: all pages are there; completing their posts; once more stops at once" in done.stderr.splitlines()[1]
    )
    assert "75 new, 0 changed, 0 gone posts; 0 losses" in done.stderr.splitlines()[-1]
    assert "completing open requests" not in done.stderr


def test_twice_at_the_end_of_a_crawl_stops_it_at_once(tmp_path: Path, replica: ReplicaServer, crawled: Path) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.crawl.broken.StopsItselfAtTheEnd": 500})
    done = crawl(replica.origins, tmp_path, EXTENSIONS=extensions, PRESSES="2", timeout=300)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("stopped at once, without a run report; captures are kept")
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "finews/runs").glob("*.json"))
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert {entry["id"] for entry in index(tmp_path / "finews")} == {entry["id"] for entry in index(crawled / "finews")}
