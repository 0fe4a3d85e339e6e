"""The names of posts that feeds and pages show: a folder that all posts are in is a category only if it is one of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crawler.learn.shown import seen
from crawler.markup.byline import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.learn.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.posts import Posts

#: So many pages of a layout are looked at.
_LOOKED_AT = 40


def known_names(posts: Posts, placed: Iterable[tuple[Place, Layout]]) -> frozenset[str]:
    """The categories that pages show, and all names that feeds have, in lower case."""
    told = (name for path in posts.days for entry in posts.entries[path] for name in entry.categories)
    shown = (
        label(name)
        for place, layout in placed
        for page, span in islice(zip(place.pages, place.spans, strict=True), _LOOKED_AT)
        for selector in layout.categories
        for name in seen(page.body, selector, span).outside
    )
    return frozenset(name.lower() for name in (*told, *shown))
