"""When a sitemap's ``lastmod`` says that a page was changed since it was captured. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

#: The forms of W3C's note on dates: a year, a month, a day, or a time with its offset.
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def was_changed(lastmod: str, captured: datetime, now: datetime, *, is_new: bool) -> bool:
    """Whether a page that was captured at this time may be another by now.

    A day counts from its beginning, so that a page is not asked for again and again all day long; in a sitemap that ``is_new``,
    to its end. A time that is still to come says something only there.

    >>> noon, evening = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 18, tzinfo=UTC)
    >>> [was_changed("2026-03-01", noon, evening, is_new=new) for new in (False, True)]
    [False, True]
    >>> was_changed("2026-03-01T13:00:00+00:00", noon, evening, is_new=False), was_changed("soon", noon, evening, is_new=True)
    (True, False)
    """
    found = _span(lastmod)
    if found is None:
        return False
    first, last = found
    if is_new:
        return captured < last
    return captured < first <= now


def _span(lastmod: str) -> tuple[datetime, datetime] | None:
    """The time that a text tells, or the first and last of the period that it names; ``None`` if it tells none."""
    date = _DATE.fullmatch(lastmod)
    try:
        if date is None:
            time = datetime.fromisoformat(lastmod)
            time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
            return time, time
        first = datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=UTC)
        days = 1 if date[3] else 31 if date[2] else 366
        return first, first + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
