"""Dated pages beside posts, such as slides: a folder with a list of its own, of which no feed and no list of posts has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.finding.clusters import clusters
from crawler.learn.finding.listed import FEW, folder, linked, lists_of
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured
    from crawler.markup.feeds.feed_entry import FeedEntry

#: Feeds have so many posts, for their folder to be that of all.
_ENOUGH = 3


def without_other_folders(
    captured: Captured,
    pages: Mapping[str, Page],
    found: Collection[str],
    entries: Mapping[str, list[FeedEntry]],
    days: Mapping[str, str],
) -> set[str]:
    """The pages that lists lead to, without whole folders of others than posts.

    Feeds have posts of one folder, and lists of that folder's pages have none of the other one's, although they have older
    ones: posts would stand among them. And either the first folder is no category of its posts, so that it is the rule's, or
    the other's pages look otherwise: a category may have a list of its own, too.

    :param found: the paths of pages that lists lead to.
    :param entries: what feeds say of posts, by their paths.
    :param days: the days that lists tell.
    """
    of_feeds = {folder(path) for path in entries}
    folders: dict[str, set[str]] = {}
    for path in found:
        folders.setdefault(folder(path), set()).add(path)
    others = folders.keys() - of_feeds - {""}
    if len(entries) < _ENOUGH or len(of_feeds) != 1 or not others:
        return set(found)
    (own,) = of_feeds
    spelt = {ENDING.sub("", path): path for path in {*found, *entries}}
    several = [set(linked(captured, page, spelt)) for page in lists_of(captured)]
    with_posts = set[str]().union(*(paths for paths in several if any(folder(path) == own for path in paths)))
    oldest = min((day for path in with_posts if folder(path) == own and (day := days.get(path))), default="9999")
    names = {slug_of(name) for told in entries.values() for entry in told for name in entry.categories}
    is_rules = bool(names) and bool(own) and slug_of(own.rpartition("/")[2]) not in names
    left = set(found)
    for name in sorted(others):
        within = folders[name]
        newest = max(days.get(path, "") for path in within)
        if len(within) <= FEW or within & with_posts or newest <= oldest:
            continue
        if is_rules or not _look_alike(pages, within, entries):
            left -= within
    return left


def _look_alike(pages: Mapping[str, Page], some: Collection[str], others: Collection[str]) -> bool:
    """Whether most of some pages look like some of the others."""
    alike = clusters([pages[path] for path in sorted({*some, *others})])
    same = {page.path for cluster in alike if any(page.path in others for page in cluster) for page in cluster}
    return len(same & set(some)) * 2 > len(some)
