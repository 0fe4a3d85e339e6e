"""Folders that addresses of posts begin with, where these are the languages of a site and no categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.learn.finding.posts import Posts
    from crawler.learn.pages import Captured

#: So many posts out of a hundred have to be in the language that their folder says.
_MOST = 95
#: A site has so many languages, for its folders to be those; and feeds have names of so many posts, for them to tell.
_SEVERAL, _TOLD = 2, 3


def languages(captured: Captured, posts: Posts) -> frozenset[str]:
    """The first folders of posts' addresses, if pages are in these languages, and something says that they are no categories.

    A folder ``en/_posts`` makes a category of its name, and Jekyll writes those in lower case: one like ``zh_CN`` is none, nor
    are those beside it. Feeds have categories among their names: folders that none of them has are none, either.
    """
    folders = {path: path.partition("/")[0] for path in posts.days if "/" in path.rstrip("/")}
    spoken = {path: name for path, name in folders.items() if _is_of(name, captured.pages[path].language)}
    found = frozenset(spoken.values())
    if len(found) < _SEVERAL or len(spoken) * 100 < _MOST * len(posts.days):
        return frozenset()
    told = {path: {name.lower() for entry in posts.entries[path] for name in entry.categories} for path in spoken}
    by_feed = sum(bool(names) for names in told.values()) >= _TOLD
    is_category = any(spoken[path].lower() in names for path, names in told.items())
    if is_category or not (by_feed or any(name != name.lower() for name in found)):
        return frozenset()
    return found


def language_of(told: Mapping[str, int]) -> str:
    """The language of most posts, of the folders and how many posts each has."""
    counted: dict[str, int] = {}
    for folder, count in told.items():
        name = folder.partition("/")[0]
        counted[name] = counted.get(name, 0) + count
    return max(counted, key=lambda name: (counted[name], name))


def _is_of(folder: str, language: str) -> bool:
    """Whether a folder is that of a language.

    >>> _is_of("zh_CN", "zh-CN"), _is_of("en", "en-US"), _is_of("enough", "en"), _is_of("", "")
    (True, True, False, False)
    """
    name, told = folder.lower().replace("_", "-"), language.lower().replace("_", "-")
    return bool(name) and (told == name or told.startswith(f"{name}-"))
