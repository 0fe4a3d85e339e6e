"""The steps of a reader grow with the text: the text is doubled twice, and the lines of Python that run are counted.

What a regular expression does inside of one line is not seen here; :mod:`tests.linear.test_linear` bounds that.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.linear.readers import READERS, read
from tests.linear.seeds import SEEDS, hostile

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SIZE = 200
#: Steps that do not grow evenly: a limit that is reached, a table that is made once.
_UNEVEN = 400


def steps(reading: Callable[[str], object], text: str) -> int:
    """The lines of Python that run while a text is read."""
    number = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal number
        number += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        reading(text)
    finally:
        sys.settrace(before)
    return number


def grows_too_fast(reading: Callable[[str], object], seed: str) -> str:
    """How the steps grow, if more than they ought to; empty if not. Of a quadratic reader each growth is four times the last.

    A reader that reads what is nested deeply in another way has one such growth, and then no other.
    """
    counted = [steps(reading, hostile(seed, size * _SIZE)) for size in (1, 2, 4)]
    if _too_fast(*counted):
        counted.append(steps(reading, hostile(seed, 8 * _SIZE)))
    return f"{seed!r}: {counted}" if _too_fast(*counted[-3:]) else ""


def _too_fast(one: int, two: int, four: int) -> bool:
    return four - two > 3 * max(two // 2, two - one) + _UNEVEN


@pytest.mark.parametrize("name", READERS)
def test_steps_grow_with_the_text_and_not_with_its_square(name: str) -> None:
    for seed in SEEDS:
        read(name, hostile(seed, _SIZE))  # what is made once
    assert not list(filter(None, (grows_too_fast(lambda text: read(name, text), seed) for seed in SEEDS)))


def test_a_quadratic_reader_is_found() -> None:
    def quadratic(text: str) -> int:
        found = 0
        for start in range(len(text)):
            for _ in range(start):
                found += 1
        return found

    assert grows_too_fast(quadratic, "a")
    assert not grows_too_fast(lambda text: sum(1 for _ in text), "a")
