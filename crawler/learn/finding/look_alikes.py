"""What a person should know of a site that was learned: pages that look like posts and are none, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.finding.listed import lists_of
from crawler.learn.finding.paged import UsualLayouts
from crawler.learn.finding.posts import lists_names, own_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crawler.learn.layouts.layouts import Place
    from crawler.learn.pages import Captured

#: So many pages or more are told, if they are as many out of a hundred posts.
_SEVERAL, _PART = 8, 5
#: So many feeds and sitemaps are told one by one.
_NAMED = 5


def warnings_of(captured: Captured, posts: Collection[str], places: Collection[Place]) -> tuple[str, ...]:
    """Lines that a person should read once the site is learned."""
    return (*_faults(captured), *_look_alikes(captured, posts, places))


def _faults(captured: Captured) -> Iterator[str]:
    told = [captured.faults[path] for path in sorted(captured.faults)]
    yield from told[:_NAMED]
    if len(told) > _NAMED:
        yield f"{counted(len(told) - _NAMED, 'feed or sitemap', 'feeds and sitemaps')} more could not be read as they are"


def _look_alikes(captured: Captured, posts: Collection[str], places: Collection[Place]) -> Iterator[str]:
    """A line on pages with the layout of many posts that nothing names as posts."""
    lists = {page.path for page in lists_of(captured)}
    own = own_folder(posts)
    others = (
        page
        for path, page in captured.pages.items()
        if path and path not in posts and path not in lists and not page.is_stub and not lists_names(path, own)
    )
    usual = UsualLayouts(place for place in places if place.start or place.end)  # a page alone may be anything
    alike = [page.path for page in others if usual.has(page)]
    if len(alike) >= max(_SEVERAL, len(posts) * _PART // 100):
        yield (
            f"{counted(len(alike), 'page')} have the layout of posts, and no list, feed or address names them as some, as with"
            f" documents of a collection; the first: {alike[0]}; in site.toml, those that are posts go into own_permalinks,"
            " with their [days], and out of pages"
        )
