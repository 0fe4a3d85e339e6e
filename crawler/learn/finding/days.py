"""The days of posts that nothing but a text tells: a date beside the content of a page, or beside a link in a list of posts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from crawler.learn.finding.linked_days import linked_days
from crawler.learn.finding.listed import lists_of
from crawler.learn.finding.numeric_days import FORMS, best, numbers
from crawler.learn.finding.search_lists import days_of
from crawler.learn.finding.yearless_days import YEARLESS, under_years
from crawler.markup.elements import elements
from crawler.markup.times import read_time
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.learn.finding.linked_days import DatesIn
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.pages import Captured

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DATE = re.compile(
    (
        r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d{4}/\d\d?/\d\d?|\d{4}年\d\d?月\d\d?日"
        rf"|\d\d?(?:st|nd|rd|th)? {_MONTH} \d{{4}}|{_MONTH} \d\d?(?:st|nd|rd|th)?,? \d{{4}}"
        r"|\d\d?\. ?\d\d?\. ?\d{4}|\d\d?(?:\.|er|º|°)? (?:de )?"
    ).encode()
    + rb"[A-Za-z\x80-\xff]{3,24}\.?,? (?:de )?\d{4})(?!\d)"
)
_TAG = re.compile(rb"<[^<>]*+>")
#: An element for a time with the day that it says for programs; its text is no longer, in bytes.
_TIME = re.compile(rb"<time\b[^<>]{0,200}?\sdatetime=[\"']?(\d{4}-\d\d-\d\d)[^<>]*+>")
_LONGEST = 300
#: So many bytes of a page before its content are looked at, and as many behind it.
_NEAR = 1500
#: So many of the days that are known otherwise have to be those of the texts, out of a hundred.
_MOST = 95


def with_lists(days: Mapping[str, str], captured: Captured) -> Mapping[str, str]:
    """The days of posts, with those that lists tell where nothing else does."""
    days = days if all(days.values()) else _with(days, days_beside(captured, days))
    # Names of months are surer than numbers, which are surer than the number of a day alone.
    for reader, forms in ((numbers, FORMS), (under_years, YEARLESS[:1]), (under_years, YEARLESS[1:])):
        if not all(days.values()):
            told = {form: days_beside(captured, days, partial(reader, form=form)) for form in forms}
            days = _with(days, best(days, told))
    return days


def with_search_lists(days: Mapping[str, str], captured: Captured) -> Mapping[str, str]:
    """The days of posts, with those that lists for the site's own search tell where nothing else does."""
    for told in days_of(captured, days) if not all(days.values()) else ():
        days = _with(days, {path: day for path, (day, _) in told.items()})
    return days


def with_pages(days: Mapping[str, str], places: Iterable[Place]) -> Mapping[str, str]:
    """The days of posts, with those of texts around the contents where nothing else tells them."""
    for place in places if not all(days.values()) else ():
        days = _with(days, _around(place, dates))
        if not all(days.get(page.path) for page in place.pages):
            days = _with(days, best(days, {form: _around(place, partial(numbers, form=form)) for form in FORMS}))
    return days


def first_told(paths: Iterable[str], told_by: Mapping[str, Mapping[str, str]]) -> str:
    """How many of the days of posts each kind of evidence told that none before it did.

    :param told_by: the days after each kind, in the order in which they were asked.

    >>> first_told(["a", "b"], {"feeds": {"a": "2020-01-01", "b": ""}, "lists": {"a": "2020-01-01", "b": "2020-01-02"}})
    'feeds (1), lists (1)'
    """
    first = Counter(next(kind for kind, days in told_by.items() if days.get(path)) for path in paths)
    return ", ".join(f"{kind} ({first[kind]:,})" for kind in told_by if first[kind])


def _with(days: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Days with others that are told, if these are right where they can be held against known ones, and not all the same."""
    known = [path for path in told if days.get(path)]
    is_right = sum(told[path] == days[path] for path in known) * 100 >= _MOST * len(known)
    is_telling = is_right and (len(set(told.values())) > 1 or len(told) == 1)
    return {path: day or (told.get(path, "") if is_telling else "") for path, day in days.items()}


def dates(body: bytes) -> Iterator[tuple[int, str]]:
    """The days that a text between tags tells, each with its first byte; of an element for a time without such, what it says.

    >>> list(dates(b"<p title='2020-01-01'>May 11, 2024</p> 3rd March 2024, 2024-02-30"))
    [(22, '2024-05-11'), (39, '2024-03-03')]
    >>> [day for _, day in dates("1. 2. 2020, 3 août 2021, 4 boats 2022, 5 de enero de 2023".encode())]
    ['2020-02-01', '2021-08-03', '2023-01-05']
    >>> list(dates(b"<time datetime=2021-02-16T17:22><b>Feb</b> <b>16</b></time> <time datetime=2020-01-01>2. 1. 2020</time>"))
    [(0, '2021-02-16'), (86, '2020-01-02')]
    """
    shown = []
    for found in _DATE.finditer(_TAG.sub(lambda tag: b" " * len(tag[0]), body)):
        time = read_time(found[0].decode("utf-8", "replace"), "UTC")
        if time is not None:
            shown.append((found.start(), time.date().isoformat()))
    places = [place for place, _ in shown]
    said = []
    for tag in _TIME.finditer(body):
        end = body.find(b"</time>", tag.end(), tag.end() + _LONGEST)
        time = read_time(tag[1].decode(), "UTC")
        if time is not None and bisect_left(places, tag.end()) == bisect_left(places, max(end, tag.end())):
            said.append((tag.start(), time.date().isoformat()))
    yield from sorted(shown + said) if said else shown


def day_shown(body: bytes) -> str:
    """The day that a page tells first, in a text or in its one element for a time; empty if there is none.

    >>> day_shown(b'<time datetime="2021-01-01T00:00:01+01:00">1. 1. 2021</time>'), day_shown(b"<p>May 11, 2024")
    ('2021-01-01', '2024-05-11')
    """
    told = next((day for _, day in dates(body)), "")
    times = [] if told else elements(body, "time")
    time = read_time(times[0].attributes.get("datetime", ""), "UTC") if len(times) == 1 else None
    return time.date().isoformat() if time else told


def _around(place: Place, dates_in: DatesIn) -> dict[str, str]:
    """The date that stands nearest before each content of a layout, else the one behind it."""
    found: dict[str, str] = {}
    for page, (start, end) in zip(place.pages, place.spans, strict=True):
        body = page.body
        before = [day for _, day in dates_in(body[max(0, start - _NEAR) : start])]
        behind = [] if before else [day for _, day in dates_in(body[end : end + _NEAR])]
        for day in (*before[-1:], *behind[:1]):
            found.setdefault(page.path, day)
    return found


def days_beside(captured: Captured, paths: Iterable[str], dates_in: DatesIn = dates) -> dict[str, str]:
    """The days that stand beside the links to posts in lists; none of a post beside which lists have different ones.

    :param dates_in: how days are read.
    """
    spelt = {ENDING.sub("", path): path for path in paths}
    found: dict[str, set[str]] = {}
    for page in lists_of(captured):
        for path, day in linked_days(captured, page, spelt, dates_in):
            found.setdefault(path, set()).add(day)
    return {path: days.pop() for path, days in found.items() if len(days) == 1}
