from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.upkeep.verify.difference import difference

TEXTS = st.text("ab\n\x1b", max_size=30)


@given(TEXTS, TEXTS)
def test_the_lines_are_of_the_two_texts_and_few(seen: str, rendered: str) -> None:
    if seen == rendered:
        return
    head, *lines = difference("content", seen, rendered).split("\n")
    assert head.startswith("@@ content: line ")
    assert 1 <= len(lines) <= 8
    assert any(line[0] in "-+" for line in lines)
    for line in lines:
        shown = line[1:].replace("\\x1b", "\x1b")
        assert shown in (rendered if line[0] == "+" else seen).split("\n")
    assert "\x1b" not in "".join(lines)


@given(TEXTS, TEXTS)
def test_the_place_is_the_first_difference(seen: str, rendered: str) -> None:
    if seen == rendered:
        return
    words = difference("x", seen, rendered).split("\n")[0].split()
    line, character = int(words[3].rstrip(",")), int(words[5])
    place = sum(len(text) + 1 for text in seen.split("\n")[: line - 1]) + character - 1
    assert seen[:place] == rendered[:place]
    assert seen[place : place + 1] != rendered[place : place + 1]


@pytest.mark.parametrize(
    ("seen", "rendered", "lines"),
    [
        ("a\nb\nc", "a\nc", [" a", "-b", " c"]),
        ("a\nc", "a\nb\nc", [" a", "+b", " c"]),
        ("a", "a\nb", [" a", "+b"]),
        ("a\n" * 9, "b\n" * 9, ["-a", "-a", "-a", "+b", "+b", "+b"]),
        (
            "x" * 100 + "a" + "y" * 100,
            "x" * 100 + "b" + "y" * 100,
            ["-…" + "x" * 60 + "a" + "y" * 59 + "…", "+…" + "x" * 60 + "b" + "y" * 59 + "…"],
        ),
    ],
)
def test_what_is_shown(seen: str, rendered: str, lines: list[str]) -> None:
    assert difference("content", seen, rendered).split("\n")[1:] == lines
