"""Texts that readers take for something else, or for the end of a line, come out of JSON lines and CSV as they are."""

from __future__ import annotations

import codecs
import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.column_types import TypeExamples, in_index_order, is_plain_text, write_examples_first
from tests.conftest import missing
from tests.exporters.readers import TOLD, TOLD_CSV, TOLD_JSONL, Rows, written
from tests.exporters.rows import NEW, a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.mark.parametrize(("suffix", "reader"), TOLD)
def test_whatever_a_title_is_it_stays_what_it_is(tmp_path: Path, suffix: str, reader: str) -> None:
    assert_kept(tmp_path / f"x.{suffix}", reader, list(ODD))


#: But DuckDB, to which a column of JSON with times and nothing else is one of times, whatever it is told.
@pytest.mark.parametrize(("suffix", "reader"), [one for one in TOLD if one != ("jsonl", "duckdb")])
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
