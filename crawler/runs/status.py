"""What a site's archive looks like at a glance: last runs, what is overdue, gaps, disk. Pure but for reading files."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

#: So many days before one tell what is usual on it; fewer than the second number tell nothing.
_HISTORY, _ENOUGH = 14, 4
#: A day or category with less than this share of what is usual is worth a look, if that is at least so many posts.
_FEW, MANY = 0.5, 5.0
#: Runs may come this many times later than they usually do before one asks what has become of them.
_LATE = 3


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

    def add(self, entries: Iterable[Mapping[str, Any]]) -> Survey:
        """Count lines of an index; gives itself."""
        dates = _Dates()
        for entry in entries:
            self.posts += 1
            self.size += entry["bytes"]
            day = dates[entry["date"][:10]]
            for name in {"", " ".join(entry["categories"])}:
                self.days[name][day] += 1
        return self


class _Dates(dict[str, date]):
    """Each day is read once, however many posts it has."""

    def __missing__(self, text: str) -> date:
        self[text] = date.fromisoformat(text)
        return self[text]


def gaps(counts: Mapping[str, Counter[date]], today: date) -> Iterator[Gap]:
    """Days before ``today`` with suspiciously few posts, the newest first.

    A category is named where the whole day is none: a day without any posts is one gap, not one a category.
    """
    everything = counts.get("", Counter())
    if not everything:
        return
    first, day = min(everything), min(max(everything) + timedelta(days=1), today - timedelta(days=1))
    while day >= first + timedelta(days=_ENOUGH):
        whole = _gap(everything, None, day, first)
        if whole:
            yield whole
        else:
            found = (_gap(counts[name], name, day, first) for name in sorted(counts) if name)
            yield from (gap for gap in found if gap)
        day -= timedelta(days=1)


def _gap(counts: Counter[date], category: str | None, day: date, first: date) -> Gap | None:
    usual, posts = usual_posts(counts, day, first), counts[day]
    return Gap(day, category, posts, usual) if usual is not None and usual >= MANY and posts < _FEW * usual else None


def usual_posts(counts: Mapping[date, int], day: date, first: date) -> float | None:
    """The median of the days before one, back to the archive's ``first``; ``None`` if those are too few to tell."""
    span = min(_HISTORY, (day - first).days)
    if span < _ENOUGH:
        return None
    return statistics.median(counts.get(day - timedelta(days=back), 0) for back in range(1, span + 1))


def overdue(reports: Sequence[Mapping[str, Any]], now: datetime) -> str | None:
    """A line if the last run is longer ago than runs usually are; ``None`` if all is well. The newest report first."""
    starts = [datetime.fromisoformat(report["started"]) for report in reports]
    if not starts:
        return "no run has ended yet"
    between = [(later - sooner).total_seconds() for later, sooner in itertools.pairwise(starts)]
    if not between:
        return None
    usual, since = statistics.median(between), (now - starts[0]).total_seconds()
    if since <= max(_LATE * usual, 60):
        return None
    return f"the last run began {span(since)} ago, and runs usually follow each other in {span(usual)}"


def overdue_pages(rows: Iterable[tuple[str]], now: datetime, grace: timedelta = timedelta(hours=1)) -> int:
    """How many pages should have been asked for again more than ``grace`` ago."""
    limit = (now - grace).astimezone(UTC).isoformat()[:19]
    return sum(due[:19] < limit for (due,) in rows)


def sizes(archive: Path, posts: int) -> dict[str, int]:
    """Bytes of each part of an archive; ``posts``: of source posts, for they are too many to look at."""
    found = {"captures": 0, "_posts": posts, "runs": 0, "index and catalog": 0}
    for part in ("captures", "runs"):
        found[part] = sum(path.stat().st_size for path in (archive / part).rglob("*") if path.is_file())
    found["index and catalog"] = sum(path.stat().st_size for path in archive.iterdir() if path.is_file())
    return found


def span(seconds: float) -> str:
    """A length of time for a person.

    >>> span(42), span(330), span(7200), span(260_000)
    ('42 s', '6 min', '2 h', '3 days')
    """
    for unit, length, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 48)):
        if seconds < most * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
