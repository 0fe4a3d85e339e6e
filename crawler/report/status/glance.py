"""What a site's archive looks like at a glance: gathered from whatever of it can be read, and never written to."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

from crawler.archive.catalog import Catalog
from crawler.archive.lines import index_lines, lines, start_of
from crawler.archive.lock import LockHolder, lock_holder
from crawler.archive.paths import CATALOG, INDEX, RUNS
from crawler.archive.rechecks import waiting
from crawler.clock import stamp
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.report.runs.entries import entries
from crawler.report.runs.history import newest_first
from crawler.report.runs.passed import Passed
from crawler.report.runs.summary import Summary, summaries
from crawler.report.status.coverage import Gap, Survey, gaps
from crawler.report.status.disk import sizes
from crawler.report.status.schedule import Schedule, overdue, schedule, takes_too_long
from crawler.report.status.span import span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Reports that tell how runs usually follow each other.
_REPORTS = 60
#: So far back posts are looked at; days that no post is from tell nothing of those before.
_SPAN = timedelta(days=60)
#: Pages may be asked for again so much later than they are due before they count as overdue.
_GRACE = timedelta(hours=1)
#: The command that brings something new; what others are at cannot be told from the catalog.
_CRAWL = "crawl"


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a run that is under way has brought: answers that are captured, and posts that were not known."""

    answers: int
    new: int


@dataclass(slots=True)
class Glance:
    """What there is to see. ``None`` is what cannot be read, and ``problems`` names it."""

    now: datetime
    #: The newest first.
    runs: list[Summary] = field(default_factory=list)
    holder: LockHolder | None = None
    so_far: SoFar | None = None
    schedule: Schedule | None = None
    #: A line if no run comes any more.
    overdue: str | None = None
    #: Pages to be asked for again, and those of them that should have been long since.
    pages: int | None = None
    pages_overdue: int | None = None
    gaps: list[Gap] = field(default_factory=list)
    posts: int = 0
    #: Bytes by part of the archive.
    disk: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 if the last run was good, and runs come as they usually do."""
        return GOOD if self.runs and not self.overdue and self.runs[0].exit_code == GOOD else LOSSES

    @property
    def under_way(self) -> bool:
        """Whether a process is writing to the archive, as far as this machine can tell."""
        return self.holder is not None and self.holder.alive is not False


def look(archive: Path, zone: tzinfo, now: datetime, runs: int) -> Glance:
    """Look at an archive.

    :param zone: of the site.
    :param runs: how many of the newest to show.
    """
    found, passed = Glance(now, holder=lock_holder(archive)), Passed()
    known = [one for one, _ in islice(summaries(newest_first(archive / RUNS, passed), passed), max(_REPORTS, runs))]
    known.sort(key=lambda one: one.started, reverse=True)
    found.runs = known[:runs]
    look_at_schedule(found, known)
    _look_at_catalog(found, archive)
    recent = _recent(found, archive, zone)
    found.gaps = list(gaps(recent.days, now.astimezone(zone).date()))
    if not found.posts:
        found.posts = _lines(archive)
    found.disk = sizes(archive, found.posts * recent.size // max(1, recent.posts))
    found.problems += passed.lines()
    return found


def look_at_schedule(found: Glance, known: list[Summary]) -> None:
    """See whether runs come as they usually do.

    What a run that is under way is there for has not been missed, unless it takes all too long.

    :param known: runs, the newest first.
    """
    found.schedule = schedule([one.started for one in known[:_REPORTS] if one.started <= found.now])
    if found.under_way and found.holder is not None:
        durations = [one.seconds for one in known if one.seconds is not None]
        if takes_too_long(found.holder.since, durations, found.schedule, found.now):
            found.overdue = f"the run that is under way has taken {span((found.now - found.holder.since).total_seconds())}"
        return
    if not known:
        found.overdue = "no run has ended yet"
        return
    since = overdue(found.schedule, known[0].started, found.now)
    if since is not None and found.schedule is not None:
        usual = span(found.schedule.every.total_seconds())
        found.overdue = f"the last run began {span(since.total_seconds())} ago, and runs usually follow each other in {usual}"


def _look_at_catalog(found: Glance, archive: Path) -> None:
    limit = stamp(found.now - _GRACE)[:19]
    with _named(CATALOG, found.problems), closing(Catalog(archive / CATALOG, read_only=True)) as catalog:
        found.posts = catalog.number_of_posts()
        found.pages, found.pages_overdue = waiting(catalog, limit)
        if found.under_way and found.holder is not None and found.holder.command in (None, _CRAWL):
            begun = stamp(found.holder.since)
            found.so_far = SoFar(catalog.number_since(begun), catalog.number_of_posts(begun))


def _recent(found: Glance, archive: Path, zone: tzinfo) -> Survey:
    """The posts of the last weeks; of an archive that nothing comes to any more, all."""
    recent, passed = Survey(), Passed()
    with _named(INDEX, found.problems):
        for start in (start_of(archive / INDEX, stamp(found.now - _SPAN)), 0):
            recent, passed = Survey(), Passed()
            recent.add(entries(index_lines(archive, start), zone, passed))
            if recent.posts or not start:
                break
    found.problems += passed.lines()
    return recent


def _lines(archive: Path) -> int:
    with _named(INDEX, []):
        return sum(1 for _ in lines(archive / INDEX))
    return 0


@contextmanager
def _named(what: str, problems: list[str]) -> Iterator[None]:
    """Whatever stands in the way of reading a part of the archive is a line, and the rest is shown."""
    try:
        yield
    except CannotRun as error:
        problems.append(str(error))
    except sqlite3.Error as error:
        problems.append(f"{what} cannot be read: {error}")
    except OSError as error:
        problems.append(f"{what} cannot be read: {error.strerror or error}")
