"""The permalink of a site whose folders have words or numbers of a time that no other rule knows: names of months, hours."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.sites.addresses.made_address import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What no other rule has; the placeholders that days alone do not tell are left out.
_OTHERS = frozenset(("short_year", "short_month", "long_month", "w_year", "w_day", "long_day"))
_CLOCK = frozenset(("hour", "minute", "second"))
#: So many posts out of a hundred have to have the folder that a placeholder stands for, and so many days have to tell it.
_MOST, _DAYS = 95, 4
_PATH = re.compile(r"((?:[^/]+/)+)[^/]+?(\.html|/|)")


def rule_by_times(days: Mapping[str, str]) -> str:
    """The template that the days of posts bear out; empty if there is none, or another rule would have it.

    :param days: of the posts, by their paths.

    >>> days = [f"2024-{month:02}-{month + 9}" for month in range(1, 9)]
    >>> rule_by_times({f"blog/{datetime.fromisoformat(day):%y/%b}/a/": day for day in days})
    '/blog/:short_year/:short_month/:title/'
    """
    told = [
        (found, parts_of(moment)) for path, day in days.items() if (found := _PATH.fullmatch(path)) and (moment := _read(day))
    ]
    if len({parts["y_day"] for _, parts in told}) < _DAYS:
        return ""
    folders = [(found[1].strip("/").split("/"), parts) for found, parts in told]
    names: list[str] = []
    while name := _placeholder(folders, names):
        names.insert(0, name)
    if not _OTHERS & set(names):
        return ""
    before = Counter("/".join(own[: len(own) - len(names)]) for own, _ in folders)
    folder, most = before.most_common(1)[0]
    start = (f"{folder}/" if folder else "") if most * 100 >= _MOST * len(folders) else ":categories/"
    ending = Counter(found[2] for found, _ in told).most_common(1)[0][0]
    return f"/{start}{''.join(f':{name}/' for name in names)}:title{ending}"


def _placeholder(folders: list[tuple[list[str], dict[str, str]]], behind: list[str]) -> str:
    """What the folder before those of the placeholders ``behind`` stands for; empty if it is none of a time."""
    place = len(behind) + 1
    fits: Counter[str] = Counter()
    for own, parts in folders:
        if len(own) >= place:
            fits.update(name for name, value in parts.items() if value == own[-place])
    likely = [name for name, count in fits.items() if name not in _CLOCK and count * 100 >= _MOST * len(folders)]
    return next((name for name in parts_of(datetime.min) if name in likely and name not in behind), "")  # noqa: DTZ901


def _read(day: str) -> datetime | None:
    try:
        return datetime.fromisoformat(day)
    except ValueError:
        return None
