"""What the page shows, day by day: counted from index lines and run reports. Pure."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crawler.exit_codes import GOOD, LAYOUT_CHANGED
from crawler.runs.status import Gap, Survey, gaps, usual_posts

#: Categories with a colour of their own; the others are drawn together.
_CATEGORIES = 7
#: And with a row of their own where coverage is shown.
_ROWS = 20
_OTHERS = "others"
_HOUR = 3600
_NOT_MODIFIED = 304
Series = dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One category on one day: its posts, and what is usual (``None``: too little is known)."""

    posts: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A value a day, in the order of ``days``; ``None`` where there is nothing to tell."""

    days: list[date]
    #: By category, of the day of publication.
    posts: Series
    #: ``fidelity`` of posts, by the day of their first capture.
    fidelity: Series
    #: Hours from publication to first capture: of half of that day's posts, and of nine in ten.
    lateness: Series
    #: Answers of the network by what they were.
    answers: Series
    #: Runs by how they ended.
    runs: Series
    #: What runs lost, and what of it the network could not give.
    losses: Series
    #: The longest time without a run that began on that day, in hours.
    pauses: Series
    coverage: dict[str, list[Cell]]
    gaps: list[Gap]
    total: int
    size: int
    status: Counter[str]


class Window:
    """Index lines, counted one by one; memory does not grow with the archive."""

    def __init__(self, days: Sequence[date]) -> None:
        self.survey = Survey()
        self.status: Counter[str] = Counter()
        self.fidelity: dict[str, Counter[date]] = defaultdict(Counter)
        self.lateness: dict[date, list[float]] = defaultdict(list)
        self._first = days[0].isoformat()

    def counted(self, entries: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The same lines, looked at in passing."""
        for entry in entries:
            self.status[entry["status"]] += 1
            if entry["first_seen"] >= self._first:
                seen = datetime.fromisoformat(entry["first_seen"])
                self.fidelity[entry["fidelity"]][seen.date()] += 1
                self.lateness[seen.date()].append((seen - datetime.fromisoformat(entry["date"])).total_seconds() / _HOUR)
            yield entry


def window(today: date, length: int) -> list[date]:
    """So many days, the last of them ``today``."""
    return [today - timedelta(days=back) for back in reversed(range(length))]


def figures(
    days: list[date], entries: Iterable[Mapping[str, Any]], reports: Sequence[Mapping[str, Any]], now: datetime
) -> Figures:
    """Count it all.

    :param entries: the lines of the index.
    :param reports: run reports that reach back to the first day, in any order.
    """
    seen = Window(days)
    seen.survey.add(seen.counted(entries))
    counts = seen.survey.days
    inside = sorted((report for report in reports if _day(report) >= days[0]), key=lambda report: report["started"])
    return Figures(
        days=days,
        posts=_by_category(counts, days),
        fidelity={name: _values(seen.fidelity.get(name, Counter()), days) for name in ("exact", "rendered", "partial")},
        lateness={
            "half of the posts": [_quantile(seen.lateness.get(day, []), 0.5) for day in days],
            "nine in ten": [_quantile(seen.lateness.get(day, []), 0.9) for day in days],
        },
        answers=_answers(inside, days),
        runs=_runs(inside, days),
        losses={"losses": _sums(inside, days, lambda report: report.get("losses", len(report["failures"])))},
        pauses={"hours": _pauses(inside, days, now)},
        coverage=_coverage(counts, days),
        gaps=[gap for gap in gaps(counts, now.date()) if gap.day >= days[0]],
        total=seen.survey.posts,
        size=seen.survey.size,
        status=seen.status,
    )


def _day(report: Mapping[str, Any]) -> date:
    return date.fromisoformat(report["started"][:10])


def _values(counts: Mapping[date, int], days: Sequence[date]) -> list[float | None]:
    return [counts.get(day, 0) for day in days]


def _sums(reports: Sequence[Mapping[str, Any]], days: Sequence[date], value: Any) -> list[float | None]:
    sums: Counter[date] = Counter()
    for report in reports:
        sums[_day(report)] += value(report)
    return _values(sums, days)


def _quantile(values: list[float], share: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def _busiest(counts: Mapping[str, Counter[date]], days: Sequence[date]) -> list[str]:
    totals = {name: sum(found.get(day, 0) for day in days) for name, found in counts.items() if name}
    return sorted((name for name, total in totals.items() if total), key=lambda name: (-totals[name], name))


def _by_category(counts: Mapping[str, Counter[date]], days: Sequence[date]) -> Series:
    shown = _busiest(counts, days)[:_CATEGORIES]
    found = {name: _values(counts[name], days) for name in shown}
    named = [sum(counts[name].get(day, 0) for name in shown) for day in days]
    rest = [counts.get("", Counter()).get(day, 0) - number for day, number in zip(days, named, strict=True)]
    return found | ({_OTHERS: list(rest)} if any(rest) else {})


def _answers(reports: Sequence[Mapping[str, Any]], days: Sequence[date]) -> Series:
    def of(low: int, high: int) -> Any:
        return lambda report: sum(
            number for status, number in report["requests"]["by_status"].items() if low <= int(status) <= high
        )

    kinds = {
        "304": of(_NOT_MODIFIED, _NOT_MODIFIED),
        "200": of(200, 299),
        "redirects": of(300, _NOT_MODIFIED - 1),
        "4xx": of(400, 499),
        "5xx": of(500, 599),
    }
    return {name: _sums(reports, days, value) for name, value in kinds.items()}


def _runs(reports: Sequence[Mapping[str, Any]], days: Sequence[date]) -> Series:
    ends = {"good": (GOOD,), "with losses": (1,), "layout changed": (LAYOUT_CHANGED,)}
    return {
        name: _sums(reports, days, lambda report, codes=codes: report["exit_code"] in codes) for name, codes in ends.items()
    }


def _pauses(reports: Sequence[Mapping[str, Any]], days: Sequence[date], now: datetime) -> list[float | None]:
    starts = [datetime.fromisoformat(report["started"]) for report in reports]
    longest: dict[date, float] = {}
    for before, after in itertools.pairwise([*starts, now]):
        hours = (after - before).total_seconds() / _HOUR
        longest[before.date()] = max(hours, longest.get(before.date(), 0.0))
    return [round(longest[day], 2) if day in longest else None for day in days]


def _coverage(counts: Mapping[str, Counter[date]], days: Sequence[date]) -> dict[str, list[Cell]]:
    everything = counts.get("", Counter())
    if not everything:
        return {}
    first = min(everything)
    names = ["", *_busiest(counts, days)[:_ROWS]]
    return {
        name or "all": [Cell(counts[name].get(day, 0), usual_posts(counts[name], day, first)) for day in days] for name in names
    }
