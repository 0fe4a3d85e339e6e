"""The categories and tags of a post of a stock Jekyll site, as far as its page, its address and the feed tell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.items import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sites.parsed import FeedMention
    from crawler.sites.site import Site
    from crawler.sites.stock_page import StockPage

_WORD = re.compile(r"\w+")
Texts = tuple[str, ...]
#: In ``assumed``: nothing tells the categories; nothing tells how they are written.
CATEGORIES, CASE = "categories", "categories.case"


@dataclass(frozen=True, slots=True)
class Names:
    """The categories and tags of a post, which of them are a guess, and which the feed told."""

    categories: Texts
    tags: Texts
    assumed: Texts = ()
    from_feed: frozenset[str] = frozenset()


def told_names(site: Site, page: StockPage, mention: FeedMention | None) -> Names:
    """What the page shows counts; else the address tells the categories, and the feed their case and the tags.

    Where neither does, names of which the site has lists as categories are such, and all others tags.
    """
    in_address = site.tells_categories(page.page.url)
    if mention is None or not mention.has_names:
        return _without_feed(page, in_address=in_address)
    told = mention.entry.categories
    if page.shown_categories:
        return _with(page.shown_categories, page.tags, _less(told, page.shown_categories))
    if in_address:
        lowered = {name.lower() for name in told}
        assumed = (CASE,) if _has_case(name for name in page.categories if name.lower() not in lowered) else ()
        categories, rest = told_apart(page.categories, told)
        return _with(categories, page.tags, rest, assumed, "categories")
    if page.tags:
        return Names(_less(told, page.tags), page.tags, (), frozenset(("categories",)))
    own = tuple(dict.fromkeys(name for name in told if slug_of(name) in site.category_names))
    return _with(own, (), _less(told, own), (CATEGORIES,) if told and not own else (), *(("categories",) if own else ()))


def _without_feed(page: StockPage, *, in_address: bool) -> Names:
    assumed = [] if page.tags else [UNTOLD]
    if not page.shown_categories and not in_address:
        assumed.insert(0, CATEGORIES)
    elif not page.shown_categories and _has_case(page.categories):
        assumed.insert(0, CASE)
    return Names(page.categories, page.tags, tuple(assumed))


def _with(categories: Texts, tags: Texts, rest: Texts, assumed: Texts = (), *from_feed: str) -> Names:
    """``rest``: what the feed has besides the categories; the tags where the page shows none."""
    told = (*from_feed, *(() if tags else ("tags",)))
    return Names(categories, tags or rest, assumed, frozenset(told))


def slug_of(name: str) -> str:
    """A name as addresses of its list have it.

    >>> slug_of("North Sea"), slug_of("north-sea"), slug_of("潮")
    ('north-sea', 'north-sea', '潮')
    """
    return "-".join(_WORD.findall(name.lower()))


def told_apart(lowered: Texts, names: Texts) -> tuple[Texts, Texts]:
    """The categories and tags of a feed's entry, which does not tell which they are.

    >>> told_apart(("north sea",), ("North Sea", "North Sea", "tide"))
    (('North Sea',), ('North Sea', 'tide'))
    """
    left = list(names)
    categories = []
    for name in lowered:
        found = next((one for one in left if one.lower() == name.lower()), None)
        if found is not None:
            left.remove(found)
        categories.append(found if found is not None else name)
    return tuple(categories), tuple(dict.fromkeys(left))


def _less(names: Texts, others: Texts) -> Texts:
    """The names without the others, each taken away once."""
    left = list(names)
    for name in others:
        if name in left:
            left.remove(name)
    return tuple(dict.fromkeys(left))


def _has_case(names: Iterable[str]) -> bool:
    return any(name != name.upper() for name in names)
