"""An archive's page made of what lies in it: which time it is of, and one pass over run reports and index."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.archive.lines import index_lines
from crawler.archive.lock import lock_holder
from crawler.archive.paths import INDEX, RUNS
from crawler.errors import CannotRun
from crawler.period import Period
from crawler.report.plots.buckets import HOUR, Buckets
from crawler.report.plots.figures import Tally
from crawler.report.plots.losses import Losses
from crawler.report.plots.page import Facts, page
from crawler.report.runs.entries import Entry, entries
from crawler.report.runs.history import newest_first, oldest_first
from crawler.report.runs.passed import Passed
from crawler.report.runs.summary import Summary, summaries
from crawler.report.status.glance import Glance, look_at_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: So many days are shown unless told otherwise.
DAYS = 30
#: The Web has no posts from before it; what is dated so is a mistake, and no reason to show two thousand years.
_WEB = datetime(1990, 1, 1)  # noqa: DTZ001 - a local time
#: Runs that tell how they usually follow each other.
_RECENT = 60
#: So many days are shown hour by hour.
_BY_HOUR, _DAY = 5, 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which time a page is of: ``period`` where an end is given; else ``days`` up to its end or now; or ``whole``: all."""

    period: Period = field(default_factory=Period)
    days: int | None = None
    whole: bool = False


@dataclass(slots=True)
class Overview:
    """An archive to be shown. ``zone`` and ``zone_name`` are the site's."""

    archive: Path
    site: str
    zone: tzinfo
    zone_name: str
    now: datetime
    #: What could not be read, a line each; known once the page is made.
    problems: list[str] = field(default_factory=list)

    def page(self, wanted: Wanted) -> str:
        """The page of a time.

        :raises CannotRun: for a time that there is none of.
        """
        buckets = self.buckets(wanted)
        tally, passed, losses = Tally(buckets, self.zone, self.now), Passed(), Losses()
        recent = [run for run, _ in islice(self._runs(Passed(), None), _RECENT)]
        recent.sort(key=lambda run: run.started, reverse=True)
        since = self._utc(buckets.first)
        for run, report in self._runs(passed, since):
            tally.run(run)
            if run.started >= since:
                losses.add(report)
        for entry in self._entries(passed):
            tally.post(entry)
        glance = Glance(self.now, holder=lock_holder(self.archive))
        look_at_schedule(glance, recent)
        self.problems += passed.lines()
        figures = tally.figures()
        if figures.ahead:
            self.problems.append(f"posts dated in the future: {figures.ahead:,}; drawn where the time shown reaches to them")
        last = recent[0] if recent else None
        facts = Facts(self.site, self.zone_name, self.now, last, glance.overdue, losses, self.problems)
        return page(figures, facts)

    def buckets(self, wanted: Wanted) -> Buckets:
        """The time that is wanted, in pieces.

        :raises CannotRun: if it ends before it begins.
        """
        until = wanted.period.until
        last = datetime.fromisoformat(until) if until else self._local(self.now)
        first = self._first(wanted, last)
        if first > last:
            raise CannotRun(
                f"--since {wanted.period.since} lies in the future; name a time that has begun, or give --until, too"
            )
        return Buckets.of(first, last)

    def _first(self, wanted: Wanted, last: datetime) -> datetime:
        if wanted.period.since:
            return datetime.fromisoformat(wanted.period.since)
        if wanted.whole:
            return self._oldest(last)
        days = DAYS if wanted.days is None else wanted.days
        try:
            if days <= _BY_HOUR:  # the last hours, however young the day is
                return HOUR.floor(last + timedelta(seconds=1 - days * _DAY))
            return datetime.combine(last.date(), time()) - timedelta(days=days - 1)
        except OverflowError:
            raise CannotRun(f"--days {days} reaches back beyond the year 1; give fewer") from None

    def _oldest(self, last: datetime) -> datetime:
        """The day of the oldest post or run."""
        oldest, early = last, 0
        for entry in self._entries(Passed()):
            early += entry.published < _WEB
            oldest = min(oldest, *(found for found in (entry.published, entry.seen) if found >= _WEB))
        for run, _ in islice(summaries(oldest_first(self.archive / RUNS), Passed()), 1):
            oldest = min(oldest, max(_WEB, self._local(run.started)))
        if early:
            self.problems.append(f"posts dated before {_WEB.year} and not shown: {early:,}; --since shows them")
        return datetime.combine(oldest.date(), time())

    def _runs(self, passed: Passed, since: datetime | None) -> Iterator[tuple[Summary, Mapping[str, Any]]]:
        return summaries(newest_first(self.archive / RUNS, passed, since), passed)

    def _entries(self, passed: Passed) -> Iterator[Entry]:
        try:
            yield from entries(index_lines(self.archive), self.zone, passed)
        except OSError as error:
            self.problems.append(f"{INDEX} cannot be read: {error.strerror or error}")

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(self.zone).replace(tzinfo=None)
        except OverflowError:
            return moment.replace(tzinfo=None)

    def _utc(self, local: datetime) -> datetime:
        try:
            return local.replace(tzinfo=self.zone).astimezone(UTC)
        except OverflowError:
            return local.replace(tzinfo=UTC)
