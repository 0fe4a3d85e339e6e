"""Dates of records, in every form in which tools write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from crawler.clock import stamp

#: The forms that W3CDTF allows, and those of ISO 8601 without dashes and colons, of ARC for example.
_DATE = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[Tt ]?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,30}))?)?)?"
    r" ?(?:[Zz]|UTC|GMT|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?)?)?\Z",
    re.ASCII,
)


def utc(date: str) -> str:
    """A date of any precision in UTC with microseconds, so that times compare as texts. One without a zone is in UTC.

    >>> utc("2022-03-03T15:30:00Z"), utc("2022-03"), utc("20220303153000")
    ('2022-03-03T15:30:00.000000Z', '2022-03-01T00:00:00.000000Z', '2022-03-03T15:30:00.000000Z')

    :raises ValueError: if it is no date.
    """
    found = _DATE.match(date.strip())
    try:
        if found is None:
            raise ValueError(date)
        year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
        text = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        zone = f"{sign}{hours}:{minutes}" if sign else "+00:00"
        parsed = datetime.fromisoformat(f"{text}.{(fraction or '')[:6].ljust(6, '0')}{zone}")
        return stamp(parsed.astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError(f"WARC-Date {date!r} is no date") from None
