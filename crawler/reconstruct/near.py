"""Habits of single source posts, where a person's samples disagree: they hold for posts of the same author or time."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.reconstruct.habits import columns, told

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What is told of a sample besides habits.
ABOUT = ("author",)
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


def contested(samples: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, object]]:
    """Of each sample what others tell otherwise, and its author; nothing of samples that all tell the same.

    :param samples: authors and bodies by the names of files.

    >>> contested({"2001-01-01-a.md": ("Ann", "- one"), "2002-01-01-b.md": ("", "* one")})
    {'2001-01-01-a.md': {'author': 'Ann', 'bullet': '-'}, '2002-01-01-b.md': {'bullet': '*'}}
    """
    habits = {name: told([body]) for name, (_, body) in samples.items()}
    values = defaultdict(set)
    for one in habits.values():
        for key, value in one.items():
            values[key].add(value)
    found = {name: {key: value for key, value in sorted(one.items()) if len(values[key]) > 1} for name, one in habits.items()}
    authors = {name: {"author": author} if author else {} for name, (author, _) in samples.items()}
    return {name: authors[name] | one for name, one in found.items() if one}


def told_near(near: Mapping[str, Mapping[str, object]], author: str, day: str) -> dict[str, object]:
    """The habits that a post has, by the nearest samples that tell each: those of its author first, then those of that time.

    >>> near = contested({"2001-01-01-a.md": ("Ann", "- one"), "2009-01-01-b.md": ("Bob", "* one")})
    >>> told_near(near, "", "2002-05-05-x"), told_near(near, "bob", "2002-05-05-x")
    ({'bullet': '-'}, {'bullet': '*'})
    """
    found: dict[str, object] = {}
    for name in sorted(near, key=lambda name: (not _same(near[name].get("author"), author), _apart(name, day), name)):
        found = {key: value for key, value in near[name].items() if key not in ABOUT} | found
    return columns(found)


def _same(one: object, other: str) -> bool:
    return bool(other) and str(one).casefold() == other.casefold()


def _apart(one: str, other: str) -> int:
    """How many days there are about between two names that begin with days; many if one has none."""
    days = [
        int(found[1]) * 372 + int(found[2]) * 31 + int(found[3]) if (found := _DAY.match(name)) else -(10**9)
        for name in (one, other)
    ]
    return abs(days[0] - days[1])
