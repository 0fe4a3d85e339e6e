"""Gathers the status of a site's archive from whatever of it can be read, and writes nothing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.schema import IMPORTING
from crawler.archive.lines import index_lines, lines, start_of
from crawler.archive.lock_holder import LockHolder, live_workers, lock_holder
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, POSTS, RUNS, SITE
from crawler.archive.rechecks import waiting
from crawler.clock import stamp
from crawler.errors import CannotRun, in_words
from crawler.exit_codes import GOOD, LOSSES
from crawler.report.display import duration
from crawler.report.runs.entries import dated
from crawler.report.runs.history import newest_first
from crawler.report.runs.log_summary import failed
from crawler.report.runs.skipped import Skipped
from crawler.report.runs.summary import Summary, summaries
from crawler.report.status.coverage import Gap, PostCounts, gaps
from crawler.report.status.schedule import Schedule, overdue, schedule, takes_too_long

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.archive.rechecks import Waiting

#: The number of runs from which the schedule is found.
_REPORTS = 60
#: The time before now whose posts are read for gaps.
_SPAN = timedelta(days=60)
#: A page that is due counts as overdue after this time.
_GRACE = timedelta(hours=1)
#: In the catalog, once a run has made the list of pages to be requested again.
_WATCHED = "watched"
#: The only command whose progress the catalog shows.
_CRAWL = "crawl"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """What the present run has captured and made so far: responses, and posts that were not known."""

    responses: int
    new: int


@dataclass(slots=True)
class ArchiveStatus:
    """The status of an archive. A value that cannot be read is ``None``, and ``problems`` has a line on it."""

    now: datetime
    #: The newest first.
    runs: list[Summary] = field(default_factory=list)
    holder: LockHolder | None = None
    #: Those that crawl together, by their names; ``holder`` is one of them.
    workers: Mapping[str, LockHolder] = field(default_factory=dict)
    progress: RunProgress | None = None
    schedule: Schedule | None = None
    #: A line if the next run is overdue, or the present one takes too long.
    overdue: str | None = None
    pages: Waiting | None = None
    #: Whether the catalog was made anew, and no run has made the list of these pages yet.
    is_new: bool = False
    gaps: list[Gap] = field(default_factory=list)
    posts: int = 0
    #: What the last run could not get, a line for each reason, and what else a person should know of it.
    last: list[str] = field(default_factory=list)
    #: What a person should know of how a learned site was read.
    learned: Sequence[str] = ()
    #: Bytes by part of the archive.
    disk: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    #: Whether no run was ever begun, and posts are there all the same.
    was_imported: bool = False
    #: When an import began that was cut short, unless a run began since.
    cut_short: datetime | None = None

    @property
    def exit_code(self) -> int:
        """0 if all can be read, the last run was good and no run is overdue, or there was none because all was imported."""
        if self.problems or self.cut_short is not None:
            return LOSSES
        if self.was_imported:
            return GOOD
        return GOOD if self.runs and not self.overdue and self.runs[0].exit_code == GOOD else LOSSES

    @property
    def under_way(self) -> bool:
        """Whether a process is writing to the archive, as far as this machine can tell."""
        return self.holder is not None and self.holder.alive is not False


def read_status(archive: Path, zone: tzinfo, now: datetime, runs: int) -> ArchiveStatus:
    """Read the status of an archive.

    :param zone: of the site.
    :param runs: how many of the newest runs to show.
    """
    workers = live_workers(archive)
    holder = min(workers.values(), key=lambda one: one.since) if workers else lock_holder(archive)
    status, skipped = ArchiveStatus(now, holder=holder, workers=workers), Skipped()
    found = list(islice(summaries(newest_first(archive / RUNS, skipped), skipped), max(_REPORTS, runs)))
    found.sort(key=lambda one: one[0].started, reverse=True)
    known = [one for one, _ in found]
    status.last = list(_named(found[0][1])) if found else []
    status.runs = known[:runs]
    check_schedule(status, known)
    _read_catalog(status, archive)
    recent = _recent_posts(status, archive, zone)
    status.gaps = list(gaps(recent.days, now.astimezone(zone).date()))
    if not status.posts:
        status.posts = _number_of_lines(archive)
    begun = status.cut_short
    if begun is not None and (status.under_way or (known and known[0].started > begun)):
        status.cut_short = None
    elif begun is not None and not known:
        status.overdue = None  # nobody awaits a run here
    elif (status.posts or (archive / SITE).exists()) and status.holder is None and not _size_below(archive / RUNS):
        status.overdue, status.was_imported = None, True
    status.disk = _sizes(archive, status.posts * recent.size // max(1, recent.posts))
    status.problems += skipped.lines()
    return status


def _named(report: Mapping[str, Any]) -> Iterator[str]:
    """What a run report of any version names: failures by reason, and warnings."""
    failures = [one for one in report.get("failures") or () if isinstance(one, dict)]
    yield from failed([(str(one.get("url")), str(one.get("reason"))) for one in failures])
    warnings = report.get("warnings")
    yield from map(str, warnings if isinstance(warnings, list) else ())


def check_schedule(status: ArchiveStatus, known: list[Summary]) -> None:
    """Check whether the next run is overdue, or whether the present one takes too long.

    :param known: earlier runs, the newest first.
    """
    status.schedule = schedule([one.started for one in known[:_REPORTS] if one.started <= status.now])
    if status.under_way and status.holder is not None:
        durations = [one.seconds for one in known if one.seconds is not None]
        if takes_too_long(status.holder.since, durations, status.schedule, status.now):
            age = duration((status.now - status.holder.since).total_seconds())
            status.overdue = f"the run that is under way has taken {age}"
        return
    if not known:
        status.overdue = "no run has ended yet"
        return
    since = overdue(status.schedule, known[0].started, status.now)
    if since is not None and status.schedule is not None:
        usual = duration(status.schedule.every.total_seconds())
        age = duration(since.total_seconds())
        status.overdue = f"the last run began {age} ago, and runs usually follow each other in {usual}"


def _read_catalog(status: ArchiveStatus, archive: Path) -> None:
    limit = stamp(status.now - _GRACE)[:19]
    with _reporting(CATALOG, status.problems), closing(Catalog(archive / CATALOG, read_only=True)) as catalog:
        status.posts = catalog.number_of_posts()
        importing = catalog.number(IMPORTING)
        status.cut_short = datetime.fromtimestamp(importing, UTC) if importing else None
        found = waiting(catalog, limit)
        # A catalog that was made anew has none on its list until the next run, which makes the list of what is captured.
        status.pages = found if found.pages or not status.posts or catalog.number(_WATCHED) else None
        status.is_new = status.pages is None
        # What workers captured is not in the catalog yet.
        if not status.workers and status.under_way and status.holder is not None and status.holder.command in (None, _CRAWL):
            begun = stamp(status.holder.since)
            status.progress = RunProgress(catalog.number_since(begun), catalog.number_of_posts(begun))


def _recent_posts(status: ArchiveStatus, archive: Path, zone: tzinfo) -> PostCounts:
    """The posts of the last weeks; if there are none, all posts."""
    recent, skipped = PostCounts(), Skipped()
    with _reporting(INDEX, status.problems):
        for start in (start_of(archive / INDEX, stamp(status.now - _SPAN)), 0):
            recent, skipped = PostCounts(), Skipped()
            recent.add(dated(index_lines(archive, start), zone, skipped))
            if recent.posts or not start:
                break
    status.problems += skipped.lines()
    return recent


def _number_of_lines(archive: Path) -> int:
    with _reporting(INDEX, []):
        return sum(1 for _ in lines(archive / INDEX))
    return 0


def _sizes(archive: Path, posts: int) -> dict[str, int]:
    """Bytes of each part of an archive; ``posts``: those of source posts, which are too many to be read one by one."""
    return {
        CAPTURES: _size_below(archive / CAPTURES),
        POSTS: posts,
        RUNS: _size_below(archive / RUNS),
        "index and catalog": _size_in(archive),
    }


def _size_below(folder: Path) -> int:
    return sum(_size_in(Path(place)) for place, _, _ in os.walk(folder))


def _size_in(folder: Path) -> int:
    total = 0
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            with suppress(OSError):  # a temporary file may be gone by now
                total += one.stat().st_size if one.is_file() else 0
    return total


@contextmanager
def _reporting(what: str, problems: list[str]) -> Iterator[None]:
    """Turn an error in reading a part of the archive into a line of ``problems``, so that the rest is shown."""
    try:
        yield
    except CannotRun as error:
        problems.append(str(error))
    except sqlite3.Error as error:
        problems.append(f"{what} cannot be read: {in_words(error)}")
    except OSError as error:
        problems.append(f"{what} cannot be read: {error.strerror or error}")
