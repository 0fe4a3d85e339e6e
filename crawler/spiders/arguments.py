"""The arguments of ``scrapy crawl SPIDER -a NAME=VALUE``, checked before the first request."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from crawler.period import BadPeriod, Period

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Scrapyd gives every spider the ID of its job as an argument; it is ignored.
_SCRAPYD = "_job"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Argument:
    """The description of one argument in ``scrapy crawl -h`` and docs/settings.md."""

    name: str
    does: str
    example: str
    #: Whether only the spider ``jekyll`` takes it.
    is_jekylls: bool = False


ARGUMENTS = (
    Argument(
        "category",
        "Only posts of these categories (the front matter's strings, a comma between two).",
        "category='xinwanbao,Career In touxingPEVC'",
    ),
    Argument(
        "since",
        "Only posts published then or later: a month, a day or a time, in the site's zone.",
        "since=2022-03-01T08:30",
    ),
    Argument("until", "Only posts published then or sooner; a month or a day is taken whole.", "until=2022-03"),
    Argument(
        "sweep",
        "1: open every listing. 0: only those that the home page makes necessary. "
        "Default: a sweep once a day (SWEEP_INTERVAL), and after a run that was cut short.",
        "sweep=1",
    ),
    Argument("recheck", "1: request listed posts that are archived already again, conditionally.", "recheck=1"),
    Argument("share_pages", "1: capture the web page that each post's share link opens, too.", "share_pages=1"),
    Argument("limit", "At most so many new posts.", "limit=100"),
    Argument("via", "wayback: capture what a web archive has of the site, and request nothing of the site.", "via=wayback"),
    Argument("url", "jekyll: the home page of the site.", "url=https://blog.example/", is_jekylls=True),
    Argument(
        "name",
        "jekyll: what the site is called from then on. Default: its host, and the path in which it lies.",
        "name=blog",
        is_jekylls=True,
    ),
    Argument(
        "samples",
        "jekyll: source posts that you still have (files, a comma between two); they tell how the others were written.",
        "samples=post.md,other.md",
        is_jekylls=True,
    ),
    Argument("assets", "jekyll: 0: leave images, styles and scripts out.", "assets=0", is_jekylls=True),
)


class BadArgument(ValueError):
    """One line: which argument, what is wrong with it, what it takes."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which posts a run wants, and how it gets them; :data:`ARGUMENTS` describes each argument.

    ``category``: every category if empty. ``period``: of publication. ``sweep``: ``None`` leaves it to ``SWEEP_INTERVAL``.
    ``limit``: of posts that the archive does not hold yet.
    """

    category: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    sweep: bool | None = None
    recheck: bool = False
    share_pages: bool = False
    limit: int | None = None
    via: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Read the arguments that Scrapy passes, all of them strings.

        :raises BadArgument: for a name that does not exist or a value that cannot be read.
        """
        names = [argument.name for argument in ARGUMENTS if cls.takes(argument)]
        for name in given:
            if name not in names and name != _SCRAPYD:
                near = difflib.get_close_matches(name, names, 1)
                instead = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
                raise BadArgument(f"there is no argument {name!r}; {instead}")
        return cls(**cls.values(given))

    @classmethod
    def takes(cls, argument: Argument) -> bool:
        """Whether spiders with arguments of this class take one."""
        return not argument.is_jekylls

    @classmethod
    def values(cls, given: Mapping[str, str]) -> dict[str, Any]:
        """The value of each field."""
        return {
            "category": read_names("category", given),
            "period": _period(given),
            "sweep": read_flag("sweep", given) if "sweep" in given else None,
            "recheck": read_flag("recheck", given),
            "share_pages": read_flag("share_pages", given),
            "limit": _count("limit", given),
            "via": _via(given),
        }

    @property
    def takes_all(self) -> bool:
        """Whether the run wants every post of the site."""
        return not (self.category or self.period)

    def covers(self, day: str) -> bool:
        """Whether posts of ``day`` (``YYYY-MM-DD``) may be wanted; true for an empty day, for which their pages decide."""
        return not day or self.period.touches(day)


def _period(given: Mapping[str, str]) -> Period:
    for name in ("since", "until"):
        if name in given and not given[name].strip():
            raise BadArgument(f"{name}= is empty; leave it out, or write it like {name}=2022-03-01")
    try:
        return Period.read(given.get("since", ""), given.get("until", ""), names=("since", "until"))
    except BadPeriod as error:
        raise BadArgument(str(error)) from None


def read_names(name: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """The names that an argument lists.

    :raises BadArgument: if one of them is empty.
    """
    if name not in given:
        return ()
    values = tuple(value.strip() for value in given[name].split(","))
    if not all(values):
        raise BadArgument(f"{name}={given[name]!r} names nothing; write it like {name}=one or {name}='a,b c'")
    return values


def _via(given: Mapping[str, str]) -> str:
    value = given.get("via", "")
    if value not in ("", "wayback"):
        raise BadArgument(f"via={value!r} is not known; write via=wayback, or leave it out to request the site itself")
    return value


def read_flag(name: str, given: Mapping[str, str], default: str = "0") -> bool:
    """What an argument that is yes or no says.

    :raises BadArgument: if it says neither.
    """
    value = given.get(name, default)
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
