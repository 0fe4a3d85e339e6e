"""The labels of a chart's axes: round values, and dates that do not overlap. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.report.plots.buckets import DAY, HOUR, MONTH, WEEK, Buckets, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

#: The average width of a letter, as a share of the font size, in the widest font that a system may have.
LETTER = 0.72
#: The space between two labels, in font sizes.
_BLANK = 0.9
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: The possible distances of dates: a step, and how many of them, counted from the beginning of a day, month or century.
_DISTANCES: tuple[tuple[Step, int], ...] = (
    *((HOUR, every) for every in (1, 3, 6, 12)),
    *((DAY, every) for every in (1, 2, 3, 4)),
    (WEEK, 1),
    (WEEK, 2),
    *((MONTH, every) for every in (1, 2, 3, 6)),
    *((MONTH, 12 * years) for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)
#: Round lengths of time, in hours.
_LENGTHS = (
    (1 / 3600, "1 s"),
    (1 / 360, "10 s"),
    (1 / 60, "1 min"),
    (1 / 6, "10 min"),
    (1, "1 h"),
    (6, "6 h"),
    (24, "1 day"),
    (168, "1 week"),
    (730, "1 month"),
    (8766, "1 year"),
    (87_660, "10 years"),
    (876_600, "100 years"),
)


@dataclass(frozen=True, slots=True)
class Label:
    """A text and the position of its middle, in the units of the chart."""

    text: str
    at: float


def width_of(text: str, size: float) -> float:
    """The largest width that a text can have in any font of ``size``."""
    return len(text) * LETTER * size


def dates(buckets: Buckets, left: float, right: float, size: float) -> list[Label]:
    """Dates below a chart that reaches from ``left`` to ``right``, in letters of ``size``: as many as fit without overlap."""
    slot = (right - left) / len(buckets.starts)
    for step, every in _DISTANCES:
        found = list(_ticks(buckets, step, every))
        if not found or len(found) > len(buckets.starts):
            continue
        labels = [_inside(text, left + slot * (number + 0.5), left, right, size) for text, number in found]
        if _do_not_overlap(labels, size):
            return labels
    return [_inside(buckets.label(0), left, left, right, size)]


def _ticks(buckets: Buckets, step: Step, every: int) -> Iterator[tuple[str, int]]:
    """Texts, each with the number of the bucket below which it is written."""
    if _rank(step) < _rank(buckets.step):
        return
    aligned = Step(step.name, months=every) if step.months else step
    start: datetime | None = aligned.floor(buckets.first)
    if start is not None and start < buckets.first:
        start = aligned.after(start)
    most = len(buckets.starts) * 8 + 8
    while start is not None and start <= buckets.last and most:
        most -= 1
        if step.months or _is_round(start, step, every):
            number = buckets.index(start)
            if number is not None:
                yield _text(start, step, every), number
        start = aligned.after(start)


def _rank(step: Step) -> int:
    return step.hours + 24 * step.days + 720 * min(step.months, 1)


def _is_round(start: datetime, step: Step, every: int) -> bool:
    if step.hours:
        return start.hour % every == 0
    return start.toordinal() // step.days % every == 0


def _text(start: datetime, step: Step, every: int) -> str:
    if step.months:
        return str(start.year) if every >= 12 or start.month == 1 else _MONTHS[start.month - 1]  # noqa: PLR2004 - a year
    if step.hours and start.hour:
        return f"{start.hour:02}:00"
    return f"{_MONTHS[start.month - 1]} {start.day}"


def _inside(text: str, at: float, left: float, right: float, size: float) -> Label:
    half = width_of(text, size) / 2
    return Label(text, min(max(at, left + half), max(right - half, left + half)))


def _do_not_overlap(labels: Sequence[Label], size: float) -> bool:
    ends = [(label.at - width_of(label.text, size) / 2, label.at + width_of(label.text, size) / 2) for label in labels]
    return all(after[0] - before[1] >= _BLANK * size for before, after in pairwise(ends))


def counts(most: float) -> list[tuple[float, str]]:
    """Two to six round values from 0 to ``most`` or a little more, each with its text."""
    step = max(1.0, _round_up(max(most, 1) / 5))
    number = math.ceil(max(most, 1) / step)
    return [(step * one, short(step * one)) for one in range(number + 1)]


def lengths(least: float, most: float) -> list[tuple[float, str]]:
    """Round durations around ``least`` and ``most`` hours, each with its text, for a logarithmic axis."""
    low = max((n for n, (hours, _) in enumerate(_LENGTHS) if hours <= least), default=0)
    high = min((n for n, (hours, _) in enumerate(_LENGTHS) if hours >= most), default=len(_LENGTHS) - 1)
    if high <= low:
        low, high = (low, low + 1) if low + 1 < len(_LENGTHS) else (low - 1, low)
    return list(_LENGTHS[low : high + 1])


def short(value: float) -> str:
    """A number in few letters.

    >>> short(0), short(250), short(1500), short(2_000_000), short(2.5)
    ('0', '250', '1.5k', '2M', '2.5')
    """
    for unit, factor in (("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)):
        if abs(value) < 1000 * factor:
            return f"{value / factor:.4g}{unit}"
    return f"{value:.2g}"


def _round_up(value: float) -> float:
    """The next larger number of the form 1, 2 or 5 times a power of ten; above 10 also 2.5 times one."""
    power = 10.0 ** math.floor(math.log10(value))
    factors = (1, 2, 2.5, 5, 10) if power > 1 else (1, 2, 5, 10)
    return next(factor * power for factor in factors if factor * power >= value * (1 - 1e-9))
