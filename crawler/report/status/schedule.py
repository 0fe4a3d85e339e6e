"""Finds the schedule of runs, and whether the next run is overdue. Pure.

Runs follow a schedule if the times between several of them are much the same. Runs that a person starts by hand, seconds or
days apart, follow none, and no run can be overdue then.
"""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Runs that begin within this time of each other count as one: a person tries something, or a machine was asleep.
_BURST = timedelta(minutes=2)
#: A schedule needs at least so many times between runs; at most so many of the newest are used.
_ENOUGH, _MOST = 5, 50
#: At least this share of the times, and one more, must differ from the median by no more than that share of the median.
_REGULAR, _DIFFERS = 2 / 3, 0.4
#: The next run is overdue after this many times the usual time, but not before that minimum.
_LATE, _FLOOR = 3, timedelta(minutes=10)
#: A run takes too long after this many times the duration of the longest before it, but not before that minimum.
_LONG, _LONG_FLOOR = 3, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """``every``: the usual time from the beginning of a run to that of the next."""

    every: timedelta

    @property
    def allowed(self) -> timedelta:
        """How long after the beginning of the last run the next one must have begun."""
        return max(_LATE * self.every, _FLOOR)


def schedule(starts: Sequence[datetime]) -> Schedule | None:
    """The schedule of runs, from the times at which they began, in any order; ``None`` if they follow none.

    >>> by_hand = [datetime(2022, 3, 1, 8, 0, second) for second in range(0, 60, 7)]
    >>> schedule(by_hand) is None
    True
    >>> schedule([datetime(2022, 3, 1, hour) for hour in range(9)])
    Schedule(every=datetime.timedelta(seconds=3600))
    """
    begun: list[datetime] = []
    for start in sorted(starts):
        if not begun or start - begun[-1] >= _BURST:
            begun.append(start)
    between = [(after - before).total_seconds() for before, after in itertools.pairwise(begun)][-_MOST:]
    if len(between) < _ENOUGH:
        return None
    usual = statistics.median(between)
    regular = sum(abs(seconds - usual) <= _DIFFERS * usual for seconds in between)
    return Schedule(timedelta(seconds=usual)) if regular >= _REGULAR * len(between) + 1 else None


def overdue(found: Schedule | None, last: datetime | None, now: datetime) -> timedelta | None:
    """How long ago the last run began, if the next one is overdue; ``None`` if it is not."""
    if found is None or last is None or now - last <= found.allowed:
        return None
    return now - last


def takes_too_long(began: datetime, durations: Sequence[float], found: Schedule | None, now: datetime) -> bool:
    """Whether the present run has taken so long that something must be wrong.

    :param durations: the seconds that earlier runs took.
    """
    longest = timedelta(seconds=max(durations, default=0.0))
    return found is not None and now - began > max(_LONG * longest, _LONG_FLOOR, found.allowed)
