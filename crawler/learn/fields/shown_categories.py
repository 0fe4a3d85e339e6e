"""The categories that pages show, to tell whether the folders of addresses are those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.learn.fields.shown import seen
from crawler.markup.byline import label
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout

#: So many posts of a layout are looked at, and so many have to show categories for it to tell.
_LOOKED_AT, _ENOUGH = 40, 3
#: So many posts out of a hundred have to have their folders as names in a feed.
_MOST = 95


def shown_categories(places: Iterable[tuple[Place, Layout]]) -> dict[str, frozenset[str]]:
    """Some posts by their paths, each with the categories that its page shows, as addresses have them."""
    found: dict[str, frozenset[str]] = {}
    for place, layout in places:
        several = [(page, span) for page, span in zip(place.pages, place.spans, strict=True) if not page.is_large]
        for page, span in several[:: max(1, len(several) // _LOOKED_AT)] if layout.categories else ():
            names = frozenset(filter(None, map(slug_of, map(label, seen(page.body, layout.categories[0], span).outside))))
            if names:
                found[page.path] = names
    return found


@dataclass(frozen=True, slots=True)
class ShownNames:
    """The slugs of names, by the paths of posts: categories that pages show, and what feeds have; and all of these together."""

    by_post: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    by_feed: Mapping[str, frozenset[str]] = field(default_factory=dict)


def shown_names(posts: Posts, placed: Iterable[tuple[Place, Layout]]) -> ShownNames:
    """What pages and feeds say of the names of posts, to tell which folders of addresses are categories."""
    by_post = shown_categories(placed)
    told = {path: (name for entry in posts.entries[path] for name in entry.categories) for path in posts.days}
    by_feed = {path: found for path, names in told.items() if (found := frozenset(map(slug_of, names)))}
    return ShownNames(by_post, frozenset().union(*by_feed.values(), *by_post.values()), by_feed)


def are_others(pairs: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Whether the folders of posts are mostly none of the categories that their pages show.

    >>> are_others([("posts/", frozenset({"sea"}))] * 3), are_others([("sea/", frozenset({"sea"}))] * 3), are_others([])
    (True, False, False)
    """
    agree = [any(slug_of(name) in shown for name in folder.split("/") if name) for folder, shown in pairs]
    return len(agree) >= _ENOUGH and sum(agree) * 2 < len(agree)


def are_named(pairs: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Whether the folders of posts are names that feeds have of nearly all of them; posts in no folder tell nothing.

    >>> are_named([("sea/", frozenset({"sea", "salt"}))] * 3), are_named([("posts/", frozenset({"sea"}))] * 3)
    (True, False)
    """
    agree = [all(slug_of(name) in told for name in folder.split("/") if name) for folder, told in pairs if folder]
    return len(agree) >= _ENOUGH and sum(agree) * 100 >= _MOST * len(agree)
