"""The current time, which no other module asks for, and times as the archive writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def stamp(time: datetime) -> str:
    """A time as captures and index have it (``WARC-Date`` with microseconds); such texts sort as the times do.

    >>> stamp(datetime(2022, 3, 3, 23, 30, tzinfo=UTC))
    '2022-03-03T23:30:00.000000Z'
    """
    if time.tzinfo is not UTC:
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")[:26] + "Z"
