"""Days in three numbers that may be read in several ways (``13.01.10``, ``01/13/2010``): as most of a site's posts bear out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NUMBERS = re.compile(rb"(?<![\d./-])(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})(?![\d/-]|\.\d)")
_TAG = re.compile(rb"<[^<>]*+>")
#: The orders of year, month and day; that of Jekyll's own addresses is read without them.
FORMS = ("%d %m %Y", "%m %d %Y", "%Y %m %d")
_YEAR = re.compile(r"(?:^|/)((?:19|20)\d\d)(?=[/-])")
#: So many out of a hundred that can be held against what is known have to be right.
_MOST = 95
_WHOLE, _SHORT, _FEW = 4, 2, 3


def numbers(body: bytes, form: str) -> Iterator[tuple[int, str]]:
    """The days that three numbers between tags are, read in one way, each with its first byte; empty if they are none.

    >>> list(numbers(b"<p title='01.02.03'>13.01.10, 1/13/2010</p>", "%d %m %Y"))
    [(20, '2010-01-13'), (30, '')]
    """
    for found in _NUMBERS.finditer(_TAG.sub(lambda tag: b" " * len(tag[0]), body)):
        yield found.start(), _day([found[number].decode() for number in (1, 3, 4)], form)


def _day(parts: list[str], form: str) -> str:
    year = parts[form.split().index("%Y")]
    if len(year) not in {_WHOLE, _SHORT} or any(len(part) > _SHORT for part in parts if part is not year):
        return ""
    try:
        return datetime.strptime(" ".join(parts), form if len(year) == _WHOLE else form.lower()).date().isoformat()  # noqa: DTZ007
    except ValueError:
        return ""


def best(days: Mapping[str, str], told: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The days of posts by the one way to read them that nothing is against; none if there are several such ways.

    Where neither a day nor a year in a path is known, it takes a few posts to bear it out.

    :param days: by the paths of posts, empty where they are not known; a year in a path has to be that of the day.
    :param told: the days of posts by each way to read them.
    """
    good = {form: days_read for form, days_read in told.items() if days_read and _is_right(days, days_read)}
    return next(iter(good.values())) if len(good) == 1 else {}


def _is_right(days: Mapping[str, str], told: Mapping[str, str]) -> bool:
    known = [day == days[path] for path, day in told.items() if days.get(path)]
    known += [day[:4] == found[1] for path, day in told.items() if (found := _YEAR.search(path)) is not None]
    wrong = known.count(False) + list(told.values()).count("")
    return wrong * 100 <= (100 - _MOST) * len(told) and (bool(known) or len(told) >= _FEW)
