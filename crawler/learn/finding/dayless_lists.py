"""Lists of something else than posts: no day stands in them, and none of what they have is in the lists of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.finding.days import day_shown
from crawler.learn.finding.listed import linked
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: So many posts have a day in lists, for these to be where posts are; so many others are no chance.
_SEVERAL = 3


def without_dayless_lists(
    captured: Captured, pages: Mapping[str, Page], posts: set[str], with_days: Collection[str], sure: Collection[str]
) -> set[str]:
    """The posts of lists, without the pages of a portfolio, which look like posts and have a list of their own.

    Lists have a day beside most posts, and beside none of these; no list and no post leads to them and to such a post, too.

    :param with_days: the paths of pages beside which lists have a day.
    :param sure: the paths of pages that are posts whatever lists say.
    """
    told = {path for path in posts if path in with_days}
    left = {path for path in posts - told - set(sure) if not pages[path].published and not day_shown(pages[path].body)}
    if len(told) < max(_SEVERAL, len(left)) or len(left) < _SEVERAL:
        return posts
    spelt = {ENDING.sub("", path): path for path in posts}
    for page in captured.pages.values():
        paths = set(linked(captured, page, spelt)) if not page.is_stub else set[str]()
        if not told.isdisjoint({*paths, page.path}):
            left -= paths
    return posts - left
