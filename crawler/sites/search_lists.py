"""What a site's list for its own search tells of a post, by what was learned of the list: which key has what, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.byline import label
from crawler.markup.search_list import read_search_list
from crawler.markup.times import read_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.markup.search_list import Told

    #: By ``date``, ``categories`` and ``tags``: the key that has it, and what stands between names, or the form of dates.
    ListRule = Mapping[str, Sequence[str]]

Texts = tuple[str, ...]
_CLOCK = re.compile(r"\d:\d\d")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list tells of a post: a time as ISO 8601, empty if none; names, ``None`` where it tells nothing of them.

    ``has_clock``: whether the time is more than a day. ``is_first``: whether there may be more categories than this one.
    """

    time: str = ""
    has_clock: bool = False
    categories: Texts | None = None
    tags: Texts | None = None
    is_first: bool = False


def read_listed(body: bytes, base: str, rule: ListRule, zone: str) -> Iterator[tuple[str, Listed]]:
    """The addresses in the list at ``base``, with what it tells of each.

    >>> body = b'[{"url": "/a/", "category": "Sea", "tags": "salt, tide", "date": "2024-05-11 08:30:00 +0200"}]'
    >>> rule = {"date": ("date", ""), "categories": ("category", ""), "tags": ("tags", ",")}
    >>> [(url, one.time, one.categories, one.tags) for url, one in read_listed(body, "https://s/", rule, "UTC")]
    [('https://s/a/', '2024-05-11T08:30:00+02:00', ('Sea',), ('salt', 'tide'))]
    """
    for page in read_search_list(body, base):
        text, time = "", None
        if "date" in rule:
            text, time = time_told(page.told, *rule["date"], zone=zone)
        names = {kind: names_told(page.told, *rule[kind]) for kind in ("categories", "tags") if kind in rule}
        yield (
            page.url,
            Listed(
                time.isoformat() if time else "",
                time is not None and has_clock(text),
                **names,
                is_first=is_singular(rule.get("categories", ("s",))[0]),
            ),
        )


def time_told(told: Mapping[str, Told], key: str, form: str, *, zone: str) -> tuple[str, datetime | None]:
    """The text under a key, and the time that it is; ``None`` if it is none.

    :param form: that of dates which nobody could read without (``%d/%m/%Y``), else empty.
    """
    text = told.get(key, "")
    return (text, read_time(text, zone, [form] if form else ())) if isinstance(text, str) else ("", None)


def has_clock(text: str) -> bool:
    """Whether a time is more than a day."""
    return _CLOCK.search(text) is not None


def names_told(told: Mapping[str, Told], key: str, between: str) -> Texts | None:
    """The names under a key; ``None`` if it says nothing of them: a ``category`` without one may be one of several."""
    value = told.get(key)
    if value is None:
        return None
    texts = (value.split(between) if between else [value]) if isinstance(value, str) else value
    names = tuple(dict.fromkeys(filter(None, map(label, texts))))
    return None if not names and is_singular(key) else names


def is_singular(key: str) -> bool:
    """Whether a key is called after one name alone."""
    return not key.endswith("s")
