"""What an export says of itself, and whether that makes it fit to be brought up to date."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.changes import Token
from crawler.exporters.checkpoint import Checkpoint, checkpoint_of
from crawler.exporters.filters import Filter
from crawler.exporters.output import MANIFEST
from crawler.period import Period

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.frozensets(st.text(min_size=1, max_size=3), max_size=3)
FILTERS = st.builds(
    Filter,
    categories=WORDS,
    tags=WORDS,
    sources=WORDS,
    fidelities=WORDS,
    query=st.text(max_size=3),
    period=st.sampled_from([Period(), Period("2022-03-01T00:00:00")]),
)
STANDS = st.builds(Checkpoint, st.builds(Token, st.integers(0, 3), st.integers(0, 9)), st.builds(Filter.as_json, FILTERS))


@given(FILTERS, FILTERS)
def test_filters_say_the_same_if_they_are(one: Filter, other: Filter) -> None:
    assert (one.as_json() == other.as_json()) == (one == other)


@given(STANDS)
def test_what_it_says_is_read_again(checkpoint: Checkpoint) -> None:
    assert Checkpoint.read(json.loads(json.dumps(checkpoint.about()))) == checkpoint


@given(st.dictionaries(st.sampled_from(["token", "filter"]), st.one_of(st.none(), st.integers(), st.text(max_size=5))))
def test_anything_else_is_no_checkpoint(about: dict[str, Any]) -> None:
    assert Checkpoint.read(about) is None or about["token"] in ("", "0") or "-" in about["token"]


@given(STANDS, STANDS)
def test_only_the_same_filter_and_numbering_lead_on(one: Checkpoint, other: Checkpoint) -> None:
    expected = one.filter == other.filter and one.token.epoch == other.token.epoch and one.token.seq <= other.token.seq
    assert one.precedes(other) == expected
    assert one.precedes(one)


def test_what_is_none_of_ours_stands_nowhere(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database")
    (tmp_path / "folder").mkdir()
    for number, mark in enumerate(("", "[]", "{}", '{"token": 1, "filter": ""}')):
        (tmp_path / f"marked{number}").mkdir()
        (tmp_path / f"marked{number}" / MANIFEST).write_text(mark)
    for version, name in ((1, "old"), (2, "empty")):
        with closing(sqlite3.connect(tmp_path / name)) as db:
            db.execute(f"PRAGMA user_version = {version}")
    assert [path.name for path in (*tmp_path.iterdir(), tmp_path / "none") if checkpoint_of(path, 2) is not None] == []
