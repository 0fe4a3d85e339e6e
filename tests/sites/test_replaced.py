"""When a page is no edit of the post that was at its address before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.items import Post
from crawler.sites.replaced import replaced

LONG = "The harbour was full of boats when the storm began, and none of them had left it by the morning of the third day."
TEXT = st.text("abcdefgh 日本語\n*", max_size=300)


def _post(title: str, body: str) -> Post:
    content = f"---\ntitle: x\n---\n\n{body}\n"
    day = datetime(2024, 1, 1, tzinfo=UTC)
    return Post("a", "b", "https://a.example/", None, "x.md", content, title, day, [], [], None, "post", "page", "rendered")


@pytest.mark.parametrize(
    ("title", "body", "told", "good"),
    [
        ("Storm", "Back soon.", "", True),  # a post that became short
        ("Not found", "No such page.", "", False),
        ("Not found", "No such page.", "Not found", True),
        ("Not found", LONG.upper(), "", True),
        ("A storm", LONG[:40], "", True),
        ("Storm", "", "", False),
        ("Storm", "![a](/a.png)\n<img src='/a.png'>", "", True),
    ],
)
def test_what_is_an_edit(title: str, body: str, told: str, good: bool) -> None:
    assert (not replaced(_post(title, body), _post("Storm", LONG), told)) is good


@given(TEXT, TEXT, st.integers(0, 200), st.integers(8, 200))
def test_a_longer_text_and_a_part_of_the_text_are_edits(one: str, title: str, at: int, size: int) -> None:
    before = _post("Before", one)
    assert not replaced(_post("Before", one), before, "")
    assert not replaced(_post(title, f"{one} x {one}"), before, "")
    part = one[at : at + size]
    assume(any(letter.isalpha() for letter in part))
    assert not replaced(_post("Before", part), before, "")


def test_a_huge_text_is_searched_for_a_few_pieces() -> None:
    assert replaced(_post("Not found", "No. " * 10_000), _post("Storm", LONG * 20_000), "")
