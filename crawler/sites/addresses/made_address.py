"""The address that Jekyll makes of a source post by a site's permalink, and what a post needs to stand at its own."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from crawler.sites.addresses.permalink import template_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

_PLACEHOLDER = re.compile(r":([a-z_]+)")
_SLASHES = re.compile(r"/{2,}")
#: Marks that stay in ``:title``, as Jekyll's mode "pretty" has it.
_PRETTY = frozenset("._~!$&'()+,;=@")
#: What a slug is made of: marks, letters and decimal digits.
_KEPT = ("M", "L", "Nd")
#: A word with a colon before it in a ``permalink`` is a placeholder to Jekyll.
_COLON = re.compile(r":(?=[a-z_])")


def slugified(name: str, marks: frozenset[str] = frozenset()) -> str:
    """A name as ``:slugified_categories`` has it, but for its capitals.

    >>> slugified("Sea & Side!"), slugified("c++", _PRETTY), slugified("-a--b-"), slugified("潮 水")
    ('Sea-Side', 'c++', 'a-b', '潮-水')
    """
    kept = "".join(char if char in marks or unicodedata.category(char).startswith(_KEPT) else " " for char in name)
    return re.sub(" +", "-", kept).removeprefix("-").removesuffix("-")


def parts_of(moment: datetime) -> dict[str, str]:
    """What placeholders of a time stand for, in the words of English."""
    year, week, weekday = moment.isocalendar()
    return {
        "year": f"{moment.year:04}",
        "month": f"{moment.month:02}",
        "day": f"{moment.day:02}",
        "i_month": str(moment.month),
        "i_day": str(moment.day),
        "y_day": f"{moment.timetuple().tm_yday:03}",
        "short_year": f"{moment.year % 100:02}",
        "short_month": moment.strftime("%b"),
        "long_month": moment.strftime("%B"),
        "week": f"{week:02}",
        "short_day": moment.strftime("%a"),
        "long_day": moment.strftime("%A"),
        "w_year": f"{year:04}",
        "w_day": str(weekday),
        "hour": f"{moment.hour:02}",
        "minute": f"{moment.minute:02}",
        "second": f"{moment.second:02}",
    }


def made_address(permalink: str, moment: datetime, slug: str, categories: Sequence[str]) -> str:
    """The path, without its first slash, at which Jekyll publishes a post.

    :param moment: when it was published, in the zone of the site.
    :param slug: as its file name has it.

    >>> from datetime import datetime
    >>> made_address("/:categories/:short_year/:y_day/:title.html", datetime(2024, 5, 11), "Market--day", ["Sea", "sea", "A b"])
    'sea/a b/24/132/Market-day.html'
    """
    title = slugified(slug, _PRETTY)
    values = parts_of(moment) | {
        "title": title,
        "slug": slugified(slug).lower(),
        "categories": "/".join(dict.fromkeys(name.lower() for name in categories)),
        "slugified_categories": "/".join(dict.fromkeys(slugified(name).lower() for name in categories)),
        "output_ext": ".html",
        "collection": "posts",
    }
    path = "/" + _PLACEHOLDER.sub(lambda found: values[found[1]], template_of(permalink))
    return _SLASHES.sub("/", path.replace("..", "/").replace("./", "")).removeprefix("/")


def is_made(path: str, permalink: str, moment: datetime, slug: str, categories: Sequence[str]) -> bool:
    """Whether Jekyll publishes a post at this path: it adds the ending to a file without one."""
    made = re.sub(r"(^|/)index\.html$", r"\1", made_address(permalink, moment, slug, categories))
    return path == made or (path == f"{made}.html" and not made.endswith("/"))


def at_address(
    path: str, made: Callable[[Sequence[str]], bool], categories: tuple[str, ...], in_address: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """The categories of a post, and the ``permalink`` that it needs, if any, to be published at its own path.

    :param made: whether Jekyll publishes it there with categories.
    :param in_address: the categories that the address tells. Their order is that of the post's, where all are the same.
    """
    if made(categories):
        return categories, ""
    places = {name: number for number, name in enumerate(in_address)}
    last = len(places)
    own = sorted(categories, key=lambda name: min(places.get(name.lower(), last), places.get(slugified(name).lower(), last)))
    return (tuple(own), "") if made(own) else (categories, permalink_at(path))


def permalink_at(path: str) -> str:
    """The ``permalink`` that publishes a post at a path, as that is below the home page.

    >>> permalink_at("2024/05/11/note:sea/"), permalink_at("what?/")
    ('/2024/05/11/note%3Asea/', '/what?/')
    """
    return "/" + _COLON.sub("%3A", path)
