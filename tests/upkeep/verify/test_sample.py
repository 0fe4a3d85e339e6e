"""Samples for verification."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.upkeep.verify.posts import sample


@given(st.lists(st.integers(0, 255).map(lambda n: b"%d" % n), unique=True), st.integers(1, 20))
def test_a_sample(lines: list[bytes], number: int) -> None:
    chosen = sample(lines, number)
    assert len(chosen) == min(number, len(lines))
    assert [line for line in lines if line in chosen] == chosen
