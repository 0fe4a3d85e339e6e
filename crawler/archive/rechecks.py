"""Which pages are to be asked for again, and when: posts while they are live, and whatever failed.

Derived like the rest of the catalog, but for the count of failures in a row: if that is lost, a page is asked again sooner.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson

from crawler.archive.schedule import Schedule, back_off
from crawler.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: A post that was not looked at for so long is not waited for when the list is made anew.
_RECENT = timedelta(days=5)


class Recheck(NamedTuple):
    """One page. ``published`` and ``last``: empty for a listing, or a page that gave no post. ``tries``: failures in a row."""

    url: str
    published: str
    last: str
    tries: int
    due: str


class Store(Protocol):
    """The part of the catalog that keeps the list."""

    def rows(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
        """Ask the database."""

    def write(self, statement: str, values: tuple[object, ...]) -> None:
        """Change it, with the catalog's next commit."""


class Rechecks:
    """The list, for one schedule."""

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule

    def looked(self, url: str, published: datetime, time: str) -> None:
        """The page at ``url`` was there at ``time`` and gave a post (or is broken by the site itself)."""
        last = datetime.fromisoformat(time)
        self._put(Recheck(url, stamp(published), time, 0, stamp(self._schedule.next_look(min(published, last), last))))

    def failed(self, url: str, now: datetime) -> None:
        """It could not be had, or what came was no post: again in the next run, then ever later."""
        row = self.get(url) or Recheck(url, "", "", 0, "")
        self._put(row._replace(tries=row.tries + 1, due=stamp(now + back_off(row.tries + 1))))

    def remind(self, url: str, due: datetime) -> None:
        """A listing is to be opened then."""
        self._put(Recheck(url, "", "", 0, stamp(due)))

    def done(self, url: str) -> None:
        """It need not be asked for again."""
        self._store.write("DELETE FROM rechecks WHERE url = ?", (url,))

    def get(self, url: str) -> Recheck | None:
        """The row of ``url``."""
        return next(map(_row, self._store.rows("SELECT * FROM rechecks WHERE url = ?", (url,))), None)

    def due(self, now: datetime) -> list[Recheck]:
        """What is to be asked for now, the longest overdue first.

        Something due beyond the schedule was put down by a clock that went wrong since.
        """
        query = "SELECT * FROM rechecks WHERE due <= ? OR due > ? ORDER BY due, url"
        return list(map(_row, self._store.rows(query, (stamp(now), self._far(now)))))

    def waits(self, url: str, now: datetime) -> bool:
        """Whether a page is on the list, and its time has not come yet."""
        row = self.get(url)
        return row is not None and stamp(now) < row.due <= self._far(now)

    def failed_lately(self, url: str) -> bool:
        """Whether the page could not be had when it was asked for last."""
        row = self.get(url)
        return row is not None and row.tries > 0

    def not_met_since(self, time: str) -> list[str]:
        """Live posts that nobody has met since ``time``."""
        query = "SELECT * FROM rechecks WHERE last != '' AND last < ? ORDER BY last, url"
        return [row.url for row in map(_row, self._store.rows(query, (time,)))]

    def live(self) -> list[str]:
        """All live posts."""
        return [row.url for row in map(_row, self._store.rows("SELECT * FROM rechecks WHERE last != '' ORDER BY url"))]

    def coming(self, now: datetime) -> dict[str, int | str | None]:
        """How many pages are due within an hour and a day, and when the next one is."""
        count = "SELECT count(*) FROM rechecks WHERE due <= ?"
        hour, day = (_number(self._store.rows(count, (stamp(now + span),))) for span in (timedelta(hours=1), timedelta(days=1)))
        first = next(self._store.rows("SELECT min(due) FROM rechecks"))[0]
        return {"within_hour": hour, "within_day": day, "next": None if first is None else str(first)}

    def make_anew(self, now: datetime, post_id: Callable[[str], str | None]) -> int:
        """Make the list from captures and index, where the catalog was made anew; gives its length.

        :param post_id: the ID of the post at a canonical URL.
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
                self.looked(str(url), datetime.fromisoformat(entry["date"]), str(time))
                number += 1
        return number

    def _far(self, now: datetime) -> str:
        return stamp(now + self._schedule.longest)

    def _put(self, row: Recheck) -> None:
        self._store.write("INSERT OR REPLACE INTO rechecks VALUES (?, ?, ?, ?, ?)", tuple(row))


def waiting(store: Store, before: str) -> tuple[int, int]:
    """How many pages are on the list, and how many of them were due before a time."""
    query = "SELECT count(*), coalesce(sum(substr(due, 1, 19) < ?), 0) FROM rechecks"
    total, late = next(store.rows(query, (before,)))
    return int(str(total)), int(str(late))


def _row(values: tuple[object, ...]) -> Recheck:
    return Recheck(*values)  # type: ignore[arg-type]


def _number(rows: Iterator[tuple[object, ...]]) -> int:
    return int(str(next(rows)[0]))
