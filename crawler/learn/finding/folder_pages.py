"""Pages of the folders that posts lie in: lists, even where one holds a single post whole and looks like that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.finding.listed import folder, linked
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: Posts lie in so many folders or more that have pages.
_SEVERAL = 3


def pages_of_folders(captured: Captured, pages: Mapping[str, Page], found: Collection[str], posts: Collection[str]) -> set[str]:
    """The pages of posts' folders that lead into these, where most of the posts lie in folders with such pages.

    A category's page that has one post shows it as the post's own does. A post with parts of its own below it is one of few.

    :param pages: those that may be posts.
    :param found: the paths of those that lists lead to.
    :param posts: the paths of those that surely are posts.
    """
    spelt = {ENDING.sub("", path): path for path in pages}
    within: dict[str, set[str]] = {}
    for path in {*found, *posts}:
        own = spelt.get(folder(path))
        if own is not None and own not in posts:
            within.setdefault(own, set()).add(path)
    lists = {own for own, paths in within.items() if paths & set(linked(captured, pages[own], spelt))}
    have_one = sum(len(within[own]) for own in lists)
    others = {*found, *posts} - lists
    return lists if len(lists) >= _SEVERAL and have_one * 2 > len(others) else set()
