"""The example follower of ``docs/follow.md``: killed at any moment, it has in the end what one that nobody disturbed has."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.archives import a_post
from tests.replica.crawl import PROJECT, crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

FOLLOWER = "docs/examples/follow_search.py"


def follow(place: Path, root: Path, kill_after: float | None = None) -> int:
    """Exit code; negative if it was killed before it ended."""
    process = subprocess.Popen(
        [sys.executable, FOLLOWER, "finews", str(place), str(root)],
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    return process.wait(300)


def content(place: Path) -> list[Any]:
    """The posts it has, and which of them are found; the index of words is what the posts say."""
    with closing(sqlite3.connect(place)) as db:
        db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        found = "SELECT posts.id FROM search JOIN posts ON posts.rowid = search.rowid WHERE search MATCH '公司' ORDER BY id"
        return [*db.execute("SELECT * FROM posts ORDER BY id"), *db.execute(found)]


def test_killed_at_any_moment_it_goes_on_where_it_stood(archive_root: Path, replica: ReplicaServer, tmp_path: Path) -> None:
    place, rng = tmp_path / "index.db", Random(3)
    start = time.monotonic()
    assert follow(tmp_path / "first.db", archive_root) == 0
    seconds = time.monotonic() - start
    killed = 0
    while killed < 6:
        if follow(place, archive_root, rng.uniform(seconds / 3, seconds)) < 0:
            killed += 1
        else:  # the machine is quicker now than when it was measured
            seconds /= 1.5
            place.unlink()
    assert follow(place, archive_root) == 0
    assert content(place) == content(tmp_path / "first.db")

    edited = a_post(archive_root)
    path = "/" + edited["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body.replace(edited["title"].encode(), "更正：新标题".encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})]
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    forgotten = next(line[0] for line in content(place) if line[0] != edited["id"])
    done = run("forget", "finews", forgotten, "--reason", "x", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode in (0, 1), done.stdout
    for _ in range(3):
        follow(place, archive_root, rng.uniform(seconds / 3, seconds))
    assert follow(place, archive_root) == 0
    assert follow(tmp_path / "new.db", archive_root) == 0
    assert content(place) == content(tmp_path / "new.db")
    titles = {line[0]: line[1] for line in content(place) if len(line) > 1}
    assert titles[edited["id"]] == "更正：新标题"
    assert forgotten not in titles


@pytest.mark.parametrize("words", [("nope", "{place}"), ("finews", "{place}", "{nowhere}"), ("finews",), ()], ids=str)
def test_what_it_cannot_follow_is_no_success(tmp_path: Path, words: tuple[str, ...]) -> None:
    given = [word.format(place=tmp_path / "index.db", nowhere=tmp_path / "nowhere") for word in words]
    done = subprocess.run(
        [sys.executable, FOLLOWER, *given],
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
