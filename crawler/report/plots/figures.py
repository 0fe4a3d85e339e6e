"""Counts what the page shows, by hours, days, weeks and so on, from index lines and run reports. Pure."""

from __future__ import annotations

import itertools
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from crawler.exit_codes import GOOD, LAYOUT_CHANGED, LOSSES
from crawler.report.status.coverage import Gap, PostCounts, gaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.report.plots.buckets import Buckets
    from crawler.report.runs.entries import Entry
    from crawler.report.runs.summary import Summary

#: The number of categories with a colour of their own; the others are drawn together.
_CATEGORIES = 7
_OTHERS = "others"
_HOUR = 3600
_NOT_MODIFIED = 304
_ENDS = {GOOD: "good", LOSSES: "with losses", LAYOUT_CHANGED: "layout changed"}
Series = dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Series have a value for each bucket, in their order; ``None`` where there is none."""

    buckets: Buckets
    #: Posts by category, by the time of publication.
    posts: Series
    #: Posts by ``fidelity``, by the time of their first capture.
    fidelity: Series
    #: Hours from publication to first capture that half of the posts captured then took at most, and nine in ten.
    lateness: Series
    #: Responses of the network by status.
    answers: Series
    #: Runs by how they ended.
    runs: Series
    #: The number of losses that runs reported.
    losses: Series
    #: The longest time without a run, in hours, by when it began.
    pauses: Series
    #: Posts by category and day, of all times.
    counts: PostCounts
    #: The gaps of the period.
    gaps: list[Gap]
    status: Counter[str]
    #: The number of posts that are dated in the future.
    ahead: int


@dataclass(slots=True)
class Tally:
    """Counts posts and runs one by one; memory grows with the number of buckets, days and categories only."""

    buckets: Buckets
    #: Of the site.
    zone: tzinfo
    now: datetime
    counts: PostCounts = field(default_factory=PostCounts)
    _posts: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _fidelity: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _late: dict[int, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    _answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _runs: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _losses: Counter[int] = field(default_factory=Counter)
    _starts: list[datetime] = field(default_factory=list)
    _status: Counter[str] = field(default_factory=Counter)
    _ahead: int = 0
    _present: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._present = self._local(self.now)

    def post(self, entry: Entry) -> None:
        """Count a line of the index."""
        self.counts.count(entry)
        self._status[entry.status] += 1
        if entry.published > self._present:
            self._ahead += 1
        published, seen = self.buckets.index(entry.published), self.buckets.index(entry.seen)
        if published is not None:
            self._posts[entry.category][published] += 1
        if seen is not None:
            self._fidelity[entry.fidelity][seen] += 1
            self._late[seen].append(entry.late / _HOUR)

    def run(self, run: Summary) -> None:
        """Count a run, in any order."""
        number = self.buckets.index(self._local(run.started))
        if number is None:
            return
        self._starts.append(run.started)
        self._losses[number] += run.losses
        if run.exit_code in _ENDS:
            self._runs[_ENDS[run.exit_code]][number] += 1
        for status, answers in run.by_status.items():
            kind = _kind(status)
            if kind:
                self._answers[kind][number] += answers

    def figures(self) -> Figures:
        """The result of the count."""
        first, last = self.buckets.first.date(), self.buckets.last.date()
        found = gaps(self.counts.days, self._present.date())
        return Figures(
            buckets=self.buckets,
            posts=self._by_category(),
            fidelity=self._named(self._fidelity, ("exact", "rendered", "partial")),
            lateness={
                "half of the posts": [_quantile(self._late.get(number), 0.5) for number in self._numbers()],
                "nine in ten": [_quantile(self._late.get(number), 0.9) for number in self._numbers()],
            },
            answers=self._named(self._answers, ("304", "200", "redirects", "4xx", "5xx")),
            runs=self._named(self._runs, _ENDS.values()),
            losses={"losses": [self._losses[number] for number in self._numbers()]},
            pauses={"longest": self._pauses()},
            counts=self.counts,
            gaps=[gap for gap in found if first <= gap.day <= last],
            status=self._status,
            ahead=self._ahead,
        )

    def _numbers(self) -> range:
        return range(len(self.buckets.starts))

    def _local(self, time: datetime) -> datetime:
        try:
            return time.astimezone(self.zone).replace(tzinfo=None)
        except OverflowError:  # the first or the last hours of the calendar
            return time.replace(tzinfo=None)

    def _named(self, counts: Mapping[str, Counter[int]], names: Iterable[str]) -> Series:
        return {name: [counts.get(name, Counter())[number] for number in self._numbers()] for name in names}

    def _by_category(self) -> Series:
        """The categories with most posts; posts without a category are among the others."""
        shown = busiest({name: counts.total() for name, counts in self._posts.items() if name})[:_CATEGORIES]
        found = self._named(self._posts, shown)
        rest: Counter[int] = Counter()
        for name, counts in self._posts.items():
            if name not in shown:
                rest.update(counts)
        name = _OTHERS if _OTHERS not in found else f"{_OTHERS} (the rest)"
        return found | ({name: [rest[number] for number in self._numbers()]} if rest else {})

    def _pauses(self) -> list[float | None]:
        longest: dict[int, float] = {}
        for before, after in itertools.pairwise(sorted([*self._starts, self._end()])):
            number = self.buckets.index(self._local(before))
            if number is not None:
                longest[number] = max((after - before).total_seconds() / _HOUR, longest.get(number, 0.0))
        return [round(longest[number], 3) if number in longest else None for number in self._numbers()]

    def _end(self) -> datetime:
        """The time up to which runs were expected: now, or the end of a period that is over."""
        if self._present <= self.buckets.last:
            return self.now
        return self.buckets.last.replace(tzinfo=self.zone).astimezone(UTC)


def busiest(totals: Mapping[str, int]) -> list[str]:
    """The names that have posts, those with most posts first."""
    return sorted((name for name, total in totals.items() if total), key=lambda name: (-totals[name], name))


def _kind(status: int) -> str | None:
    if status == _NOT_MODIFIED:
        return "304"
    return {2: "200", 3: "redirects", 4: "4xx", 5: "5xx"}.get(status // 100)


def _quantile(values: array[float] | None, share: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)
