"""Habits of single source posts, where a person's samples disagree, or only one tells what hardly a site has throughout.

They hold for posts of the same author or time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.reconstruct.habits import Habits, columns, told
from crawler.reconstruct.references import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What is told of a sample besides habits.
ABOUT = ("author",)
#: How many days before and after a sample more posts have its spelling than have the commonest, where no other sample has it;
#: of what is not named here, they do in all of a site. Counted over 21 sites, with each post as a sample of all others.
_QUARTER, _YEAR = 93, 372
_REACH: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("emphasis", "fence"), 4 * _YEAR)
    | dict.fromkeys(("list_nest", "quote_blank"), 2 * _YEAR)
    | dict.fromkeys(("list_gap", "number_gap", "number_lead"), _YEAR)
    | dict.fromkeys(("strong", "setext"), _QUARTER)
)
#: The same of links by reference; 0 where even the posts nearby have the commonest more often, as for an ``ending``.
_LINKS: Mapping[str, int] = MappingProxyType({"numbered": 2 * _YEAR, "collapsed": 0, "shortcut": 0})
_COMMONEST = Habits().as_mapping()
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


def of_a_time(samples: Sequence[str]) -> frozenset[str]:
    """The names of the habits that bodies tell and that do not go for all of a site.

    >>> of_a_time(["- one, __two__"]), of_a_time(["__two__"] * 2), of_a_time(["**two**"])
    (frozenset({'strong'}), frozenset(), frozenset())
    """
    each = [told([body]) for body in samples]
    return frozenset(name for name, value in told(samples).items() if _is_of_a_time(name, value, each))


def contested(samples: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, object]]:
    """Of each sample what others tell otherwise, or what goes for posts of its time, and its author; nothing if there is none.

    :param samples: authors and bodies by the names of files.

    >>> contested({"2001-01-01-a.md": ("Ann", "- one"), "2002-01-01-b.md": ("", "* one")})
    {'2001-01-01-a.md': {'author': 'Ann', 'bullet': '-'}, '2002-01-01-b.md': {'bullet': '*'}}
    >>> contested({"2001-01-01-a.md": ("", "- __one__")})
    {'2001-01-01-a.md': {'strong': '__'}}
    """
    habits = {name: told([body]) for name, (_, body) in samples.items()}
    values = defaultdict(set)
    for one in habits.values():
        for key, value in one.items():
            values[key].add(value)
    each = list(habits.values())
    found = {
        name: {k: v for k, v in sorted(one.items()) if len(values[k]) > 1 or _is_of_a_time(k, v, each)}
        for name, one in habits.items()
    }
    authors = {name: {"author": author} if author else {} for name, (author, _) in samples.items()}
    return {name: authors[name] | one for name, one in found.items() if one}


def told_near(near: Mapping[str, Mapping[str, object]], author: str, day: str) -> dict[str, object]:
    """The habits that a post has, by the nearest samples that tell each: those of its author first, then those of that time.

    What a single sample has and hardly a site throughout counts for some time before and after it alone.

    >>> near = contested({"2001-01-01-a.md": ("Ann", "- one"), "2009-01-01-b.md": ("Bob", "* __one__")})
    >>> told_near(near, "", "2002-05-05-x"), told_near(near, "bob", "2002-05-05-x"), told_near(near, "", "2009-02-03-x")
    ({'bullet': '-'}, {'bullet': '*'}, {'bullet': '*', 'strong': '__'})
    """
    found: dict[str, object] = {}
    each = list(near.values())
    for name in sorted(near, key=lambda name: (not _same(near[name].get("author"), author), _apart(name, day), name)):
        apart = _apart(name, day)
        habits = {key: value for key, value in near[name].items() if key not in ABOUT}
        found = {k: v for k, v in habits.items() if not _is_of_a_time(k, v, each) or apart <= _reach(k, v)} | found
    return columns(found)


def _is_of_a_time(name: str, value: object, each: Sequence[Mapping[str, object]]) -> bool:
    """Whether a single sample tells what goes for posts of some time at most."""
    if name == "ending":
        return len([one for one in each if name in one]) == 1 and bool(value) and not _is_of_links(str(value), each[0])
    has_reach = (name in _REACH or (name == "links" and value in _LINKS)) and value != _COMMONEST[name]
    return has_reach and len([one for one in each if one.get(name) == value]) == 1


def _is_of_links(ending: str, habits: Mapping[str, object]) -> bool:
    """Whether an include stands behind definitions of links in the same sample: it has further ones, for all of a site."""
    written = str(habits.get("references", ""))
    return DEFINITIONS in written and ending.strip() in written


def _reach(name: str, value: object) -> int:
    """How many days before and behind its sample a spelling counts."""
    return _LINKS.get(str(value), 0) if name == "links" else _REACH.get(name, 0)


def _same(one: object, other: str) -> bool:
    return bool(other) and str(one).casefold() == other.casefold()


def _apart(one: str, other: str) -> int:
    """How many days there are about between two names that begin with days; many if one has none."""
    days = [
        int(found[1]) * 372 + int(found[2]) * 31 + int(found[3]) if (found := _DAY.match(name)) else -(10**9)
        for name in (one, other)
    ]
    return abs(days[0] - days[1])
