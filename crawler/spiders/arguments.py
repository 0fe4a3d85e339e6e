"""What ``scrapy crawl SPIDER -a NAME=VALUE`` takes, checked before anything is asked of a site."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

_MONTH = re.compile(r"\d{4}-\d\d")
#: Scrapyd hands every spider the ID of its job; nothing is asked by it.
_SCRAPYD = "_job"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadArgument(ValueError):
    """One line: which argument, what is wrong with it, what it takes."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which posts a run is after.

    ``category``: the front matter's ``categories`` strings, all if empty. ``since`` and ``until``: days of
    publication in the site's zone, both included. ``sweep``: open every listing, or only those that the home page
    makes necessary; ``None``: as ``SWEEP_INTERVAL`` has it.
    ``recheck``: ask again, conditionally, for listed posts that are already archived. ``share_pages``: capture the
    share page a person would open, too. ``limit``: at most so many posts that the archive does not hold yet. ``via``:
    ``wayback`` asks a web archive in the site's place.
    """

    category: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    sweep: bool | None = None
    recheck: bool = False
    share_pages: bool = False
    limit: int | None = None
    via: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Arguments:
        """The arguments as Scrapy hands them over, all strings.

        :raises BadArgument: for a name that does not exist or a value that cannot be read.
        """
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names and name != _SCRAPYD:
                raise BadArgument(f"there is no argument {name!r}; there are: {', '.join(names)}")
        since, until = _day("since", given), _day("until", given, last=True)
        if since and until and since > until:
            raise BadArgument(f"since={since} lies after until={until}")
        return cls(
            category=_names("category", given),
            since=since,
            until=until,
            sweep=_flag("sweep", given, default=False) if "sweep" in given else None,
            recheck=_flag("recheck", given, default=False),
            share_pages=_flag("share_pages", given, default=False),
            limit=_count("limit", given),
            via=_via(given),
        )

    @property
    def takes_all(self) -> bool:
        """Whether the run is after every post of the site."""
        return not (self.category or self.since or self.until)

    def covers(self, day: str) -> bool:
        """Whether posts of ``day`` (``YYYY-MM-DD``) are wanted."""
        return (self.since is None or day >= self.since.isoformat()) and (self.until is None or day <= self.until.isoformat())


def _names(name: str, given: Mapping[str, str]) -> tuple[str, ...]:
    if name not in given:
        return ()
    values = tuple(value.strip() for value in given[name].split(","))
    if not all(values):
        raise BadArgument(f"{name}={given[name]!r} names nothing; write it like {name}=xinwanbao or {name}='a,b c'")
    return values


def _via(given: Mapping[str, str]) -> str:
    value = given.get("via", "")
    if value not in ("", "wayback"):
        raise BadArgument(f"via={value!r} is no way to the site; the one there is besides asking it: via=wayback")
    return value


def _day(name: str, given: Mapping[str, str], *, last: bool = False) -> date | None:
    """A day, or the first (with ``last``: the last) one of a month."""
    if name not in given:
        return None
    value = given[name]
    try:
        if not _MONTH.fullmatch(value):
            return date.fromisoformat(value)
        year, month = map(int, value.split("-"))
        return date(year, month, monthrange(year, month)[1] if last else 1)
    except ValueError:
        raise BadArgument(
            f"{name}={value!r} is no day and no month; write it like {name}=2022-03-01 or {name}=2022-03"
        ) from None


def _flag(name: str, given: Mapping[str, str], *, default: bool) -> bool:
    value = given.get(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise BadArgument(f"{name}={value!r} is neither yes nor no; write {name}=1 or {name}=0")
    return value.lower() in _TRUE


def _count(name: str, given: Mapping[str, str]) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise BadArgument(f"{name}={value!r} is no number of posts; write it like {name}=100")
    return int(value)
