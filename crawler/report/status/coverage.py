"""Posts by category and day, how many are usual on a day, and the days with fewer. Pure; linear in the posts."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.report.runs.entries import Dated, Entry

#: The number of days before a day that show what is usual on it; fewer than the second number are too few.
_HISTORY, _ENOUGH = 14, 4
_WEEK = 7
#: A day with less than this share of the usual posts is a gap, if at least so many posts are usual.
FEW, MANY = 0.5, 5.0
Days = Mapping[str, Counter[date]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A day with too few posts, of one category (``None``: of all), compared with the median of the days before it."""

    day: date
    category: str | None
    posts: int
    usual: float


@dataclass(slots=True)
class PostCounts:
    """The number of posts and of their files' bytes, and posts by category and day of publication.

    The categories of a post are joined by a blank; ``""`` means all posts.
    """

    posts: int = 0
    size: int = 0
    days: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, entry: Entry | Dated) -> None:
        """Count a post."""
        self.posts += 1
        self.size += entry.size
        day = entry.day
        self.days[""][day] += 1
        if entry.category:
            self.days[entry.category][day] += 1

    def add(self, entries: Iterable[Entry | Dated]) -> PostCounts:
        """Count several posts.

        :returns: this object.
        """
        for entry in entries:
            self.count(entry)
        return self


def gaps(counts: Days, today: date) -> Iterator[Gap]:
    """Days before ``today`` with suspiciously few posts, the newest first.

    If all posts of a day together are too few, that is one gap; if they are not, each category with too few is one.
    """
    everything = counts.get("", Counter())
    if not everything:
        return
    first = min(everything)
    # Of the days after the last post, only the first is a gap.
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
    """The days on which some number of posts is usual, with that number; on all other days no post is.

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
    """The median of the days before ``day``, from the archive's ``first`` on; ``None`` if there are too few such days.

    It is at most the number of posts one or two weeks before, because many sites have fewer posts on some weekdays.
    """
    span = min(_HISTORY, (day - first).days)
    if span < _ENOUGH:
        return None
    number = day.toordinal()
    before = [counts.get(date.fromordinal(number - back), 0) for back in range(1, span + 1)]
    usual = statistics.median(before)
    return min(usual, max(before[_WEEK - 1 :: _WEEK])) if span == _HISTORY else usual
