"""Ctrl-C at every line of what writes to the catalog: it is closed in order afterwards, and nothing is lost."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.catalog_database import CatalogDatabase
from crawler.archive.catalog.sql_function import sql_function
from crawler.archive.index import Index
from crawler.exporters.sqlite import _transaction
from tests.archive.test_index import entry, lines, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType, FrameType


@contextmanager
def interrupted(code: CodeType, after: int) -> Iterator[None]:
    """Raise what Ctrl-C raises before a line of a function, the first time that ``after`` lines of it were run."""
    left = [after]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code is not code:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == -1:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("after", range(9))
@pytest.mark.parametrize("name", ["write", "commit"])
def test_a_catalog_is_closed_in_order(tmp_path: Path, name: str, after: int) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.set_number("before", 1)
    catalog.set_file_size("a.warc.gz", 7)
    with suppress(KeyboardInterrupt), interrupted(getattr(CatalogDatabase, name).__code__, after):
        catalog.write("INSERT INTO post_urls VALUES (?, ?)", ("u", "1"))
        catalog.commit()
    catalog.close()
    again = Catalog(tmp_path / "catalog.sqlite")
    assert (again.number("before"), again.file_size("a.warc.gz")) == (1, 7)
    assert again.post_urls("1") == ["u"] or name == "write"
    again.close()


@pytest.mark.parametrize("after", range(8))
def test_no_line_of_an_index_is_unknown_to_the_catalog(tmp_path: Path, after: int) -> None:
    index, _ = opened(tmp_path)
    with suppress(KeyboardInterrupt), interrupted(Index.write.__code__, after):
        index.write(entry("1"))
    index.close()
    index._catalog.close()
    again, repaired = opened(tmp_path)
    assert repaired == []
    there = [("1", 1)] if (tmp_path / "index.jsonl").exists() else []
    assert again._catalog.number_of_posts() == len(there)
    assert not there or lines(tmp_path) == there
    again._catalog.close()


@pytest.mark.parametrize("after", range(9))
def test_an_export_that_is_brought_up_to_date(tmp_path: Path, after: int) -> None:
    path = tmp_path / "finews.db"
    path.touch()
    with _transaction(path) as db:
        db.execute("CREATE TABLE found (id)")
    with suppress(KeyboardInterrupt), interrupted(_transaction.__wrapped__.__code__, after), _transaction(path) as db:
        db.execute("INSERT INTO found VALUES (1)")
    with _transaction(path) as db:
        assert db.execute("SELECT count(*) FROM found").fetchone() in ((0,), (1,))


@pytest.mark.parametrize("tracebacks", [False, True])
@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError])
def test_what_ends_a_function_that_sql_calls_is_no_fault_of_the_database(raised: type[BaseException], tracebacks: bool) -> None:
    def ends(_: object) -> None:
        raise raised

    sqlite3.enable_callback_tracebacks(tracebacks)  # as Datasette does for the whole process
    with closing(sqlite3.connect(":memory:")) as db, pytest.raises(raised), sql_function(db, "ours", ends):
        db.execute("SELECT ours(1)").fetchall()
