"""The time zone of a site, by the offsets that its times have."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from crawler.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The zones of many sites, the likeliest first; of several that fit, the first of them counts.
_LIKELY = tuple(
    """America/New_York America/Los_Angeles America/Chicago Europe/London Europe/Berlin Europe/Paris Asia/Shanghai Asia/Tokyo
    Asia/Kolkata America/Denver America/Toronto America/Sao_Paulo Australia/Sydney Europe/Moscow Asia/Seoul Asia/Singapore
    Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Stockholm Europe/Warsaw Europe/Kyiv Europe/Istanbul Asia/Taipei
    Asia/Hong_Kong Pacific/Auckland Asia/Jakarta Asia/Manila Africa/Johannesburg America/Mexico_City
    America/Argentina/Buenos_Aires America/Bogota Europe/Lisbon Europe/Helsinki Asia/Jerusalem Asia/Dubai Asia/Tehran""".split()  # noqa: SIM905
)
_OFFSET = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?[+-]\d\d:?\d\d$")
#: So many times are looked at.
_TIMES = 400
#: So many of the times, out of a hundred, have to be the zone's: a post may bring the offset of another with it.
_MOST = 95


def zone_of(times: Iterable[str]) -> tuple[str, str]:
    """The zone, as IANA names it, and what bears it out. A time without an offset, or with a ``Z``, says nothing."""
    told = [moment for text in times if _OFFSET.search(text.strip()) and (moment := _read(text.strip())) is not None]
    if not told:
        return (
            "UTC",
            "no page and no feed has a time with an offset; Jekyll's own zone without a setting is that of its machine",
        )
    told = told[:: max(1, len(told) // _TIMES)]
    offsets = Counter(_hours(moment) for moment in told)
    named = ", ".join(f"{name} in {count}" for name, count in offsets.most_common(3))
    if len(offsets) == 1 and "+00:00" in offsets:
        return "UTC", f"{counted(len(told), 'time')} with the offset +00:00, and none with another"
    for name in (*_LIKELY, *sorted(available_timezones())):
        fits = sum(_fits(name, moment) for moment in told)
        if fits * 100 >= _MOST * len(told):
            return (
                name,
                f"it has the offsets of {fits} of {counted(len(told), 'time')} ({named}); other zones may have them too",
            )
    return "UTC", f"no zone has all the offsets of {counted(len(told), 'time')} ({named})"


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1 < found.year < 9999 else None  # noqa: PLR2004 - zones reach beyond


def _hours(moment: datetime) -> str:
    return moment.isoformat()[-len("+00:00") :]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _fits(name: str, moment: datetime) -> bool:
    return moment.astimezone(_zone(name)).utcoffset() == (moment.utcoffset() or timedelta())
