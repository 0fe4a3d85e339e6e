"""When to visit a page again. Pure functions of times."""

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
    """The ``ages`` of a post, ascending, at which its page is visited again; after the last one it is visited once a day."""

    ages: tuple[timedelta, ...]

    @classmethod
    def of_hours(cls, hours: Sequence[float]) -> Schedule:
        """The schedule for a list of hours, as ``RECHECK_HOURS`` has it.

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
        """The longest time from now after which a visit can be due."""
        return max(self.ages, default=_DAY) + _DAY

    def next_visit(self, published: datetime, last: datetime) -> datetime:
        """The time of the next visit of a post that was visited ``last``.

        An age that passed before the last visit is not made up for, since that visit showed all changes up to it.

        >>> from datetime import UTC
        >>> noon, two = datetime(2022, 3, 1, 12, tzinfo=UTC), datetime(2022, 3, 1, 14, tzinfo=UTC)
        >>> Schedule.of_hours([1, 6]).next_visit(noon, two).hour
        18
        """
        return next((published + age for age in self.ages if published + age > last), last + _DAY)


def back_off(tries: int) -> timedelta:
    """How long a page is left alone after so many failures in a row.

    After one failure the next run tries again at once; then it is 5, 10, 20 … minutes, and at most 6 hours.

    >>> [int(back_off(tries).total_seconds() // 60) for tries in (1, 2, 3, 4, 50)]
    [0, 5, 10, 20, 360]
    """
    if tries <= 1:
        return timedelta()
    return min(_LONGEST, _FIRST * (1 << min(tries - 2, 16)))
