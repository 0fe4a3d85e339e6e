"""Days without a year in lists that have the year, or the month, in a heading above the posts: ``2019``, then ``Jan 05``."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from crawler.markup.times import read_time

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How such days may be read: with the name of a month or signs for month and day, as two numbers, or as that of a day alone.
YEARLESS = ("names", "%m %d", "%d %m", "%d")
_BETWEEN = re.compile(r">\s{0,40}([^<>]{1,60}?)\s{0,40}(?=<)")
_NAME = r"[^\W\d_]{3,12}"
#: A year, with a month or without one; a month; all that stands between two tags.
_HEADING = re.compile(
    rf"(?P<year>(?:19|20)\d\d) ?(?:年|년)?(?:[ /.-]?(?P<number>\d\d?) ?(?:月|월)?)?"
    rf"|(?:(?P<name>{_NAME})\.?,? |(?P<first>\d\d?)[/.-])(?P<year2>(?:19|20)\d\d)"
    rf"|(?P<month>{_NAME})|(?P<alone>\d\d?) ?(?:月|월)"
)
_DAYS = {
    "names": re.compile(
        rf"(?<![\w.:-])(?:(?P<d1>\d\d?)(?:st|nd|rd|th|\.|er|º|°)?\s{{1,200}}(?:de\s{{1,9}})?(?P<m1>{_NAME})\.?(?!,?\s{{0,9}}\d{{4}}|\w)"
        rf"|(?P<m2>{_NAME})\.?\s{{1,200}}(?P<d2>\d\d?)(?:st|nd|rd|th|\.)?(?!,?\s{{0,9}}\d{{4}}|[\w:-])"
        r"|(?P<m3>\d\d?) ?(?:月|월) ?(?P<d3>\d\d?) ?(?:日|일))"
    ),
    "%m %d": re.compile(r"(?<![\w/.-])(?P<m1>\d\d?)[-/.](?P<d1>\d\d?)\.?(?![\w/-]|\.\d)"),
    "%d %m": re.compile(r"(?<![\w/.-])(?P<d1>\d\d?)[-/.](?P<m1>\d\d?)\.?(?![\w/-]|\.\d)"),
}
_ONE_DAY = re.compile(r"(\d\d?)(?:st|nd|rd|th|\.|日|일)?")


def under_years(body: bytes, form: str) -> Iterator[tuple[int, str]]:
    """The days of a list that have no year, with the year above them, each with its first byte; empty where they are none.

    :param form: one of :data:`YEARLESS`.

    >>> page = "<h2>2020</h2><li>Jan 05 <a>x</a></li><li><b>5</b> <i>März</i></li><h3>2019</h3><li>12/31 <a>y</a></li>".encode()
    >>> [day for _, day in under_years(page, "names")], [day for _, day in under_years(page, "%m %d")]
    (['2020-01-05', '2020-03-05'], ['2019-12-31'])
    >>> [day for _, day in under_years("<h3>2019年3月</h3><li><b>07</b>".encode(), "%d")]
    ['2019-03-07']
    """
    text = body.decode("utf-8", "replace")
    found = ((place, day) for place, day in _read(text, form) if day is not None)
    last = at = 0
    for place, day in found:  # from characters to bytes
        at += len(text[last:place].encode())
        last = place
        yield at, day


def _read(text: str, form: str) -> Iterator[tuple[int, str | None]]:
    year = month = 0
    pattern, since = _DAYS.get(form), 0
    shown = _without_tags(text) if pattern else ""
    for heading in _BETWEEN.finditer(text):
        whole = _HEADING.fullmatch(heading[1])
        own = int(whole["year"] or whole["year2"] or 0) if whole else 0
        if pattern is None and year and month and (alone := _ONE_DAY.fullmatch(heading[1])):
            yield heading.start(1), _day(year, month, alone[1])
        if own and pattern:
            yield from _between(shown, pattern, year, (since, heading.start(1)))
            since = heading.end(1)
        if whole and (own or year):
            told = _month(whole["number"] or whole["first"] or whole["alone"] or whole["name"] or whole["month"] or "")
            year, month = own or year, told if own else told or month
    if pattern:
        yield from _between(shown, pattern, year, (since, len(shown)))


def _between(shown: str, pattern: re.Pattern[str], year: int, span: tuple[int, int]) -> Iterator[tuple[int, str | None]]:
    place, end = span
    while year and (found := pattern.search(shown, place, end)):
        parts = {name[0]: value for name, value in found.groupdict().items() if value}
        month = _month(parts["m"])
        is_one = bool(month) or parts["m"].isdigit()
        if is_one:
            yield found.start(), _day(year, month, parts["d"]) or ""
        place = found.end() if is_one else found.start() + 1  # a word before a day may be the end of a title


def _without_tags(text: str) -> str:
    return re.sub(r"<[^<>]*+>", lambda tag: " " * len(tag[0]), text)


def _month(text: str) -> int:
    """The number of a month; 0 for what is none."""
    if text.isdigit():
        return int(text)
    found = read_time(f"1 {text} 2000", "UTC") if text else None
    return found.month if found else 0


def _day(year: int, month: int, day: str) -> str | None:
    try:
        return date(year, month, int(day)).isoformat()
    except ValueError:
        return None
