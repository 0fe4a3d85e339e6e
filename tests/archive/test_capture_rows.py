"""The histories of many posts, asked for together, are those of each asked for alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.capture_rows import CaptureRows
from crawler.archive.catalog.schema import create_indexes, create_tables

URLS = st.sampled_from("abcdefgh")
TIMES = st.sampled_from(["2022-03-01", "2022-03-02", "2022-03-03"])


@given(st.lists(st.tuples(URLS, TIMES), max_size=30), st.permutations("abcdefgh"), st.lists(st.integers(1, 3), max_size=60))
def test_histories_are_those_of_each_post(captures: list[tuple[str, str]], urls: list[str], sizes: list[int]) -> None:
    posts, at = [], 0
    for size in sizes:
        posts.append([urls[(at + more) % len(urls)] for more in range(size)])
        at += size
    with closing(sqlite3.connect(":memory:")) as db:
        create_tables(db)
        create_indexes(db)
        for number, (url, time) in enumerate(captures):
            db.execute(
                "INSERT INTO captures VALUES (NULL, ?, ?, 200, 'response', 'file', ?, 1, 'sha1:A', 1)", (url, time, number)
            )
        rows = CaptureRows(db)
        assert list(rows.histories(posts)) == [rows.history(post) for post in posts]
