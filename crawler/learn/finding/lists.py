"""Which pages list posts, by what they show, whatever the language of their addresses: links to posts, or links with days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.finding.clusters import clusters
from crawler.learn.finding.days import dates
from crawler.learn.finding.linked_days import linked_days
from crawler.learn.finding.listed import linked, menu_of
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: So many pages are looked at: those that the home page leads to, then those in the fewest folders.
_TRIED = 200
#: A list has so many posts or more, and no more other pages than posts.
_SEVERAL = 3


def lists_by_links(captured: Captured, pages: Mapping[str, Page], posts: Collection[str]) -> set[str]:
    """The paths of pages that lead to posts mostly.

    :param pages: those that may be posts.
    :param posts: the paths of those that surely are.
    """
    menu = menu_of(captured, pages)
    found = set()
    for page, paths in _others(captured, pages, posts).items():
        own = [path for path in paths if path not in menu]
        if sum(path in posts for path in own) >= max(_SEVERAL, (len(own) + 1) // 2):
            found.add(page)
    return found


def lists_by_days(captured: Captured, pages: Mapping[str, Page]) -> set[str]:
    """The paths of pages that lead to pages with a day beside most of the links, and have several days.

    What another of them has with a day, and shows a time of its own, is a post, whatever days it has in its text.
    """
    menu = menu_of(captured, pages)
    spelt = {ENDING.sub("", path): path for path in pages}
    found, beside = set(), set[str]()
    for page, paths in _others(captured, pages, ()).items():
        own = [path for path in paths if path not in menu]
        days = dict(linked_days(captured, captured.pages[page], spelt, dates)) if len(own) >= _SEVERAL else {}
        told = [days[path] for path in own if path in days]
        if len(set(told)) >= _SEVERAL and len(told) * 2 >= len(own):
            found.add(page)
            beside |= days.keys() - {page}
    return found - {path for path in beside & found if pages[path].published or pages[path].shows_times == 1}


def lists_by_look(captured: Captured, pages: Mapping[str, Page], posts: Collection[str]) -> set[str]:
    """The paths of pages that lead mostly to pages that look like posts, which are known to be some.

    :param posts: the paths of these.
    """
    menu = menu_of(captured, pages)
    open_to = [page for path, page in pages.items() if path not in menu and not page.is_large]
    alike = {page.path for several in clusters(open_to) if any(page.path in posts for page in several) for page in several}
    return lists_by_links(captured, pages, alike)


def _others(captured: Captured, pages: Mapping[str, Page], posts: Collection[str]) -> dict[str, list[str]]:
    """The pages that may be lists, with those that each leads to."""
    spelt = {ENDING.sub("", path): path for path in pages}
    home = captured.pages.get("")
    first = set(linked(captured, home, {ENDING.sub("", path): path for path in captured.pages})) if home else set[str]()
    others = [page for path, page in captured.pages.items() if path not in posts and not page.is_stub and not page.is_large]
    others.sort(key=lambda page: (page.path not in first, page.path.count("/"), page.path))
    return {page.path: list(linked(captured, page, spelt)) for page in others[:_TRIED]}
