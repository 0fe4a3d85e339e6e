"""The SQLite export: whatever is typed is found, it is kept up to date, and is the same as one made anew."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from datasette.utils import escape_fts
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.filters import Filter
from crawler.text.search import REACH, match, searchable
from tests.archives import a_post, index
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exporters.conftest import Export


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


FOUND = "SELECT id FROM posts JOIN posts_fts ON posts.rowid = posts_fts.rowid WHERE posts_fts MATCH ? ORDER BY id"


def test_words_of_any_length_are_found_as_they_are_typed(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "sqlite", tmp_path / "x.db")
    texts = ask(tmp_path / "x.db", "SELECT id, title || char(10) || text FROM posts")
    words = {"A股", "2亿", "股", "海外业务"}
    for length in (1, 2, 3, 4, 7, 12, REACH):
        every = Counter(text[at : at + length] for _, text in texts for at in range(len(text) - length + 1))
        words |= {word for word, _ in every.most_common(150) if re.fullmatch("[\u4e00-\u9fff\\d]*[\u4e00-\u9fff]", word)}
    assert len(words) > 400
    for word in sorted(words):
        expected = sorted(post_id for post_id, text in texts if word in text)
        for query in (word, escape_fts(word), match(word)):
            assert [post_id for (post_id,) in ask(tmp_path / "x.db", FOUND, query)] == expected, query


def test_titles_are_found_whole_as_they_stand(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "sqlite", tmp_path / "x.db")
    for post_id, title in ask(tmp_path / "x.db", "SELECT id, title FROM posts"):
        for query in (escape_fts(title), match(title), f"title: {match(title)}"):
            assert (post_id,) in ask(tmp_path / "x.db", FOUND, query), title


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


def hits(text: str, query: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE found USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')")
        db.execute("INSERT INTO found VALUES (?)", (searchable(text),))
        return bool(db.execute("SELECT count(*) FROM found WHERE found MATCH ?", (query,)).fetchone()[0])


CHINESE = "减持计划股公司A12 ，。\n"


@given(st.text(alphabet=CHINESE, min_size=1, max_size=60), st.data())
def test_any_part_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text)))
    part = text[begin : data.draw(st.integers(begin, len(text)))]
    for run in re.findall(r"[^\W_]+", part):
        whole = run if len(run) <= REACH else run[:REACH]
        if not re.search(rf"A(?={re.escape(whole)})|(?<=A){re.escape(whole)}", text) or "A" not in whole:
            for query in (whole, escape_fts(whole), match(run)):
                assert hits(text, query), query


@given(st.text(alphabet=CHINESE, max_size=40), st.text(alphabet="减持计划股公司", min_size=1, max_size=REACH))
def test_what_does_not_stand_there_is_not_found(text: str, typed: str) -> None:
    assert hits(text, match(typed)) == hits(text, typed) == (typed in text)


@given(st.text(alphabet="减持计划股公司", min_size=REACH + 1, max_size=90), st.text(alphabet=CHINESE, max_size=20))
def test_what_is_longer_is_found_piece_by_piece(typed: str, more: str) -> None:
    assert hits(f"{more}{typed}，{more}", match(typed))
    assert not hits(f"{more}{typed[1:-1]}，{typed[: REACH - 1]}", match(f"一{typed}"))
    assert hits(f"{more}，{typed}。{more}", typed)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("公司拟减持约2.5亿元。", "2.5亿"),
        ("公司拟减持约2.5亿元。", "约2.5亿元"),
        ("营收1,234.5亿元", "1,234.5亿"),
        ("截至2022-03-01收盘", "2022-03-01"),
        ("总统唐纳德·特朗普说", "唐纳德·特朗普"),
        ("发布了annual report全文", '"annual report"'),
        ("An annual report, 2022.", "Annual report"),
        ("一览S&P500指数", "S&P500"),
        ("海外业务：约2亿元，同比增长", "海外业务：约2亿元"),
        ("café 的股", "cafe\u0301"),
        ("沪深A股", "a股"),
        ("涨了12.5%", "12.5%"),
    ],
)
def test_mixed_terms_are_found(text: str, typed: str) -> None:
    for query in (escape_fts(typed), match(typed)):
        assert hits(text, query), query
    assert not hits("公司拟减持约25亿元。1,2345亿元。2022年03月01日，唐纳德与特朗普。", match(typed))


@pytest.mark.parametrize("unit", ["一", "一1", "1一.", "a ", "a一-", "一·", "9", "，", "一" * 255 + "，"])
def test_the_index_of_a_text_grows_as_the_text(unit: str) -> None:
    for letters in (3_000, 30_000, 300_000):
        text = (unit * letters)[:letters]
        assert len(searchable(text)) < 400 * letters


@given(st.text(max_size=20) | st.text(alphabet="\"'*-():^+ \0ANDORNOT股", max_size=20))
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
