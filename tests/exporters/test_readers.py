"""What pandas, DuckDB, polars and the csv module make of JSON lines and CSV, told nothing, and as the documents tell them."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import polars as pl
import pytest

from crawler.exporters.filters import Filter
from crawler.exporters.lines import columns
from tests.archives import index
from tests.exporters.readers import NAIVE, NAIVE_CSV, NAIVE_JSONL, TOLD, TOLD_CSV, TOLD_JSONL, Rows, written
from tests.exporters.rows import NEW, a_row, bare, numbered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exporters.conftest import Export


NEW_LAST = [*numbered(30_000), a_row(first_seen="2022-03-02T01:00:00.000000Z")]
LAYOUTS: dict[str, Rows] = {
    "new numbering first": [a_row(), *numbered(200)],
    "both": [*numbered(200), a_row(), *numbered(200)],
    "30,000 of digits first": NEW_LAST,
}


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each of them as JSON lines and as CSV."""
    folder = tmp_path_factory.mktemp("layouts")
    for name, rows in LAYOUTS.items():
        for suffix in ("csv", "jsonl"):
            written(rows, folder / f"{name}.{suffix}")
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("suffix", "reader"), NAIVE)
def test_told_nothing_a_reader_takes_ids_as_text(layouts: Path, layout: str, suffix: str, reader: str) -> None:
    rows = LAYOUTS[layout]
    found = (NAIVE_CSV if suffix == "csv" else NAIVE_JSONL)[reader](layouts / f"{layout}.{suffix}")
    for name in ("id", "group", "url", "author", "source", "language"):
        assert sorted(map(str, (row[name] for row in found))) == sorted(map(str, (row[name] for row in rows))), name
    assert {str(row["day"])[:10] for row in found} == {"2022-03-01"}
    for name in ("bytes", "length"):
        assert {row[name] for row in found} == {row[name] for row in rows}


@pytest.mark.parametrize(("suffix", "reader"), NAIVE)
def test_told_nothing_a_reader_takes_a_whole_archive(
    crawled: Path, tmp_path: Path, make: Export, suffix: str, reader: str
) -> None:
    make(crawled, suffix, tmp_path / f"x.{suffix}")
    found = (NAIVE_CSV if suffix == "csv" else NAIVE_JSONL)[reader](tmp_path / f"x.{suffix}")
    entries = {entry["id"]: entry for entry in index(crawled / "finews")}
    assert {row["id"]: (row["title"], row["source"], str(row["day"])[:10]) for row in found} == {
        post_id: (entry["title"], entry["source"], entry["date"][:10]) for post_id, entry in entries.items()
    }
    assert {row["group"] for row in found} <= entries.keys()


@pytest.mark.parametrize(("suffix", "reader"), TOLD)
def test_told_a_reader_takes_a_part_whose_ids_are_all_digits(
    crawled: Path, tmp_path: Path, make: Export, suffix: str, reader: str
) -> None:
    make(crawled, suffix, tmp_path / f"x.{suffix}", Filter(categories=frozenset({"emnews"})))
    found = (TOLD_CSV if suffix == "csv" else TOLD_JSONL)[reader](tmp_path / f"x.{suffix}")
    expected = {entry["id"] for entry in index(crawled / "finews") if entry["categories"] == ["emnews"]}
    assert {row["id"] for row in found} == expected
    assert all(post_id.isdigit() for post_id in expected)


@pytest.mark.parametrize("reader", NAIVE_JSONL)
def test_told_nothing_a_reader_takes_lists_that_come_late(layouts: Path, reader: str) -> None:
    found = {row["id"]: row for row in NAIVE_JSONL[reader](layouts / "30,000 of digits first.jsonl")}
    for name in ("securities", "links", "images", "notes", "tags"):
        assert found[NEW][name] == NEW_LAST[-1][name]
        assert found[NEW_LAST[0]["id"]][name] == []


@pytest.mark.parametrize(("suffix", "reader"), TOLD)
def test_where_all_ids_are_digits_a_reader_who_is_told_keeps_them(tmp_path: Path, suffix: str, reader: str) -> None:
    rows = [bare(post_id) for post_id in ("202112082206935918", "000123", "9" * 25)]
    path = written(rows, tmp_path / f"x.{suffix}")
    found = (TOLD_CSV if suffix == "csv" else TOLD_JSONL)[reader](path)
    assert [row["id"] for row in found] == [row["id"] for row in rows]


def test_the_columns_are_numbers_text_and_json(tmp_path: Path) -> None:
    text = written([a_row(title='Say "no"', source=None)], tmp_path / "x.csv").read_bytes().decode()
    assert text.startswith('"id","site",')
    assert ',900,"Say ""no""","2022-03-01T08:34:23+08:00","2022-03-01","[""emnews""]","[""东财滚动新闻""]",,' in text
    assert text.endswith("\r\n")


def test_a_gzip_file_is_read_by_its_name(tmp_path: Path) -> None:
    path = written(numbered(3), tmp_path / "x.jsonl.gz")
    with gzip.open(path) as lines:
        assert len(list(lines)) == 3
    assert pl.read_ndjson(path)["id"].to_list() == [row["id"] for row in numbered(3)]


def test_every_column_of_the_table_is_a_field() -> None:
    assert {field.name for field in columns()} == set(a_row()) - {"markdown", "body", "raw"}
