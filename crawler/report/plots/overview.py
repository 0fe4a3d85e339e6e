"""Makes the page of an archive: finds the period, then reads run reports and index once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.archive.lines import index_lines
from crawler.archive.lock_holder import lock_holder
from crawler.archive.paths import INDEX, RUNS
from crawler.errors import CannotRun
from crawler.period import Period
from crawler.report.plots.buckets import HOUR, Buckets
from crawler.report.plots.figures import Tally
from crawler.report.plots.losses import Losses
from crawler.report.plots.page import Facts, page
from crawler.report.runs.entries import Entry, entries
from crawler.report.runs.history import newest_first, oldest_first
from crawler.report.runs.skipped import Skipped
from crawler.report.runs.summary import Summary, summaries
from crawler.report.status.archive_status import ArchiveStatus, check_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crawler.report.plots.given_back import GivenBack

#: The number of days that are shown by default.
DAYS = 30
#: The beginning of the Web. A post dated before it has a wrong date, and does not extend the period of ``--all``.
_WEB = datetime(1990, 1, 1)  # noqa: DTZ001 - a local time
#: The number of runs from which the schedule is found.
_RECENT = 60
#: Up to so many days are shown by the hour.
_BY_HOUR, _DAY = 5, 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """The time that a page is to show: a ``period``, a number of ``days`` up to its end or now, or the ``whole`` history."""

    period: Period = field(default_factory=Period)
    days: int | None = None
    whole: bool = False


@dataclass(slots=True)
class Overview:
    """The archive that the page shows. ``zone`` and ``zone_name`` are the site's."""

    archive: Path
    site: str
    zone: tzinfo
    zone_name: str
    now: datetime
    given_back: GivenBack | None = None
    #: A line for each thing that could not be read; complete once the page is made.
    problems: list[str] = field(default_factory=list)

    def page(self, wanted: Wanted) -> str:
        """The page.

        :raises CannotRun: if the period ends before it begins.
        """
        buckets = self.buckets(wanted)
        tally, skipped, losses = Tally(buckets, self.zone, self.now), Skipped(), Losses()
        recent = [run for run, _ in islice(self._runs(Skipped(), None), _RECENT)]
        recent.sort(key=lambda run: run.started, reverse=True)
        since = self._utc(buckets.first)
        for run, report in self._runs(skipped, since):
            tally.run(run)
            if run.started >= since:
                losses.add(report)
        for entry in self._entries(skipped):
            tally.post(entry)
        status = ArchiveStatus(self.now, holder=lock_holder(self.archive))
        check_schedule(status, recent)
        self.problems += skipped.lines()
        figures = tally.figures()
        if figures.ahead:
            self.problems.append(f"posts dated in the future: {figures.ahead:,}; drawn where the time shown reaches to them")
        last = recent[0] if recent else None
        facts = Facts(self.site, self.zone_name, self.now, last, status.overdue, losses, self.problems, self.given_back)
        return page(figures, facts)

    def buckets(self, wanted: Wanted) -> Buckets:
        """The buckets of the wanted time.

        :raises CannotRun: if it ends before it begins.
        """
        until = wanted.period.until
        last = datetime.fromisoformat(until) if until else self._local(self.now)
        first = self._first(wanted, last)
        if first > last:
            raise CannotRun(f"--since {wanted.period.since} is in the future; name an earlier time, or give --until, too")
        return Buckets.of(first, last)

    def _first(self, wanted: Wanted, last: datetime) -> datetime:
        if wanted.period.since:
            return datetime.fromisoformat(wanted.period.since)
        if wanted.whole:
            return self._oldest(last)
        days = DAYS if wanted.days is None else wanted.days
        try:
            if days <= _BY_HOUR:  # counted in hours from now, not from the beginning of the day
                return HOUR.floor(last + timedelta(seconds=1 - days * _DAY))
            return datetime.combine(last.date(), time()) - timedelta(days=days - 1)
        except OverflowError:
            raise CannotRun(f"--days {days} reaches back before the year 1; give fewer") from None

    def _oldest(self, last: datetime) -> datetime:
        """The day of the oldest post or run."""
        oldest, early = last, 0
        for entry in self._entries(Skipped()):
            early += entry.published < _WEB
            oldest = min(oldest, *(found for found in (entry.published, entry.seen) if found >= _WEB))
        for run, _ in islice(summaries(oldest_first(self.archive / RUNS), Skipped()), 1):
            oldest = min(oldest, max(_WEB, self._local(run.started)))
        if early:
            self.problems.append(f"posts dated before {_WEB.year} and not shown: {early:,}; --since shows them")
        return datetime.combine(oldest.date(), time())

    def _runs(self, skipped: Skipped, since: datetime | None) -> Iterator[tuple[Summary, Mapping[str, Any]]]:
        return summaries(newest_first(self.archive / RUNS, skipped, since), skipped)

    def _entries(self, skipped: Skipped) -> Iterator[Entry]:
        try:
            yield from entries(index_lines(self.archive), self.zone, skipped)
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
