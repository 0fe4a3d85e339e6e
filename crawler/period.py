"""A period that a person gives by its ends: a month, a day or a time, in the zone of the site."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from crawler.errors import CannotRun

_FORM = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?", re.ASCII)
_HOW = "a month, a day or a time: 2022-03, 2022-03-01, 2022-03-01T08:30 or 2022-03-01T08:30:15"


class BadPeriod(CannotRun, ValueError):
    """One line: an end of a period that cannot be read, and how one is written."""


@dataclass(frozen=True, slots=True)
class Period:
    """Two ends as local times ``YYYY-MM-DDTHH:MM:SS``, both included; an empty end is open.

    Times are compared as texts, since all have the same form.
    """

    since: str = ""
    until: str = ""

    @classmethod
    def read(cls, since: str = "", until: str = "", *, names: tuple[str, str] = ("--since", "--until")) -> Period:
        """The period between two ends as a person writes them; a month or a day is included whole.

        >>> Period.read("2022-03", "2022-03-05")
        Period(since='2022-03-01T00:00:00', until='2022-03-05T23:59:59')

        :param names: the options in which the person wrote the two ends.
        :raises BadPeriod: for an end that cannot be read or does not exist, or a period that ends before it begins.
        """
        first = _moment(names[0], since, last=False) if since else ""
        last = _moment(names[1], until, last=True) if until else ""
        if first and last and first > last:
            raise BadPeriod(f"{names[0]} {since} lies after {names[1]} {until}; exchange them")
        return cls(first, last)

    def takes(self, time: str) -> bool:
        """Whether a time is in the period.

        >>> Period.read("2022-03-01T08:30").takes("2022-03-01T08:34:23+08:00"), Period().takes("9999-12-31T23:59:59")
        (True, True)

        :param time: an ISO 8601 time in the zone of the site; its offset is ignored.
        """
        local = time[:19]
        return (not self.since or self.since <= local) and (not self.until or local <= self.until)

    def touches(self, day: str) -> bool:
        """Whether some time of a day (``YYYY-MM-DD``) is in the period.

        >>> Period.read("2022-03-01T08:30", "2022-03-01T09:00").touches("2022-03-01")
        True
        """
        return (not self.since or self.since[:10] <= day) and (not self.until or day <= self.until[:10])

    def is_near(self, day: str) -> bool:
        """Whether a day (``YYYY-MM-DD``) or one next to it touches the period; in another zone a time may fall on the next day.

        >>> Period.read("2022-03-01", "2022-03-01").is_near("2022-03-02")
        True
        """
        try:
            middle = date.fromisoformat(day)
            beside = {date.fromordinal(middle.toordinal() + step).isoformat() for step in (-1, 1)}
        except (ValueError, OverflowError):  # it is no day, or the first or last one that Python knows
            beside = set()
        return any(map(self.touches, {day, *beside}))

    def __bool__(self) -> bool:
        """Whether either end is given."""
        return bool(self.since or self.until)


def _moment(name: str, text: str, *, last: bool) -> str:
    """The first second that a text stands for, or, with ``last``, the last one."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadPeriod(f"{name} {text!r} cannot be read; write {_HOW}")
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    assert month is not None
    try:
        if day is None:
            day = monthrange(year, month)[1] if last else 1
        if hour is None:
            hour, minute, second = (23, 59, 59) if last else (0, 0, 0)
        if second is None:
            second = 59 if last else 0
        return datetime(year, month, day, hour, minute or 0, second).isoformat()  # noqa: DTZ001 - the zone is the site's
    except ValueError:
        raise BadPeriod(f"{name} {text}: there is no such date; write {_HOW}") from None
