"""Posts by category and day, what is usual on a day, and the days that fall short of it. Pure; linear in the posts."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.report.runs.entries import Entry

#: So many days before one tell what is usual on it; fewer than the second number tell nothing.
_HISTORY, _ENOUGH = 14, 4
_WEEK = 7
#: A day or category with less than this share of what is usual is worth a look, if that is at least so many posts.
FEW, MANY = 0.5, 5.0
Days = Mapping[str, Counter[date]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Too few posts: of one category (``None``: of all) on one day, against the median of the days before it."""

    day: date
    category: str | None
    posts: int
    usual: float


@dataclass(slots=True)
class Survey:
    """What one pass over the index tells: posts, their files' bytes, and posts by category and day of publication.

    Categories are joined by a blank; ``""`` stands for all posts.
    """

    posts: int = 0
    size: int = 0
    days: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, entry: Entry) -> None:
        """One more post."""
        self.posts += 1
        self.size += entry.size
        day = entry.day
        self.days[""][day] += 1
        if entry.category:
            self.days[entry.category][day] += 1

    def add(self, entries: Iterable[Entry]) -> Survey:
        """Count posts; gives itself."""
        for entry in entries:
            self.count(entry)
        return self


def gaps(counts: Days, today: date) -> Iterator[Gap]:
    """Days before ``today`` with suspiciously few posts, the newest first.

    A category is named where the whole day is none: a day without any posts is one gap, not one a category.
    """
    everything = counts.get("", Counter())
    if not everything:
        return
    first = min(everything)
    # Once the archive has no posts any more, what follows its last day is told of once.
    past = [day.toordinal() for day in everything if day < today]
    last = min(max(past, default=0), today.toordinal() - 2) + 1
    short: dict[date, list[Gap]] = defaultdict(list)
    for name in sorted(counts):
        for day, usual in usual_days(counts[name], first):
            posts = counts[name][day]
            if usual >= MANY and posts < FEW * usual and day.toordinal() <= last:
                short[day].append(Gap(day, name or None, posts, usual))
    for day in sorted(short, reverse=True):
        whole = [gap for gap in short[day] if gap.category is None]
        yield from whole or short[day]


def usual_days(counts: Mapping[date, int], first: date) -> Iterator[tuple[date, float]]:
    """The days on which some number of posts is usual, and that number: nothing is on all others.

    :param first: the archive's first day.
    """
    last = date.max.toordinal()
    near = {day.toordinal() + ahead for day, posts in counts.items() if posts for ahead in range(1, _HISTORY + 1)}
    for ordinal in sorted(near):
        if ordinal <= last:
            day = date.fromordinal(ordinal)
            usual = usual_posts(counts, day, first)
            if usual:
                yield day, usual


def usual_posts(counts: Mapping[date, int], day: date, first: date) -> float | None:
    """The median of the days before one, back to the archive's ``first``; ``None`` if those are too few to tell.

    No more than there were a week or two weeks before: many sites have fewer posts on some days of the week.
    """
    span = min(_HISTORY, (day - first).days)
    if span < _ENOUGH:
        return None
    number = day.toordinal()
    before = [counts.get(date.fromordinal(number - back), 0) for back in range(1, span + 1)]
    usual = statistics.median(before)
    return min(usual, max(before[_WEEK - 1 :: _WEEK])) if span == _HISTORY else usual
