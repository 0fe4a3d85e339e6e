"""The SQLite export: found by words of two characters, kept up to date, the same as one made anew."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.filters import Filter
from crawler.reading.search import match, pairs
from tests.archives import a_post, index
from tests.exporters.conftest import Export
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply


def ask(path: Path, query: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query, values).fetchall()


def content(path: Path) -> dict[str, list[Any]]:
    """Everything in it, whatever the order it went in."""
    names = ("posts", "categories", "tags", "securities", "images", "links")
    found = {name: sorted(ask(path, f"SELECT * FROM {name}"), key=repr) for name in names}
    words = ask(
        path, "SELECT id FROM posts JOIN posts_fts ON posts.rowid = posts_fts.rowid WHERE posts_fts MATCH '公司' ORDER BY id"
    )
    return found | {"found": words}


def test_a_word_of_two_characters_is_found_as_it_is_typed(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "sqlite", tmp_path / "x.db")
    texts = ask(tmp_path / "x.db", "SELECT id, title || char(10) || text FROM posts")
    words = Counter(text[at : at + 2] for _, text in texts for at in range(len(text) - 1) if min(text[at : at + 2]) >= "\u4e00")
    query = "SELECT id FROM posts JOIN posts_fts ON posts.rowid = posts_fts.rowid WHERE posts_fts MATCH ? ORDER BY id"
    for word in [
        word for word, _ in words.most_common(400) if len(word) == 2 and all("\u4e00" <= char <= "\u9fff" for char in word)
    ]:
        found = [post_id for (post_id,) in ask(tmp_path / "x.db", query, word)]
        assert found == sorted(post_id for post_id, text in texts if word in text), word


def test_days_categories_sources_and_stories(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "sqlite", tmp_path / "x.db")
    entries = index(crawled / "finews")
    assert dict(ask(tmp_path / "x.db", "SELECT day, posts FROM posts_by_day")) == Counter(
        entry["date"][:10] for entry in entries
    )
    named = Counter(" ".join(entry["categories"]) for entry in entries)
    assert dict(ask(tmp_path / "x.db", "SELECT category, posts FROM posts_by_category")) == named
    assert dict(ask(tmp_path / "x.db", "SELECT source, posts FROM posts_by_source")) == Counter(
        entry["source"] for entry in entries
    )
    assert ask(tmp_path / "x.db", "PRAGMA integrity_check") == [("ok",)]
    assert ask(tmp_path / "x.db", "SELECT group_concat(name) FROM pragma_table_info('stories')")


def test_with_another_filter_it_is_made_anew(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place, some = tmp_path / "x.db", Filter(categories=frozenset({"emnews"}))
    make(archive_root, "sqlite", place)
    everything = content(place)
    make(archive_root, "sqlite", place, some, since_run="last", overwrite=True)
    make(archive_root, "sqlite", tmp_path / "some.db", some)
    assert content(place) == content(tmp_path / "some.db") != everything
    make(archive_root, "sqlite", place, since_run="last")
    assert content(place) == everything


@given(st.text(alphabet="减持计划股公司ab 1，。", max_size=30), st.text(alphabet="减持计划股公司ab 1", min_size=1, max_size=5))
def test_what_is_typed_is_found_where_it_stands(text: str, typed: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE found USING fts5 (text)")
        db.execute("INSERT INTO found VALUES (?)", (pairs(text),))
        hits = db.execute("SELECT count(*) FROM found WHERE found MATCH ?", (match(typed),)).fetchone()[0]
    terms = typed.split()
    if len(terms) == 1 and len(terms[0]) > 1 and terms[0] in text and all(char > "\u2e80" for char in terms[0]):
        assert hits == 1
    if any(term not in text and all(char > "\u2e80" for char in term) for term in terms):
        assert hits == 0 or " " in text or "，" in text or "。" in text


@given(st.text(max_size=20))
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE found USING fts5 (text)")
        db.execute("SELECT count(*) FROM found WHERE found MATCH ?", (match(typed),)).fetchone()


@pytest.mark.parametrize("wanted", [Filter(), Filter(query="新标题")], ids=["all", "filtered"])
def test_brought_up_to_date_it_is_what_a_new_one_would_be(
    archive_root: Path, replica: ReplicaServer, tmp_path: Path, make: Export, wanted: Filter
) -> None:
    place = tmp_path / "x.db"
    make(archive_root, "sqlite", place, wanted)
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    for title in ("更正：新标题", "又一个题目"):
        body = replica.reply(SITE_HOST, path).body.replace(old["title"].encode(), title.encode())
        replica.replies[SITE_HOST, path] = [Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})]
        assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
        make(archive_root, "sqlite", place, wanted, since_run="last")
        make(archive_root, "sqlite", tmp_path / "new.db", wanted)
        assert content(place) == content(tmp_path / "new.db")
        replica.replies.clear()
    assert ask(place, "INSERT INTO posts_fts (posts_fts) VALUES ('integrity-check')") == []
