"""Days for posts of which nothing tells one: as lists in the order of time have them, between others whose days are known.

Jekyll takes no post without a day, so that a post would be lost without one: such a day is a guess, and is said to be.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.learn.finding.listed import linked, lists_of, menu_of
from crawler.learn.finding.paged import PAGE
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.pages import Captured

#: So many of a hundred days that follow each other in a list are in one order, where the list is in the order of time.
_MOST = 95
_NUMBER = re.compile(r"\d+")
_IN_ADDRESS = re.compile(r"(?:^|/)((?:19|20)\d\d)(?:[/-](0[1-9]|1[0-2]))?(?=[/-])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def assumed_days(captured: Captured, posts: Posts) -> dict[str, str]:
    """The days of posts without one, evenly between those of their neighbours in the list that has most of them."""
    days = dict(posts.days)
    open_to = {path for path, day in days.items() if not day}
    if not open_to or len(open_to) == len(days):
        return {}
    last = max((page.time[:10] for page in captured.pages.values() if _DAY.match(page.time)), default="")
    lists = sorted(_lists(captured, days), key=lambda paths: len(open_to.intersection(paths)), reverse=True)
    found: dict[str, str] = {}
    for paths in lists:
        if open_to.intersection(paths) - found.keys() and (step := _order({**days, **found}, paths)):
            between = list(_with_ends({**days, **found}, paths[::step]))
            told = zip(between, _between([day for _, day in between], last), strict=True)
            found |= {path: day for (path, known), day in told if path and not known}
    return found


def _with_ends(days: Mapping[str, str], paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The posts with their days, and around those of each month or year that addresses tell, its first and last day."""
    ends = ("", "")
    for path in paths:
        told = _IN_ADDRESS.search(path)
        now = (f"{told[1]}-{told[2] or '01'}-01", f"{told[1]}-{told[2] or '12'}-28") if told else ("", "")
        if now != ends:
            yield from (("", day) for day in (ends[1], now[0]) if day)
        ends = now
        yield path, days[path]
    if ends[1]:
        yield "", ends[1]


def _lists(captured: Captured, days: Mapping[str, str]) -> Iterator[list[str]]:
    """The posts of each feed, of each list with its further pages, and of each list by itself, in their order."""
    for entries in captured.entries.values():
        yield _known(days, (captured.relative_anywhere(entry.url) for entry in entries))
    spelt = {ENDING.sub("", path): path for path in days}
    menu = menu_of(captured, captured.pages)
    series: dict[str, list[tuple[int, list[str]]]] = {}
    for page in lists_of(captured):
        own = [path for path in linked(captured, page, spelt) if path not in menu]
        yield own
        begun = PAGE.fullmatch(page.path)
        number = int(_NUMBER.findall(page.path)[-1]) if begun else 1
        series.setdefault(re.sub(r"page/?$", "", begun[1]) if begun else page.path, []).append((number, own))
    for several in series.values():
        yield _known(days, (path for _, paths in sorted(several) for path in paths))


def _known(days: Mapping[str, str], paths: Iterable[str | None]) -> list[str]:
    return [path for path in dict.fromkeys(paths) if path is not None and path in days]


def _order(days: Mapping[str, str], paths: Sequence[str]) -> int:
    """1 for a list that begins with the oldest post, -1 for one that begins with the newest, 0 for one in no such order."""
    told = [days[path] for path in paths if days[path]]
    steps = [(one < other) - (one > other) for one, other in pairwise(told) if one != other]
    rising, falling = steps.count(1), steps.count(-1)
    if max(rising, falling) * 100 < _MOST * len(steps) or not steps:
        return 0
    return 1 if rising > falling else -1


def _between(told: Sequence[str], last: str) -> list[str]:
    """Days from the oldest to the newest, those that are empty evenly between the others; a day each beyond these.

    >>> _between(["", "2024-05-01", "", "", "2024-05-10", "", ""], "2024-05-11")
    ['2024-04-30', '2024-05-01', '2024-05-04', '2024-05-07', '2024-05-10', '2024-05-11', '2024-05-11']
    """
    found = list(told)
    known = [number for number, day in enumerate(told) if day]
    for first, other in pairwise(known):
        start, end = date.fromisoformat(told[first]), date.fromisoformat(told[other])
        for number in range(first + 1, other):
            found[number] = _moved(start, max((end - start).days, 0) * (number - first) // (other - first))
    for number in range(known[0]):
        found[number] = _moved(date.fromisoformat(told[known[0]]), number - known[0])
    for number in range(known[-1] + 1, len(told)):
        newest = _moved(date.fromisoformat(told[known[-1]]), number - known[-1])
        found[number] = min(newest, max(last, told[known[-1]])) if last else newest
    return found


def _moved(day: date, days: int) -> str:
    """A day so many days later; the first or the last that there is, where that is beyond it."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal())).isoformat()
