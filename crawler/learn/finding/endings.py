"""How the addresses of posts end: lists of each tag, or of each year, may lie in one folder with posts, and end otherwise."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.learn.finding.listed import folder
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection

#: So many posts of a folder in a feed tell how their addresses end.
_SEVERAL = 3


def with_their_ending(found: Collection[str], entries: Collection[str]) -> set[str]:
    """Those pages that end as the posts of their folder do which a feed has.

    :param found: paths of pages that may be posts.
    :param entries: the paths of posts that feeds have.

    >>> sorted(with_their_ending({"a/x.html", "a/tag/", "b/"}, ["a/1.html", "a/2.html", "a/3.html"]))
    ['a/x.html', 'b/']
    """
    endings: dict[str, Counter[str]] = {}
    for path in entries:
        endings.setdefault(folder(path), Counter())[_ending(path)] += 1
    usual = {place: next(iter(count)) for place, count in endings.items() if len(count) == 1 and count.total() >= _SEVERAL}
    return {path for path in found if usual.get(folder(path), _ending(path)) == _ending(path)}


def _ending(path: str) -> str:
    return path[len(ENDING.sub("", path)) :]
