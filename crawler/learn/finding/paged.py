"""Further posts: what the later pages of a list of posts lead to, and that has a layout which many posts have."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.learn.finding.endings import with_their_ending
from crawler.learn.finding.listed import linked, menu_of
from crawler.learn.finding.posts import day_of, lists_names, own_folder
from crawler.learn.layouts.content import between, is_bare
from crawler.learn.layouts.layouts import places_of
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: The later pages of a list, which Jekyll makes of posts alone, and what stands before their numbers.
PAGE = re.compile(r"((?:.*/)?page/?)\d+(?:/|\.html)?")
#: So many posts have a layout that is known; and so many are in the pages of a list of posts.
_MANY = 8
_SEVERAL = 3


def with_paged(captured: Captured, posts: Posts) -> Posts:
    """The posts, with those that the later pages of lists name: these have one of the layouts, and show times as posts do.

    What such pages all lead to is a menu or a box. Of pages without any layout, the list alone tells that they are posts. Where
    most posts have a date in the address, it is known which are.
    """
    if posts.by["address"] * 2 > len(posts.days):
        return posts
    pages = {path: page for path, page in captured.pages.items() if path and not page.is_stub and path not in captured.listings}
    told, own = [path for path, entries in posts.entries.items() if entries], own_folder(posts.days)
    likely = sorted(with_their_ending(_paged(captured, pages, posts) - posts.days.keys(), told))
    likely = [path for path in likely if not lists_names(path, own)]
    usual = UsualLayouts(places_of(captured, posts) if likely else ())
    found = {path for path in likely if usual.has(pages[path])}
    if not found:
        return posts
    days = {path: day_of(pages[path], []) for path in found}
    return replace(
        posts,
        days=dict(sorted({**posts.days, **days}.items())),
        entries={**posts.entries, **{path: [] for path in days}},
        by={**posts.by, "pagination": len(days)},
    )


def _paged(captured: Captured, pages: Mapping[str, Page], posts: Posts) -> set[str]:
    """What some of the later pages of a list lead to, but not most of them; the list has several posts."""
    spelt = {ENDING.sub("", path): path for path in pages}
    series: dict[str, list[Iterable[str]]] = {}
    for path, page in captured.pages.items():
        if (begun := PAGE.fullmatch(path)) and not page.is_stub:
            series.setdefault(begun[1], []).append(linked(captured, page, spelt))
    menu = menu_of(captured, pages) if series else set[str]()
    found = set[str]()
    for several in series.values():
        often = Counter(path for paths in several for path in paths)
        own = {path for path, count in often.items() if path not in menu and (count * 2 <= len(several) or len(several) == 1)}
        if len(own & posts.days.keys()) >= _SEVERAL:
            found |= own
    return found


class UsualLayouts:
    """The layouts that many posts have, and whether these tell a time in their heads, and how many they show."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = [
            (
                place.start,
                place.end,
                Counter((bool(one.published), one.shows_times) for one in place.pages).most_common(1)[0][0],
            )
            for place in places
            if not (place.start or place.end) or len({one.path for one in place.pages}) >= _MANY
        ]

    def has(self, page: Page) -> bool:
        """Whether a page has such a layout, and tells times as most posts with it do."""
        body = page.body
        for start, end, usual in self._places:
            if not start and not end:
                if is_bare(body):
                    return True
            elif between(body, start, end) is not None:
                return (bool(page.published), page.shows_times) == usual
        return False
