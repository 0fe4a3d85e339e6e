"""The permalink of a site with folders between the date and the title of an address: those of categories, or its own."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.learn.fields.shown_categories import are_others

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How an address may have a date, in Jekyll's words; the most of it first.
_DATES = (
    (r"(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)", ":year/:month/:day"),
    (r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})", ":year/:i_month/:i_day"),
    (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", ":year-:month-:day"),
    (r"(?P<year>\d{4})/(?P<month>\d\d)", ":year/:month"),
    (r"(?P<year>\d{4})", ":year"),
)
_PATTERNS = [
    (re.compile(rf"(?P<before>(?:[^/]+/)*?){date}/(?P<behind>(?:[^/]+/)*)[^/]+?(?P<ending>\.html|/|)"), words)
    for date, words in _DATES
]
_NUMBERS = ("year", "month", "day")
#: A folder that is more of a time: the number of a day, a week, a name of a month or a day of the week.
_OF_TIME = re.compile(r"\d+/|W\d\d/|[A-Z][a-z]+/")
#: So many posts out of a hundred have to have a date in one place of their addresses; of so many it has to be their day, for
#: names of files may have others.
_MOST, _SOME = 95, 60
#: So many have to have a folder behind it, and one out of so many; and so many dates have to differ.
_LEAST, _PART, _DIFFER = 3, 10, 3


def rule_behind_date(days: Mapping[str, str], shown: Mapping[str, frozenset[str]]) -> str:
    """The template of addresses with folders behind their dates; empty if there is none.

    One folder of all posts is the rule's own; several are the posts' categories, but where pages show others.

    :param days: of the posts, by their paths.
    :param shown: the categories that pages of some posts show, by their paths.

    >>> days = {f"blog/2024/05/{day}/{name}/a/": f"2024-05-{day}" for day, name in ((11, "sea"), (12, "sky"), (13, "sea"))}
    >>> rule_behind_date(days, {}), rule_behind_date({path.replace("sky", "sea"): day for path, day in days.items()}, {})
    ('/blog/:year/:month/:day/:categories/:title/', '/blog/:year/:month/:day/sea/:title/')
    >>> rule_behind_date({f"2024/{number}/a/": "" for number in (132, 133, 134)}, {})
    ''
    """
    for pattern, words in _PATTERNS:
        told = {path: found for path in days if (found := pattern.fullmatch(path))}
        before = Counter(found["before"] for found in told.values()).most_common(1)[0][0] if told else ""
        told = {path: found for path, found in told.items() if found["before"] == before}
        agree = sum(_agrees(found, days[path]) for path, found in told.items())
        if not told or len(told) * 100 < _MOST * len(days) or agree * 100 < _SOME * len(told):
            continue
        folders = {path: found["behind"] for path, found in told.items() if found["behind"]}
        if any(map(_OF_TIME.match, folders.values())):
            return ""
        if len(folders) < max(_LEAST, len(told) / _PART) or len({_date(found) for found in told.values()}) < _DIFFER:
            return ""
        ending = Counter(found["ending"] for found in told.values()).most_common(1)[0][0]
        folder, most = Counter(folders.values()).most_common(1)[0]
        if most == len(told):
            return f"/{before}{words}/{folder}:title{ending}"
        others = are_others((folder, shown[path]) for path, folder in folders.items() if path in shown)
        return "" if others else f"/{before}{words}/:categories/:title{ending}"
    return ""


def _agrees(found: re.Match[str], day: str) -> bool:
    """Whether the date in an address is that of a day; any date is where none is known."""
    return not day or day.startswith(_date(found))


def _date(found: re.Match[str]) -> str:
    return "-".join(f"{number:0>2}" for name, number in found.groupdict().items() if name in _NUMBERS)
