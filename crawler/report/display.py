"""Values as texts for a person: durations, texts from outside, and the width of a text in a terminal."""

from __future__ import annotations

import unicodedata


def duration(seconds: float) -> str:
    """A duration, in the unit that suits it best.

    >>> duration(42), duration(330), duration(7200), duration(260_000)
    ('42 s', '6 min', '2 h', '3 days')
    """
    for unit, length, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 48)):
        if abs(seconds) < most * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:,.0f} days"


def printable(text: str, longest: int | None = None) -> str:
    r"""A text from outside, without control characters that a terminal would obey; cut if it is longer than ``longest``.

    >>> printable("a\x1b[2J"), printable("abcdef", 5)
    ('a?[2J', 'ab...')
    """
    if longest is not None and len(text) > longest:
        text = text[: longest - 3] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def columns_of(text: str) -> int:
    """The number of terminal columns that a text takes: Chinese characters take two.

    >>> columns_of("abc"), columns_of("公司")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
