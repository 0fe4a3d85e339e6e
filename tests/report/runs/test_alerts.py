"""Who is told, when, and by which way."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.report.runs.alerts import Alarm, Outcome, Rules, decide
from tests.archives import index, report
from tests.replica.crawl import crawl, forks_into, settings_for
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2022, 3, 3, 12, tzinfo=UTC)
RULES = Rules(after=3, repeat=timedelta(days=1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.datetimes().map(datetime.isoformat),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["runs", "last", "lost", "x"]), inner, max_size=3)
    ),
)


@given(JSON, st.sampled_from([0, 1, 4]))
def test_a_report_that_anybody_wrote_stops_no_run(alarm: object, code: int) -> None:
    found = decide(Outcome(code), {"exit_code": 1, "alarm": alarm}, NOW, RULES)
    assert found.as_json()["runs"] == found.runs >= (code != 0)


def lived(codes: list[int], every: timedelta = timedelta(minutes=5)) -> list[bool]:
    """Whether each of some runs, one after the other, was told of."""
    before: dict[str, Any] | None = None
    told = []
    for number, code in enumerate(codes):
        now = NOW + number * every
        alarm = decide(Outcome(code), before, now, RULES)
        told.append(alarm.due)
        before = {"exit_code": code, "alarm": (alarm.sent(now, code) if alarm.due else alarm).as_json()}
    return told


def test_a_loss_that_the_next_run_mends_wakes_nobody() -> None:
    assert lived([0, 1, 0, 1, 1, 0]) == [False] * 6


def test_losses_that_last_are_told_of_once_and_so_is_their_end() -> None:
    assert lived([1, 1, 1, 1, 0, 0]) == [False, False, True, False, True, False]


def test_a_changed_layout_is_told_of_at_once() -> None:
    assert lived([0, 4, 4, 0]) == [False, True, False, True]
    assert lived([1, 1, 1, 4]) == [False, False, True, True]


def test_what_lasts_is_told_of_again() -> None:
    assert lived([1] * 8, timedelta(hours=12)) == [False, False, True, False, True, False, True, False]


@given(st.lists(st.sampled_from([0, 1, 4]), max_size=40))
def test_an_end_is_told_of_if_and_only_if_a_beginning_was(codes: list[int]) -> None:
    pending = False
    for code, told in zip(codes, lived(codes), strict=True):
        if code == 0:
            assert told == pending
        pending = code != 0 and (pending or told)


def decided(before: Alarm, number: int, run: Outcome) -> Alarm:
    return decide(run, {"exit_code": 1, "alarm": before.as_json()}, NOW + number * timedelta(minutes=5), RULES)


def test_runs_to_which_a_loss_is_not_due_yet_neither_count_nor_end_the_row() -> None:
    """A page that fails for good is requested after 5, 10, 20 minutes: with a run every five, most have nothing to do."""
    alarm = Alarm()
    for number, code in enumerate([1, 1, 0, 1]):
        alarm = decided(alarm, number, Outcome(code, ["a"] if code else [], ["a"] if number else []))
    assert alarm == Alarm(3, due=True, lost=("a",))
    alarm = alarm.sent(NOW, 1)
    assert decided(alarm, 5, Outcome(0, [], ["a"])) == alarm
    assert decided(alarm, 6, Outcome(0)) == Alarm(0, NOW, due=True)


def test_what_is_still_lost_while_something_else_is_lost_is_not_forgotten() -> None:
    assert decided(decided(Alarm(), 0, Outcome(1, ["a"])), 1, Outcome(1, ["b"], ["a"])) == Alarm(2, lost=("b", "a"))


def test_a_run_keeps_as_many_losses_as_its_schema_allows() -> None:
    assert len(decided(Alarm(), 0, Outcome(1, list(map(str, range(150))), ["a"])).lost) == 100


def test_a_page_that_fails_for_good_is_told_of_by_runs_every_five_minutes(
    archive_root: Path, replica: ReplicaServer, tmp_path: Path
) -> None:
    post = index(archive_root / "finews")[-1]
    path = urlsplit(post["url"]).path
    told = tmp_path / "told"
    script = tmp_path / "tell.sh"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {told}\n')
    script.chmod(0o755)
    settings = settings_for(replica.origins, tmp_path / "new", RETRY_TIMES="0", ALERT_COMMAND=str(script), RECHECK_HOURS="1000")
    arguments = ["crawl", *(f"-s{name}={value}" for name, value in settings.items()), "finews"]
    replica.replies[SITE_HOST, path] = [Reply(500, b"", {})]
    begun = datetime.now(UTC) + timedelta(minutes=1)
    with forks_into(tmp_path / "log") as forks:
        codes = [forks.run(arguments, begun + timedelta(minutes=minutes)) for minutes in (0, 1, 5, 30, 35)]
        assert codes == [1, 1, 0, 1, 0]
        assert "3 runs in a row lost something" in told.read_text()
        assert path in told.read_text()
        assert told.read_text().count("backfile: finews:") == 1
        del replica.replies[SITE_HOST, path]
        assert [forks.run(arguments, begun + timedelta(minutes=minutes)) for minutes in (90, 95)] == [0, 0]
    assert told.read_text().count("runs are good again") == 1
    assert post["id"] in {entry["id"] for entry in index(tmp_path / "new" / "finews")}


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", got
        server.shutdown()


@contextmanager
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """As much of a mail server (RFC 5321) as takes one mail a connection."""
    got: list[str] = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines:
                lines.write(b"220 here\r\n")
                lines.flush()
                for line in lines:
                    said = line.strip().upper()
                    if said == b"DATA":
                        lines.write(b"354 go\r\n")
                        lines.flush()
                        got.append(b"".join(iter(lines.readline, b".\r\n")).decode())
                    lines.write(b"221 bye\r\n" if said == b"QUIT" else b"250 ok\r\n")
                    lines.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], got
        listener.shutdown(socket.SHUT_RDWR)


def test_every_way_of_telling(archive_root: Path, replica: ReplicaServer, tmp_path: Path) -> None:
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(503, b"", {})]
    script = tmp_path / "tell.sh"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/text\ncat > {tmp_path}/report.json\n')
    script.chmod(0o755)
    with webhook() as (url, posted), mailbox() as (port, mails):
        settings = {
            "RETRY_TIMES": "0",
            "ALERT_AFTER": "2",
            "ALERT_COMMAND": str(script),
            "ALERT_WEBHOOK": url,
            "ALERT_MAIL": "archivist@example.org",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(port),
            "PROMETHEUS_FILE": str(tmp_path / "backfile.prom"),
        }
        codes = [crawl(replica.origins, archive_root, **settings).returncode for _ in range(3)]
        assert codes == [1, 1, 1]
        assert len(posted) == len(mails) == 1
        assert "2 runs in a row lost something" in posted[0]["text"]
        assert "feed.xml: HTTP 503" in posted[0]["text"]
        assert "Subject: backfile: finews: 2 runs in a row lost something" in mails[0]
        assert (tmp_path / "text").read_text() == posted[0]["text"]
        assert json.loads((tmp_path / "report.json").read_text())["exit_code"] == 1
        assert report(archive_root)["alarm"]["runs"] == 3
        lines = (tmp_path / "backfile.prom").read_text().splitlines()
        assert 'backfile_run_exit_code{site="finews"} 1.0' in lines
        assert 'backfile_runs_not_good{site="finews"} 3.0' in lines
        del replica.replies[SITE_HOST, "/feed.xml"]
        assert crawl(replica.origins, archive_root, **settings).returncode == 0
        assert "good again" in posted[1]["text"]


@pytest.mark.parametrize(
    "way", [{"ALERT_COMMAND": "no-such-command"}, {"ALERT_WEBHOOK": "http://127.0.0.1:9/"}, {"ALERT_WEBHOOK": "file:///etc/x"}]
)
def test_a_way_that_does_not_work_is_named_and_tried_again(
    archive_root: Path, replica: ReplicaServer, way: dict[str, str]
) -> None:
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(404, b"", {})]
    for _ in range(2):
        done = crawl(replica.origins, archive_root, ALERT_AFTER="1", **way)
        assert done.returncode == 1
        assert f"no alert was sent by {next(iter(way))}" in done.stderr
        assert "Traceback" not in done.stderr
        assert report(archive_root)["alarm"]["last"] is None
