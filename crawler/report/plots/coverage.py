"""The number of posts compared with what is usual, for each category, as strips of colour. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from crawler.report.plots.buckets import DAY, Buckets
from crawler.report.plots.figures import busiest
from crawler.report.status.coverage import FEW, MANY, PostCounts, usual_days

#: The number of categories that are shown.
_ROWS = 20
_LESS = 0.75


@dataclass(frozen=True, slots=True)
class Cell:
    """One category in one bucket: its posts, its posts of days that are over, and the number usual on these days."""

    posts: int
    over: int
    usual: float

    @property
    def shade(self) -> str:
        """``few``, ``less`` or ``full``; empty if too few posts are usual for a comparison."""
        if self.usual < MANY:
            return ""
        share = self.over / self.usual
        return "few" if share < FEW else "less" if share < _LESS else "full"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rows of cells, that of all posts first; ``buckets`` are never shorter than a day."""

    buckets: Buckets
    rows: dict[str, list[Cell]]

    def strip(self, name: str) -> str:
        """A row as SVG; it has no text, so that it may be stretched."""
        parts, at = [], 0
        for shade, cells in groupby(self.rows[name], lambda cell: cell.shade or ("some" if cell.posts else "none")):
            number = len(list(cells))
            parts.append(f'<rect class="{shade}" x="{at}" width="{number}" height="1"/>')
            at += number
        return f'<svg class="strip" viewBox="0 0 {at} 1" preserveAspectRatio="none">{"".join(parts)}</svg>'


def coverage(posts: PostCounts, buckets: Buckets, today: date) -> Coverage:
    """The posts of each day, week and so on of ``buckets``, compared with the number usual before each of its days."""
    whole = datetime.combine(buckets.first.date(), time())
    days = Buckets.of(whole, buckets.last, DAY if buckets.step.hours else buckets.step)
    everything = posts.days.get("")
    if not everything:
        return Coverage(days, {})
    first = min(everything)
    inside = {name: Counter(_by_bucket(counts, days)) for name, counts in posts.days.items()}
    names = ["", *busiest({name: counts.total() for name, counts in inside.items() if name})[:_ROWS]]
    return Coverage(days, {name or "all": _row(posts.days[name], inside[name], days, first, today) for name in names})


def _by_bucket(counts: Counter[date], days: Buckets, before: date | None = None) -> Counter[int]:
    found: Counter[int] = Counter()
    for day, posts in counts.items():
        number = days.index(datetime.combine(day, time())) if before is None or day < before else None
        if number is not None:
            found[number] += posts
    return found


def _row(counts: Counter[date], inside: Counter[int], days: Buckets, first: date, today: date) -> list[Cell]:
    over, usual = _by_bucket(counts, days, today), Counter[int]()
    for day, number_of_posts in usual_days(counts, first):
        number = days.index(datetime.combine(day, time())) if day < today else None
        if number is not None:
            usual[number] += number_of_posts  # type: ignore[assignment]  # a median may be a half
    return [Cell(inside[number], over[number], usual[number]) for number in range(len(days.starts))]
