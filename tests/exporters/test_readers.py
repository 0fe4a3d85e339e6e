"""What pandas, DuckDB, polars and the csv module make of JSON lines and CSV, told nothing, and as the documents tell them."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.column_types import TypeExamples, in_index_order, is_plain_text, write_examples_first
from crawler.exporters.filters import Filter
from crawler.exporters.lines import columns, write_csv, write_jsonl
from tests.archives import index
from tests.conftest import missing
from tests.exporters.rows import NEW, a_row, bare, numbered, packed

if TYPE_CHECKING:
    from tests.exporters.conftest import Export

Rows = list[dict[str, Any]]
Reader = Callable[[Path], Rows]


def of_duckdb(query: str) -> Rows:
    found = duckdb.sql(query)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def of_pandas(frame: pd.DataFrame) -> Rows:
    return [
        {str(name): None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def of_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


#: Told nothing.
NAIVE_CSV: dict[str, Reader] = {
    "pandas": lambda path: of_pandas(pd.read_csv(path)),
    "duckdb": lambda path: of_duckdb(f"FROM '{path}'"),
    "polars": lambda path: pl.read_csv(path).to_dicts(),
}
NAIVE_JSONL: dict[str, Reader] = {
    "pandas": lambda path: of_pandas(pd.read_json(path, lines=True)),
    "duckdb": lambda path: of_duckdb(f"FROM read_json_auto('{path}')"),
    "polars": lambda path: pl.read_ndjson(path).to_dicts(),
}
_KEPT = {"dtype": "string", "keep_default_na": False}
#: Told that text is text, as docs/export.md says.
TOLD_CSV: dict[str, Reader] = {
    "pandas": lambda path: pd.read_csv(path, **_KEPT).to_dict("records"),
    "duckdb": lambda path: of_duckdb(f"FROM read_csv('{path}', all_varchar = true, allow_quoted_nulls = false)"),
    "polars": lambda path: pl.read_csv(path, infer_schema=False).to_dicts(),
    "csv": of_csv,
}
TOLD_JSONL: dict[str, Reader] = NAIVE_JSONL | {"pandas": lambda path: of_pandas(pd.read_json(path, lines=True, dtype=False))}

ALERT_SENT = [("csv", name) for name in TOLD_CSV] + [("jsonl", name) for name in TOLD_JSONL]

NEW_LAST = [*numbered(30_000), a_row(first_seen="2022-03-02T01:00:00.000000Z")]
LAYOUTS: dict[str, Rows] = {
    "new numbering first": [a_row(), *numbered(200)],
    "both": [*numbered(200), a_row(), *numbered(200)],
    "30,000 of digits first": NEW_LAST,
}


def written(rows: Iterable[dict[str, Any]], path: Path) -> Path:
    if path.suffix == ".csv":
        write_csv(packed(rows, "csv"), path)
    else:
        write_jsonl(packed(rows, "jsonl"), path)
    return path


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each of them as JSON lines and as CSV."""
    folder = tmp_path_factory.mktemp("layouts")
    for name, rows in LAYOUTS.items():
        for suffix in ("csv", "jsonl"):
            written(rows, folder / f"{name}.{suffix}")
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("suffix", "reader"), [("csv", name) for name in NAIVE_CSV] + [("jsonl", name) for name in NAIVE_JSONL]
)
def test_told_nothing_a_reader_takes_ids_as_text(layouts: Path, layout: str, suffix: str, reader: str) -> None:
    rows = LAYOUTS[layout]
    found = (NAIVE_CSV if suffix == "csv" else NAIVE_JSONL)[reader](layouts / f"{layout}.{suffix}")
    for name in ("id", "group", "url", "author", "source", "language"):
        assert sorted(map(str, (row[name] for row in found))) == sorted(map(str, (row[name] for row in rows))), name
    assert {str(row["day"])[:10] for row in found} == {"2022-03-01"}
    for name in ("bytes", "length"):
        assert {row[name] for row in found} == {row[name] for row in rows}


@pytest.mark.parametrize(
    ("suffix", "reader"), [("csv", name) for name in NAIVE_CSV] + [("jsonl", name) for name in NAIVE_JSONL]
)
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


@pytest.mark.parametrize(("suffix", "reader"), ALERT_SENT)
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


@pytest.mark.parametrize(("suffix", "reader"), [("csv", name) for name in TOLD_CSV] + [("jsonl", name) for name in TOLD_JSONL])
def test_where_all_ids_are_digits_a_reader_who_is_told_keeps_them(tmp_path: Path, suffix: str, reader: str) -> None:
    rows = [bare(post_id) for post_id in ("202112082206935918", "000123", "9" * 25)]
    path = written(rows, tmp_path / f"x.{suffix}")
    found = (TOLD_CSV if suffix == "csv" else TOLD_JSONL)[reader](path)
    assert [row["id"] for row in found] == [row["id"] for row in rows]


#: What readers take for numbers, nothing, truth, times, or the end of something.
ODD = (
    *(
        "NA",
        "N/A",
        "nan",
        "null",
        "None",
        "2022",
        "007",
        "1e10",
        "inf",
        "true",
        "no",
        "2022-03-01",
        "08:00",
        "[]",
        "{}",
        "0x1f",
    ),
    *(
        "a\rb",
        "a\r\nb",
        "a\nb",
        "a\0b",
        "\0",
        "a\x85b",
        "\x85",
        "a\u2028b\u2029c",
        "end\r",
        'a"b',
        '"',
        '""',
        "a\\",
        '\\"',
        "a,b",
    ),
    *(" x ", "\ufefft", "a\tb", "=1+1", "#x", "'x", "\x1a", "\x1b[2J", "\x0b\x0c\x1c\x1d\x1e", "💹", ";", "-", "21", "1_000"),
)


@pytest.mark.parametrize(("suffix", "reader"), ALERT_SENT)
def test_whatever_a_title_is_it_stays_what_it_is(tmp_path: Path, suffix: str, reader: str) -> None:
    assert_kept(tmp_path / f"x.{suffix}", reader, list(ODD))


#: But DuckDB, to which a column of JSON with times and nothing else is one of times, whatever it is told.
@pytest.mark.parametrize(("suffix", "reader"), [one for one in ALERT_SENT if one != ("jsonl", "duckdb")])
def test_titles_that_are_all_alike_stay_what_they_are(tmp_path: Path, suffix: str, reader: str) -> None:
    for title in ODD:
        assert_kept(tmp_path / f"x.{suffix}", reader, [title] * 3)


def assert_kept(path: Path, reader: str, titles: list[str]) -> None:
    rows = [a_row(f"NW{number:03}", title=title, source=title) for number, title in enumerate(titles)]
    found = (TOLD_CSV if path.suffix == ".csv" else TOLD_JSONL)[reader](written(rows, path))
    names = ("id", "title", "source")
    assert sorted(tuple(row[name] for name in names) for row in found) == sorted(
        tuple(row[name] for name in names) for row in rows
    )


@pytest.mark.parametrize("reader", ["duckdb", "polars"])
def test_nothing_is_told_from_an_empty_text(tmp_path: Path, reader: str) -> None:
    path = written([a_row("NW1", source=None, author=""), a_row("NW2", source="", author=None)], tmp_path / "x.csv")
    found = TOLD_CSV[reader](path)
    assert [(row["source"], row["author"]) for row in found] == [(None, ""), ("", None)]


def line_ends() -> Iterator[str]:
    """Whatever Python takes for the end of a line."""
    yield from (chr(code) for code in range(0x3000) if len(f"a{chr(code)}b".splitlines()) == 2)


def test_a_line_is_a_line_to_everybody(tmp_path: Path) -> None:
    rows = [
        a_row(f"NW{ord(char):05}", title=f"a{char}b", tags=[char], links=[{"url": "https://x", "text": char}])
        for char in line_ends()
    ]
    assert len(rows) >= 10
    path = written(rows, tmp_path / "x.jsonl")
    text = path.read_text("utf-8")
    assert list(map(json.loads, text.splitlines())) == rows
    with path.open(encoding="utf-8") as lines, codecs.getreader("utf-8")(path.open("rb")) as stream:
        assert list(map(json.loads, lines)) == rows
        assert list(map(json.loads, stream)) == rows, "it splits as str.splitlines does"
    node = shutil.which("node") or missing("node", "apt-get install nodejs")
    script = (
        "const lines = require('fs').readFileSync(process.argv[1], 'utf-8').trimEnd().split(/[\\n\\r\\u2028\\u2029\\u0085]/);"
        "console.log(JSON.stringify(lines.map((line) => JSON.parse(line).title)))"
    )
    done = subprocess.run([node, "-e", script, path], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [row["title"] for row in rows]


def test_what_has_no_such_character_has_the_bytes_it_always_had(tmp_path: Path) -> None:
    row = a_row()
    assert (
        written([row], tmp_path / "x.jsonl").read_bytes()
        == json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    )


def test_the_columns_are_numbers_text_and_json(tmp_path: Path) -> None:
    text = written([a_row(title='Say "no"', source=None)], tmp_path / "x.csv").read_bytes().decode()
    assert text.startswith('"id","site",')
    assert ',900,"Say ""no""","2022-03-01T08:34:23+08:00","2022-03-01","[""emnews""]","[""东财滚动新闻""]",,' in text
    assert text.endswith("\r\n")


WORDS = st.one_of(st.sampled_from([*ODD, NEW, "公司"]), st.none(), st.text(max_size=4))
ORDERS = st.lists(
    st.fixed_dictionaries({"id": WORDS, "title": WORDS, "tags": st.lists(WORDS.filter(bool), max_size=2)}), max_size=12
)


@given(ORDERS)
def test_few_rows_lead_the_others_keep_their_order_and_it_can_be_undone(rows: Rows) -> None:
    rows = [row | {"first_seen": f"{number:02}", "id": str(row["id"])} for number, row in enumerate(rows)]
    out, columns = BytesIO(), ("id", "title", "tags")
    assert write_examples_first(
        ((row, json.dumps(row).encode() + b"\n") for row in rows), out, columns, Path("/nowhere")
    ) == len(rows)
    found = list(map(json.loads, out.getvalue().splitlines()))
    examples = TypeExamples(columns)
    lead = [row for row in rows if examples.takes(row)]
    assert len(lead) <= len(columns)
    assert found == [*lead, *(row for row in rows if row not in lead)]
    assert [row for row, _ in in_index_order(((row, b"") for row in found), columns)] == rows


@pytest.mark.parametrize("word", [word for word in ODD if word.isascii() and word.isalnum()])
def test_what_a_reader_takes_for_something_else_is_no_plain_text(word: str) -> None:
    assert not is_plain_text(word)


@given(
    st.one_of(
        st.floats().map(str), st.integers().map(str), st.datetimes().map(str), st.uuids().map(str), st.booleans().map(str)
    )
)
def test_no_number_time_or_truth_is_plain_text(text: str) -> None:
    assert not is_plain_text(text)


def test_a_gzip_file_is_read_by_its_name(tmp_path: Path) -> None:
    path = written(numbered(3), tmp_path / "x.jsonl.gz")
    with gzip.open(path) as lines:
        assert len(list(lines)) == 3
    assert pl.read_ndjson(path)["id"].to_list() == [row["id"] for row in numbered(3)]


def test_every_column_of_the_table_is_a_field() -> None:
    assert {field.name for field in columns()} == set(a_row()) - {"markdown", "body", "raw"}
