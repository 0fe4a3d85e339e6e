from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.console.status_line import StatusLine, fitted, may_move

PARTS = ("199 answers", "69 new posts", "0 changed", "12 requests waiting")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(st.lists(st.text("abc 0", min_size=1, max_size=20), max_size=5), st.integers(0, 100))
def test_it_never_fills_the_terminals_width(parts: list[str], columns: int) -> None:
    line = fitted(parts, columns)
    assert len(line) < max(columns, 1)
    assert ", ".join(parts).startswith(line)


@pytest.mark.parametrize(
    ("environment", "moves"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
    ],
)
def test_a_terminal_may_be_asked_for_plain_output(environment: dict[str, str], *, moves: bool) -> None:
    assert may_move(Tty(), environment) is moves
    assert not may_move(io.StringIO(), environment)


def test_what_is_written_goes_above_it() -> None:
    stream = Tty()
    line = StatusLine(stream)
    line.write("before\n")
    line.show(PARTS)
    line.write("a log line\n")
    line.write("half")
    line.write(" a line\n")
    line.write("without an end")
    line.clear()
    line.clear()
    shown = ", ".join(PARTS)
    clear = "\r\x1b[K"
    assert stream.getvalue() == (
        f"before\n{clear}{shown}{clear}a log line\n{shown}{clear}half a line\n{shown}{clear}without an end"
    )
