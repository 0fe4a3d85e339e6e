"""Who follows an archive is told every change once, in order, whatever happened to the archive in between."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.changes import Token, current, note, note_all, since
from crawler.archive.catalog.schema import create_indexes, create_tables
from tests.archives import a_post, index
from tests.crash.ground import NOW, ground
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Follower:
    """Keeps what it is told of by ``scrapy changes``, and the token of the last line."""

    def __init__(self, root: Path) -> None:
        self._settings = {"ARCHIVE_ROOT": str(root)}
        self.posts: dict[str, dict] = {}
        self.token = "0"
        self.told: list[tuple[str, str]] = []

    def follow(self) -> list[tuple[str, str]]:
        """Gives what this time was told, kind and ID."""
        done = run("changes", "finews", "--since", self.token, settings=self._settings)
        assert done.returncode == 0, done.stdout + done.stderr
        self.told = []
        for line in map(json.loads, done.stdout.splitlines()):
            self.token = line["token"]
            if line["change"] == "reset":
                self.posts.clear()
                self.told.append(("reset", ""))
                continue
            if line["change"] == "end":
                continue
            self.told.append((line["change"], line["id"]))
            if line["change"] == "forgotten":
                del self.posts[line["id"]]
            else:
                self.posts[line["id"]] = line["post"]
        assert len(self.told) == len(set(self.told))
        return self.told


def edit(replica: ReplicaServer, entry: dict, title: str) -> None:
    path = "/" + entry["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body.replace(entry["title"].encode(), title.encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]


def test_a_follower_has_what_the_archive_has(replica: ReplicaServer, tmp_path: Path) -> None:
    assert crawl(replica.origins, tmp_path, "-a", "limit=20").returncode == 0
    follower = Follower(tmp_path)
    assert {kind for kind, _ in follower.follow()} == {"added"}
    assert follower.follow() == []
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert {kind for kind, _ in follower.follow()} == {"added"}
    old, other = [entry for entry in index(tmp_path / "finews") if entry["body_from"] == "share" and not entry["notes"]][:2]
    edit(replica, old, "更正：新标题")
    gone = "/" + other["url"].split("/", 3)[3]
    replica.replies[SITE_HOST, gone] = [Reply(404, b"", {})]
    crawl(replica.origins, tmp_path, "-a", "recheck=1")
    assert ("changed", old["id"]) in follower.follow()
    assert follower.posts == {entry["id"]: entry for entry in index(tmp_path / "finews")}


def test_only_what_a_rebuild_changed_is_told(archive_root: Path) -> None:
    follower = Follower(archive_root)
    follower.follow()
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert follower.follow() == []
    assert run("catalog", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert follower.follow()[0] == ("reset", ""), "a new catalog counts anew, and says so"
    assert follower.posts == {entry["id"]: entry for entry in index(archive_root / "finews")}


def test_nothing_is_missed_or_told_twice_whenever_runs_are_killed(tmp_path: Path) -> None:
    rng = Random(4)
    with ground(tmp_path) as made:
        root = tmp_path / "root"
        follower, told = Follower(root), []
        for number in range(6):
            made.crawl(root, NOW, kill_after=rng.uniform(0.3, made.seconds))
            if (root / "finews" / "catalog.sqlite").exists():
                told += [(number, what) for what in follower.follow()]
        assert made.crawl(root, NOW) == 0
        told += [(6, what) for what in follower.follow()]
    assert follower.posts == {entry["id"]: entry for entry in index(root / "finews")}
    added = [post_id for _, (kind, post_id) in told if kind == "added"]
    assert sorted(added) == sorted(follower.posts)


@contextmanager
def catalog() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        create_tables(db)
        create_indexes(db)
        yield db


def synced(db: sqlite3.Connection) -> None:
    db.execute("INSERT OR REPLACE INTO meta SELECT 'synced_changes', coalesce(max(seq), 0) FROM changes")


STEPS = st.lists(
    st.tuples(st.sampled_from(["set", "forget", "sync", "follow", "rebuild"]), st.sampled_from("abc"), st.integers(0, 2)),
    max_size=40,
)


def follow(db: sqlite3.Connection, token: Token, has: dict[str, str]) -> Token:
    for change in since(db, token):
        assert change.kind != "added" or change.id not in has
        if change.line is None:
            has.pop(change.id, None)
        else:
            has[change.id] = change.line
    return current(db)


@given(STEPS)
def test_a_follower_at_any_moment_has_what_was_synced(steps: list[tuple[str, str, int]]) -> None:
    with catalog() as db:
        db.execute("INSERT INTO meta VALUES ('epoch', 7)")
        token, has = Token(), dict[str, str]()

        def put(post_id: str, line: str | None) -> None:
            db.execute("DELETE FROM posts WHERE id = ?", (post_id,))
            if line is not None:
                db.execute("INSERT INTO posts VALUES (?, '', '', '', 0, '', ?)", (post_id, line))
            db.execute(*note(post_id, line))

        for what, post_id, value in [*steps, ("sync", "a", 0), ("follow", "a", 0)]:
            if what == "set":
                put(post_id, f"{post_id}{value}")
            elif what == "forget" and db.execute("SELECT 1 FROM posts WHERE id = ?", (post_id,)).fetchone():
                put(post_id, None)
            elif what in ("sync", "rebuild"):
                synced(db) if what == "sync" else note_all(db)
            elif what == "follow":
                token = follow(db, token, has)
        assert has == dict(db.execute("SELECT id, line FROM posts").fetchall())
        assert list(since(db, token)) == []
        assert current(db).epoch == 7


@pytest.mark.parametrize("token", ["x", "1-", "-1", "g-1", "1-1-1", "１-1", "1--1"])
def test_what_is_no_token_is_said_in_a_line(crawled: Path, token: str) -> None:
    done = run("changes", "finews", f"--since={token}", settings={"ARCHIVE_ROOT": str(crawled)})
    assert done.returncode == 2
    assert "is no token" in done.stderr


@pytest.mark.parametrize("time", ["2022-03", "2022-03-01", "2022-03-01T08:30", f"{'f' * 16}-1", f"1-{'9' * 19}"])
def test_a_time_or_a_number_beyond_all_is_no_token(crawled: Path, time: str) -> None:
    done = run("changes", "finews", "--since", time, settings={"ARCHIVE_ROOT": str(crawled)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert ("no time" if time.startswith("2022") else "is no token") in done.stderr


def test_tokens_are_read_as_they_are_written() -> None:
    assert Token.read(str(Token(2**48 - 1, 17))) == Token(2**48 - 1, 17)
    assert Token.read("0") == Token.read("") == Token()


def test_a_post_that_is_gone_is_told(archive_root: Path, replica: ReplicaServer) -> None:
    follower = Follower(archive_root)
    follower.follow()
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    for host, name in [(SITE_HOST, "/"), (SITE_HOST, "/feed.xml")]:
        assert replica.reply(host, name).status == 200
    replica.replies[SITE_HOST, path] = [Reply(410, b"", {})]
    crawl(replica.origins, archive_root, "-a", "recheck=1")
    entry = next(entry for entry in index(archive_root / "finews") if entry["id"] == old["id"])
    told = follower.follow()
    assert (("gone", old["id"]) in told) == (entry["status"] == "gone")
    assert follower.posts[old["id"]] == entry
