"""Divides a period into hours, days, weeks, months, quarters or years: as many as a page can show."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: With more buckets than this, bars would be too thin to be seen.
MOST = 124
_QUARTER, _YEAR = 3, 12


@dataclass(frozen=True, slots=True)
class Step:
    """The length of a bucket in ``hours``, ``days`` or ``months``; weeks begin on Mondays."""

    name: str
    hours: int = 0
    days: int = 0
    months: int = 0

    def floor(self, time: datetime) -> datetime:
        """The beginning of the bucket that contains ``time``."""
        if self.months:
            month = (time.year * 12 + time.month - 1) // self.months * self.months
            return _month(max(12, month))
        if self.days:
            ordinal = time.toordinal()
            return _day(ordinal if self.days == 1 else max(1, ordinal - (ordinal - 1) % 7))
        return time.replace(minute=0, second=0, microsecond=0)

    def after(self, start: datetime) -> datetime | None:
        """The beginning of the next bucket; ``None`` at the end of the calendar."""
        try:
            if self.months:
                return _month((start.year * 12 + start.month - 1) // self.months * self.months + self.months)
            if self.days == 7:  # noqa: PLR2004 - days of a week
                return _day(start.toordinal() - (start.toordinal() - 1) % 7 + 7)
            return start + timedelta(days=self.days, hours=self.hours)
        except (OverflowError, ValueError):
            return None


HOUR, DAY = Step("hour", hours=1), Step("day", days=1)
WEEK, MONTH = Step("week", days=7), Step("month", months=1)
_STEPS = (
    HOUR,
    DAY,
    WEEK,
    MONTH,
    Step("quarter", months=_QUARTER),
    Step("year", months=_YEAR),
    *(Step(f"{years} years", months=years * _YEAR) for years in (2, 5, 10, 20, 50, 100)),
)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Local times from ``first`` to ``last``, both included; ``starts``: where each bucket begins, the first at ``first``."""

    step: Step
    first: datetime
    last: datetime
    starts: list[datetime] = field(repr=False)

    @classmethod
    def of(cls, first: datetime, last: datetime, step: Step | None = None) -> Buckets:
        """The buckets of a period: the shortest ones of which there are not too many.

        :param first: a local time without a zone, as ``last`` is, which is not earlier.
        """
        for one in (step,) if step else _STEPS:
            starts = list(takewhile(lambda start: start <= last, _starts(one, first, MOST + 1 if step is None else None)))
            if step is not None or len(starts) <= MOST:
                return cls(one, first, last, starts)
        raise AssertionError("the calendar has no more than a hundred centuries")

    def index(self, time: datetime) -> int | None:
        """The number of the bucket that contains a local time; ``None`` if none does."""
        if not self.first <= time <= self.last:
            return None
        return bisect_right(self.starts, time) - 1

    def end(self, number: int) -> datetime:
        """The last moment of a bucket, to the microsecond."""
        return self.last if number == len(self.starts) - 1 else self.starts[number + 1] - timedelta(microseconds=1)

    def label(self, number: int) -> str:
        """The text that names a bucket to a person."""
        start, end = self.starts[number], self.end(number)
        if self.step.hours:
            return start.isoformat(" ")[:13] + ":00"
        if self.step.days == 1:
            return start.isoformat()[:10]
        if self.step.months == 1 and self.step.floor(start) == start:
            return start.isoformat()[:7]
        return f"{start.isoformat()[:10]} to {end.isoformat()[:10]}"


def _starts(step: Step, first: datetime, most: int | None) -> Iterator[datetime]:
    start: datetime | None = first
    number = 0
    while start is not None and (most is None or number < most):
        yield start
        number += 1
        start = step.after(step.floor(start))


def _month(months: int) -> datetime:
    year, month = divmod(months, 12)
    if not 1 <= year <= MAXYEAR:
        raise ValueError("beyond the calendar")
    return datetime(year, month + 1, 1)  # noqa: DTZ001 - local times


def _day(ordinal: int) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), datetime.min.time())
