"""Lengths of time, for a person."""

from __future__ import annotations


def span(seconds: float) -> str:
    """A length of time, in the largest unit that tells it well.

    >>> span(42), span(330), span(7200), span(260_000)
    ('42 s', '6 min', '2 h', '3 days')
    """
    for unit, length, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 48)):
        if abs(seconds) < most * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:,.0f} days"
