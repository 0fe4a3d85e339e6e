"""Whether runs follow each other by a schedule, and whether the next one is overdue. Pure.

A schedule is what several runs in a row show: the times between them are much the same. Runs that a person starts by hand,
seconds or days apart, are none, and nothing can be overdue then.
"""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Runs that begin within this time of each other count as one: a person tries something, or a machine makes up for a pause.
_BURST = timedelta(minutes=2)
#: At least so many times between runs tell of a schedule; no more than so many of the newest are looked at.
_ENOUGH, _MOST = 5, 50
#: More than this share of them (by one at least: a few must all do so) is no further from the median than that share of it.
_REGULAR, _DIFFERS = 2 / 3, 0.4
#: Runs may come this many times later than they usually do before one asks what has become of them, and this late at least.
_LATE, _FLOOR = 3, timedelta(minutes=10)
#: A run that is under way is not waited for until it has taken this many times as long as the longest of those before it.
_LONG, _LONG_FLOOR = 3, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How runs usually follow each other."""

    every: timedelta

    @property
    def allowed(self) -> timedelta:
        """How long after the last run's beginning the next one may begin."""
        return max(_LATE * self.every, _FLOOR)


def schedule(starts: Sequence[datetime]) -> Schedule | None:
    """The schedule that the beginnings of runs show, in any order; ``None`` if they show none.

    >>> by_hand = [datetime(2022, 3, 1, 8, 0, second) for second in range(0, 60, 7)]
    >>> schedule(by_hand) is None
    True
    >>> schedule([datetime(2022, 3, 1, hour) for hour in range(9)])
    Schedule(every=datetime.timedelta(seconds=3600))
    """
    kept: list[datetime] = []
    for start in sorted(starts):
        if not kept or start - kept[-1] >= _BURST:
            kept.append(start)
    between = [(after - before).total_seconds() for before, after in itertools.pairwise(kept)][-_MOST:]
    if len(between) < _ENOUGH:
        return None
    usual = statistics.median(between)
    regular = sum(abs(seconds - usual) <= _DIFFERS * usual for seconds in between)
    return Schedule(timedelta(seconds=usual)) if regular >= _REGULAR * len(between) + 1 else None


def overdue(found: Schedule | None, last: datetime | None, now: datetime) -> timedelta | None:
    """How long ago the last run began, if the next should have begun long since; ``None`` if all is well."""
    if found is None or last is None or now - last <= found.allowed:
        return None
    return now - last


def takes_too_long(began: datetime, durations: Sequence[float], found: Schedule | None, now: datetime) -> bool:
    """Whether a run that is under way has taken so long that something must be the matter.

    :param durations: seconds that earlier runs took.
    """
    longest = timedelta(seconds=max(durations, default=0.0))
    return found is not None and now - began > max(_LONG * longest, _LONG_FLOOR, found.allowed)
