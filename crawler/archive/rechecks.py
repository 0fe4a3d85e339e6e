"""Which pages are to be requested again, and when: posts while they are live, and pages that failed.

All of it is derived, as the rest of the catalog, except the count of failures in a row: if that is lost, a page is requested
again sooner.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson

from crawler.archive.schedule import Schedule, back_off
from crawler.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: :meth:`Rechecks.rebuild` leaves out posts that were not visited for so long.
_RECENT = timedelta(days=5)


class Recheck(NamedTuple):
    """One page, and when it is ``due``; ``last`` is its last visit, and ``tries`` counts failures in a row.

    ``published`` and ``last`` are empty for a listing, and for a page that gave no post.
    """

    url: str
    published: str
    last: str
    tries: int
    due: str


class Store(Protocol):
    """The part of the catalog that stores the list."""

    def rows(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
        """The rows that a query gives."""

    def write(self, statement: str, values: tuple[object, ...]) -> None:
        """Execute a statement, which takes effect with the catalog's next commit."""


class Rechecks:
    """The list of pages to request again, by one schedule."""

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule

    def visited(self, url: str, published: datetime, time: str) -> None:
        """Record that the page at ``url`` was there at ``time``, and schedule the next visit.

        It gave a post, or is one that the site itself broke.
        """
        last = datetime.fromisoformat(time)
        self._put(Recheck(url, stamp(published), time, 0, stamp(self._schedule.next_visit(min(published, last), last))))

    def failed(self, url: str, now: datetime) -> None:
        """Record that a page could not be fetched or gave no post; it is due in the next run, then at growing intervals."""
        row = self.get(url) or Recheck(url, "", "", 0, "")
        self._put(row._replace(tries=row.tries + 1, due=stamp(now + back_off(row.tries + 1))))

    def left(self, url: str, now: datetime) -> None:
        """Record that a page could not even be requested, because its host was left alone; it is due in the next run."""
        row = self.get(url) or Recheck(url, "", "", 0, "")
        self._put(row._replace(tries=max(row.tries, 1), due=stamp(now)))

    def schedule_listing(self, url: str, due: datetime) -> None:
        """Schedule a visit of a listing."""
        self._put(Recheck(url, "", "", 0, stamp(due)))

    def done(self, url: str) -> None:
        """Take a page off the list."""
        self._store.write("DELETE FROM rechecks WHERE url = ?", (url,))

    def get(self, url: str) -> Recheck | None:
        """The row of ``url``, if it is on the list."""
        return next(map(_row, self._store.rows("SELECT * FROM rechecks WHERE url = ?", (url,))), None)

    def due(self, now: datetime) -> list[Recheck]:
        """The pages to request now, the longest overdue first.

        A time beyond the schedule was written while the clock was wrong, so such a page is due as well.
        """
        query = "SELECT * FROM rechecks WHERE due <= ? OR due > ? ORDER BY due, url"
        return list(map(_row, self._store.rows(query, (stamp(now), self._far(now)))))

    def waits(self, url: str, now: datetime) -> bool:
        """Whether a page is on the list and not due yet."""
        return self.waits_or_failed(url, now)[0]

    def waits_or_failed(self, url: str, now: datetime) -> tuple[bool, bool]:
        """Whether a page is on the list and not due yet, and whether the last request for it failed."""
        row = self.get(url)
        return (False, False) if row is None else (stamp(now) < row.due <= self._far(now), row.tries > 0)

    def failed_lately(self, url: str) -> bool:
        """Whether the last request for a page failed."""
        row = self.get(url)
        return row is not None and row.tries > 0

    def not_seen_since(self, time: str) -> list[str]:
        """The URLs of live posts that were not seen since ``time``."""
        query = "SELECT * FROM rechecks WHERE last != '' AND last < ? ORDER BY last, url"
        return [row.url for row in map(_row, self._store.rows(query, (time,)))]

    def live(self) -> list[str]:
        """The URLs of all live posts."""
        return [row.url for row in map(_row, self._store.rows("SELECT * FROM rechecks WHERE last != '' ORDER BY url"))]

    def coming(self, now: datetime) -> dict[str, int | str | None]:
        """The numbers of pages that are due within an hour and a day, and the time of the next one."""
        count = "SELECT count(*) FROM rechecks WHERE due <= ?"
        hour, day = (_number(self._store.rows(count, (stamp(now + span),))) for span in (timedelta(hours=1), timedelta(days=1)))
        first = next(self._store.rows("SELECT min(due) FROM rechecks"))[0]
        return {"within_hour": hour, "within_day": day, "next": None if first is None else str(first)}

    def rebuild(self, now: datetime, post_id: Callable[[str], str | None]) -> int:
        """Derive the list from captures and posts, after the catalog was created again, and return its length.

        :param post_id: gives the ID of the post at a canonical URL.
        """
        query = "SELECT url, max(time) FROM captures WHERE status IN (200, 304) AND time > ? GROUP BY url"
        number = 0
        for url, time in self._store.rows(query, (stamp(now - _RECENT),)):
            own = post_id(str(url))
            line = own and next(self._store.rows("SELECT line FROM posts WHERE id = ? AND url = ?", (own, url)), None)
            if not line:
                continue
            entry = orjson.loads(str(line[0]))
            if entry["status"] == "live":
                self.visited(str(url), datetime.fromisoformat(entry["date"]), str(time))
                number += 1
        return number

    def _far(self, now: datetime) -> str:
        return stamp(now + self._schedule.longest)

    def _put(self, row: Recheck) -> None:
        self._store.write("INSERT OR REPLACE INTO rechecks VALUES (?, ?, ?, ?, ?)", tuple(row))


class Waiting(NamedTuple):
    """How many pages are on the list, and how many of them were due before a time; how many failed and gave no post yet,
    and one of these.
    """

    pages: int
    overdue: int
    failed: int
    one_failed: str


def waiting(store: Store, before: str) -> Waiting:
    """What is on the list."""
    total, late = next(store.rows("SELECT count(*), coalesce(sum(substr(due, 1, 19) < ?), 0) FROM rechecks", (before,)))
    lacking = "SELECT count(*), coalesce(min(url), '') FROM rechecks WHERE tries > 0 AND url NOT IN (SELECT url FROM post_urls)"
    failed, one = next(store.rows(lacking))
    return Waiting(int(str(total)), int(str(late)), int(str(failed)), str(one))


def _row(values: tuple[object, ...]) -> Recheck:
    return Recheck(*values)  # type: ignore[arg-type]


def _number(rows: Iterator[tuple[object, ...]]) -> int:
    return int(str(next(rows)[0]))
