"""What a site's own lists of each category and tag tell of a post: names that neither its page, address nor a feed tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.items import UNTOLD
from crawler.sites.stock.names import CASE, CATEGORIES, FIRST, slug_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.sites.stock.names import Names, Texts

#: In ``assumed``: the site's lists alone tell the names.
BY_LISTS = {"categories": "categories.lists", "tags": "tags.lists"}
_DOUBTS = {"categories": (CATEGORIES, FIRST, CASE), "tags": (UNTOLD,)}


def with_site_lists(
    names: Names, listed: Mapping[str, Sequence[str]], in_feed: Texts | None, *, in_address: bool = False
) -> Names:
    """The names of a post with those by which the site lists it, where these have all that are known.

    Lists tell how names are written that a page or an address has otherwise, and those that it does not show. Names of which a
    feed knows nothing are none, but for categories where all that it has are tags which the page shows.

    :param listed: the names by their kind, ``categories`` and ``tags``.
    :param in_address: whether the address has all categories: with others, Jekyll would make another address.
    :param in_feed: all that a feed has, which does not tell them apart; ``None`` if it has none of any post.
    """
    for kind, told in listed.items():
        doubts = _DOUBTS[kind]
        is_open = any(name in names.assumed for name in doubts[:2])
        known = () if doubts[0] in names.assumed else getattr(names, kind)
        by_slug = {slug_of(name): name for name in told}
        if kind == "categories" and in_address and by_slug.keys() != set(map(slug_of, known)):
            continue
        if not by_slug.keys() >= set(map(slug_of, known)):
            continue
        if in_feed is not None and not set(told) <= set(in_feed) and not (kind == "categories" and _are_tags(in_feed, names)):
            continue
        own = tuple(dict.fromkeys([*(by_slug.pop(slug_of(name), name) for name in known), *by_slug.values()]))
        if not is_open and own == getattr(names, kind):
            continue
        tags = names.tags
        if kind == "categories" and is_open and in_feed is not None:
            tags = tuple(name for name in tags if name not in own)
        assumed = (*(name for name in names.assumed if name not in doubts), BY_LISTS[kind])
        names = replace(
            names,
            **{"tags": tags, kind: own},
            assumed=assumed,
            from_feed=names.from_feed - {kind},
            from_list=names.from_list - {kind},
            from_site_lists=names.from_site_lists | {kind},
        )
    return names


def _are_tags(in_feed: Texts, names: Names) -> bool:
    """Whether all names that a feed has are tags that the page shows: it may have tags alone."""
    is_shown = bool(names.tags) and "tags" not in names.from_feed
    return is_shown and set(map(slug_of, in_feed)) <= set(map(slug_of, names.tags))
