"""Tables of plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.report.display import columns_of, printable
from crawler.report.status.table import Column, table

COLUMNS = (
    Column("first", right=False),
    Column("kept"),
    Column("goes", leaves=1),
    Column("goes too", leaves=2),
    Column("last", right=False),
)
TEXT = st.text("ab 公\u0301", max_size=30).map(printable)
ROWS = st.lists(
    st.tuples(st.text("ab", max_size=16), st.text("12", max_size=5), st.text("12", max_size=9), TEXT, TEXT), max_size=5
)


@given(ROWS, st.integers(40, 200))
def test_no_line_is_longer_than_the_terminal(rows: list[tuple[str, ...]], width: int) -> None:
    lines = table(COLUMNS, rows, width)
    assert len(lines) == len(rows) + 1
    assert all(columns_of(line) <= width for line in lines)
    for line, row in zip(lines[1:], rows, strict=True):
        assert row[0].strip() in line
        assert row[1].strip() in line


@given(ROWS)
def test_into_a_pipe_nothing_is_cut(rows: list[tuple[str, ...]]) -> None:
    lines = table(COLUMNS, rows, None)
    for line, row in zip(lines[1:], rows, strict=True):
        assert all(cell.strip() in line for cell in row)
    assert all(column.name in lines[0] for column in COLUMNS)


def test_columns_stand_below_each_other_in_chinese_too() -> None:
    lines = table((Column("name", right=False), Column("posts")), [["公司", "1"], ["a", "22"]], None)
    assert len({columns_of(line) for line in lines}) == 1


def test_what_does_not_fit_is_left_out_before_it_is_cut() -> None:
    row = ["2022-03-01 08:00", "1", "2", "3", "limit=10 category=emnews since=2022-03-01"]
    wide, middle, narrow = (table(COLUMNS, [row], width) for width in (90, 60, 40))
    assert "limit=10 category=emnews since=2022-03-01" in wide[1]
    assert "goes" in middle[0]
    assert middle[1].endswith("...")
    assert narrow[0].split() == ["first", "kept", "last"]


@given(st.text())
def test_no_text_steers_a_terminal(text: str) -> None:
    assert printable(text).isprintable()
