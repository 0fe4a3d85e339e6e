"""Runs are killed at any of their writes to the catalog, and whoever follows the archive looks each time."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.changes import Token, current, since
from crawler.archive.index import Index
from tests.archive.test_index import entry

if TYPE_CHECKING:
    from pathlib import Path

_MANY = 10**6


class Killed(Exception):
    """As kill -9 ends a run."""


class Doomed(Catalog):
    """A catalog whose every write is on the disk at once; the process dies with one of them."""

    writes = _MANY

    def write(self, statement: str, values: tuple[object, ...] | dict[str, str] | dict[str, int]) -> None:
        super().write(statement, values)
        self.commit()
        self.writes -= 1
        if self.writes < 0:
            raise Killed


class Follower:
    """Keeps what it is told; what it has is never added again, and what it has not is nothing else."""

    def __init__(self) -> None:
        self.token = Token()
        self.posts: dict[str, str] = {}

    def follow(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "catalog.sqlite")) as db:
            for change in since(db, self.token):
                assert change.line is not None
                assert (change.kind == "added") == (change.id not in self.posts)
                self.posts[change.id] = change.line
            self.token = current(db)


def run(folder: Path, posts: list[tuple[str, int]], writes: int) -> None:
    catalog = Doomed(folder / "catalog.sqlite")
    catalog.writes = writes
    index = Index(folder / "index.jsonl", catalog)
    with suppress(Killed):
        index.recover()
        for post_id in list(index.unconfirmed):
            index.write(json.loads(catalog.post_line(post_id) or ""))
        index.unconfirmed.clear()
        for post_id, version in posts:
            index.write(entry(post_id, version))
        index.close()
        catalog.close()
    catalog._db.close()


def check(folder: Path, runs: list[tuple[list[tuple[str, int]], int]]) -> None:
    follower = Follower()
    for posts, writes in [*runs, ([], _MANY)]:
        run(folder, posts, writes)
        follower.follow(folder)
    index = folder / "index.jsonl"
    lines = index.read_text("utf-8").splitlines() if index.exists() else []
    assert follower.posts == {json.loads(line)["id"]: line for line in lines}


@pytest.mark.parametrize("second", range(10))
def test_a_first_run_and_the_one_that_mends_it_are_killed(tmp_path: Path, second: int) -> None:
    check(tmp_path, [([("1", 1), ("2", 1), ("3", 1)], 8), ([], second)])


RUNS = st.tuples(st.lists(st.tuples(st.sampled_from("1234"), st.integers(1, 3)), max_size=4), st.integers(0, 14))


@settings(max_examples=40)
@given(st.lists(RUNS, max_size=5))
def test_nothing_is_missed_whichever_writes_were_the_last(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[list[tuple[str, int]], int]]
) -> None:
    check(tmp_path_factory.mktemp("archive"), runs)
