"""Jekyll's permalinks: a style or a template -> what an address of a post tells (https://jekyllrb.com/docs/permalinks/)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_NUMBERS = {
    "year": r"\d{4}",
    "short_year": r"\d\d",
    "month": r"\d\d",
    "i_month": r"\d{1,2}",
    "day": r"\d\d",
    "i_day": r"\d{1,2}",
    "y_day": r"\d{3}",
    "w_year": r"\d{4}",
    "week": r"\d\d",
    "w_day": r"\d",
    "hour": r"\d\d",
    "minute": r"\d\d",
    "second": r"\d\d",
}
_WORDS = {"short_month": "%b", "long_month": "%B", "short_day": "%a", "long_day": "%A"}
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_CENTURY = 100


def template_of(permalink: str) -> str:
    """The template that one of Jekyll's styles stands for; any other permalink is one."""
    return _STYLES.get(permalink, permalink)


@dataclass(frozen=True, slots=True)
class Address:
    """What the path of a post tells; ``day``: ``YYYY-MM-DD`` or empty, ``categories``: ``None`` where it has none.

    ``first_day``: the first one of its month or year that it may be of, where the path tells no day; else empty.
    """

    slug: str
    day: str
    categories: tuple[str, ...] | None
    first_day: str = field(default="", repr=False)


class Permalink:
    """The ``permalink`` of a site: one of Jekyll's styles, or a template of its placeholders.

    >>> Permalink("pretty").match("travel/north sea/2024/05/11/market-day/")
    Address(slug='market-day', day='2024-05-11', categories=('travel', 'north sea'))
    >>> Permalink("weekdate").match("2024/W19/Sat/market-day.html").day
    '2024-05-11'
    >>> Permalink("/:year/:title/").match("about/")

    :raises ValueError: for a template without a title, or with a placeholder that Jekyll does not have.
    """

    def __init__(self, permalink: str) -> None:
        template = template_of(permalink).lstrip("/")
        pattern, end = "", 0
        seen: set[str] = set()
        for found in _PLACEHOLDER.finditer(template):
            name, before = found[1], template[end : found.start()]
            end = found.end()
            if name in ("categories", "slugified_categories"):
                # Jekyll leaves the folder out where a post has no category.
                pattern += re.escape(before) + r"(?:(?P<categories>.+)/)?" * (name not in seen)
                end += template[end : end + 1] == "/"
                seen.add("categories")
                continue
            pattern += re.escape(before) + self._part(name, permalink, seen)
            seen.add("title" if name == "slug" else name)
        if "title" not in seen:
            raise ValueError(f"permalink {permalink!r} names no :title, so posts cannot be told apart by their addresses")
        pattern += re.escape(template[end:])
        if not template.endswith("/") and ":output_ext" not in template and "." not in template[end:]:
            pattern += r"(?:\.html)?"
        self._pattern = re.compile(pattern)
        #: The folders that the rule itself has before all that differs from post to post.
        self.folder = "".join(template.partition(":")[0].rpartition("/")[:2])
        self.has_categories = "categories" in seen
        #: Whether an address tells the day of a post, and so cannot be that of another page.
        self.has_day = bool(seen & {"day", "i_day", "y_day"}) or bool(
            {"week"} & seen and seen & {"short_day", "long_day", "w_day"}
        )

    @staticmethod
    def _part(name: str, permalink: str, seen: set[str]) -> str:
        group = "title" if name == "slug" else name
        if group in seen:
            return f"(?P={group})"
        if group == "title":
            return r"(?P<title>[^/]+?)"
        if name == "output_ext":
            return r"\.html"
        if name in _NUMBERS:
            return f"(?P<{name}>{_NUMBERS[name]})"
        if name in _WORDS:
            return rf"(?P<{name}>[A-Za-z]+)"
        if name == "collection":
            return "posts"
        raise ValueError(f"permalink {permalink!r} has the placeholder :{name}, which Jekyll does not know for posts")

    def match(self, path: str) -> Address | None:
        """What the path of a post, unquoted and without its first slash, tells; ``None`` for a path of another form."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        fields = found.groupdict()
        try:
            day = _day(fields)
            first = "" if day else _first_day(fields)
        except (ValueError, OverflowError):
            return None  # no such day
        categories = tuple((fields["categories"] or "").split("/")) if fields.get("categories") else ()
        return Address(fields["title"], day.isoformat() if day else "", categories if self.has_categories else None, first)


def lists_posts(listings: str, rule: Permalink, path: str) -> bool:
    r"""Whether a path is that of a list, by an expression for such: posts in a folder of their rule's own are none.

    >>> lists = r"archives?(?:/|$)|(?:.*/)?page\d+/$"
    >>> [lists_posts(lists, Permalink(rule), "archive/tide/") for rule in ("/archive/:title/", "/:categories/:title/")]
    [False, True]
    >>> [lists_posts(lists, Permalink("/archive/:title/"), path) for path in ("archive/", "archive/page2/")]
    [True, True]
    """
    if not re.match(listings, path):
        return False
    below = path.removeprefix(rule.folder)
    return below in ("", path) or re.match(listings, below) is not None or rule.match(path) is None


def _first_day(fields: dict[str, str]) -> str:
    """The first day of the month or year that an address tells; empty if it tells none.

    :raises ValueError: if there is no such month.
    """
    year = _year(fields)
    month = fields.get("month") or fields.get("i_month") or _month(fields) or "1"
    return date(year, int(month), 1).isoformat() if year else ""


def _year(fields: dict[str, str]) -> int | None:
    """The year that an address tells.

    :raises ValueError: for one that zones reach beyond.
    """
    found = fields.get("year") or fields.get("w_year")
    if found is None and not fields.get("short_year"):
        return None
    year = int(found) if found else _CENTURY * 20 + int(fields["short_year"])
    if not MINYEAR < year < MAXYEAR:
        raise ValueError(year)
    return year


def _day(fields: dict[str, str]) -> date | None:
    """The day that the numbers and names of an address tell; ``None`` if they do not tell the day.

    :raises ValueError: if there is no such day.
    """
    year = _year(fields)
    if year is None:
        return None
    if fields.get("y_day"):
        day = date(year, 1, 1) + timedelta(days=int(fields["y_day"]) - 1)
        if day.year != year:
            raise ValueError(fields["y_day"])
        return day
    month = fields.get("month") or fields.get("i_month") or _month(fields)
    number = fields.get("day") or fields.get("i_day")
    if month and number:
        return date(year, int(month), int(number))
    weekday = fields.get("w_day") or _weekday(fields)
    if fields.get("week") and weekday:
        return _of_week(year, int(fields["week"]), int(weekday), iso="w_year" in fields)
    return None


def _of_week(year: int, week: int, weekday: int, *, iso: bool) -> date:
    """The day of an ISO week. ``iso``: the year is that of the week, else that of the calendar.

    A calendar's year may have two such days, one at each end (``2023/W52/Sun``): then it is the one whose ISO year it is, too.
    """
    if iso:
        return date.fromisocalendar(year, week, weekday)
    for of in (year, year - 1, year + 1):
        try:
            day = date.fromisocalendar(of, week, weekday)
        except ValueError:
            continue
        if day.year == year:
            return day
    raise ValueError(f"{year} has no day {weekday} of week {week}")


def _month(fields: dict[str, str]) -> str | None:
    for name in ("short_month", "long_month"):
        if fields.get(name):
            return str(datetime.strptime(fields[name], _WORDS[name]).month)  # noqa: DTZ007 - a month alone
    return None


def _weekday(fields: dict[str, str]) -> str | None:
    for name, size in (("short_day", 3), ("long_day", None)):
        if fields.get(name):
            days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            return str([day[:size] for day in days].index(fields[name].lower()) + 1)
    return None
