"""When to look at a page again. Pure: times in, times out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = timedelta(days=1)
_FIRST, _LONGEST = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Schedule:
    """``ages`` of a post, ascending, at which its page is looked at again; beyond the last one, once a day."""

    ages: tuple[timedelta, ...]

    @classmethod
    def of_hours(cls, hours: Sequence[float]) -> Schedule:
        """From a list of hours, as ``RECHECK_HOURS`` has it.

        :raises ValueError: if one is no number of hours above 0.
        """
        try:
            ages = sorted(timedelta(hours=float(age)) for age in hours)
        except (ValueError, OverflowError):
            ages = [timedelta()]
        if any(age <= timedelta() for age in ages):
            raise ValueError(f"RECHECK_HOURS {hours!r} are no hours; write them like 0.5,2,24")
        return cls(tuple(ages))

    @property
    def longest(self) -> timedelta:
        """No look can be due later than this from now."""
        return max(self.ages, default=_DAY) + _DAY

    def next_look(self, published: datetime, last: datetime) -> datetime:
        """When a post is due that was looked at ``last``.

        An age that the last look came after is not made up for: each look shows everything up to it.

        >>> from datetime import UTC
        >>> Schedule.of_hours([1, 6]).next_look(datetime(2022, 3, 1, 12, tzinfo=UTC), datetime(2022, 3, 1, 14, tzinfo=UTC)).hour
        18
        """
        return next((published + age for age in self.ages if published + age > last), last + _DAY)


def back_off(tries: int) -> timedelta:
    """How long a page is left alone after so many failures in a row.

    Not at all after one, so that the next run asks again; then 5, 10, 20 … minutes, at most 6 hours.

    >>> [int(back_off(tries).total_seconds() // 60) for tries in (1, 2, 3, 4, 50)]
    [0, 5, 10, 20, 360]
    """
    if tries <= 1:
        return timedelta()
    return min(_LONGEST, _FIRST * (1 << min(tries - 2, 16)))
