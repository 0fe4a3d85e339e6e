"""Feeds of collections, which jekyll-feed makes beside that of the posts: ``feed/talks.xml`` has documents of ``talks/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.finding.listed import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.learn.pages import Captured
    from crawler.markup.feeds.feed_entry import FeedEntry

#: The feed of the posts has so many.
_SEVERAL = 3
#: Names of a feed that lies in the folder whose pages it has.
_NO_NAMES = frozenset(("atom", "feed", "index", "rss"))


def of_collections(captured: Captured) -> set[str]:
    """The folders of which a feed of their name has pages, and nothing else, and the feed of the posts none.

    That feed has the newest posts: it has pages of other folders, of which one is older than the newest of this one. A
    category may have a feed of its own, too; its newest posts are in that of all.
    """
    told = {path: _days(captured, entries) for path, entries in captured.entries.items()}
    own = {path: name for path, days in told.items() if (name := _one_folder(days)) and name.rpartition("/")[2] == _name(path)}
    others = [days for path, days in told.items() if path not in own and len(days) >= _SEVERAL]
    return {
        name
        for path, name in own.items()
        if any(
            min(days.values()) < max(told[path].values()) and all(not f"{folder(one)}/".startswith(f"{name}/") for one in days)
            for days in others
        )
    }


def _days(captured: Captured, entries: Iterable[FeedEntry]) -> Mapping[str, str]:
    """The days of a feed's pages by their paths, as far as it tells any."""
    found = ((captured.relative_anywhere(entry.url), (entry.published or entry.updated)[:10]) for entry in entries)
    return {path: day for path, day in found if path and day}


def _one_folder(paths: Iterable[str]) -> str:
    """The folder of all of these pages; empty if there is no such."""
    folders = set(map(folder, paths))
    return folders.pop() if len(folders) == 1 else ""


def _name(path: str) -> str:
    """What a feed is called after.

    >>> _name("feed/talks.xml"), _name("talks/feed.xml"), _name("talks/rss/"), _name("feed.xml")
    ('talks', 'talks', 'talks', '')
    """
    names = [part.partition(".")[0] for part in path.strip("/").split("/")]
    return next((name for name in reversed(names) if name not in _NO_NAMES), "")
