"""The categories and tags of a post of a stock Jekyll site, as far as its page, its address and the feed tell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.items import UNTOLD
from crawler.markup.characters import in_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sites.parsed import FeedMention
    from crawler.sites.search_lists import Listed
    from crawler.sites.site import Site
    from crawler.sites.stock.page import StockPage

_WORD = re.compile(r"\w+")
Texts = tuple[str, ...]
#: In ``assumed``: nothing tells the categories; nothing tells how they are written, or whether there are more than the first.
CATEGORIES, CASE, FIRST = "categories", "categories.case", "categories.first"


@dataclass(frozen=True, slots=True)
class Names:
    """The categories and tags of a post, which of them are a guess, and which a feed, a list for search or others told."""

    categories: Texts
    tags: Texts
    assumed: Texts = ()
    from_feed: frozenset[str] = frozenset()
    from_list: frozenset[str] = frozenset()
    #: Those of which the site's own lists tell: :mod:`crawler.sites.stock.lists`.
    from_site_lists: frozenset[str] = frozenset()


def told_names(site: Site, page: StockPage, mention: FeedMention | None) -> Names:
    """What the page shows counts; else the address tells the categories, and the feed their case and the tags.

    Where neither does, a list for the site's own search may; else names of which the site has lists as categories are such,
    and all others tags.
    """
    names = _by_page_and_feed(site, page, mention)
    listed = mention.listed if mention is not None else None
    if listed is None or not names.assumed:
        return names
    return _with_list(names, listed, mention.entry.categories if mention is not None and mention.has_names else None)


def _with_list(names: Names, listed: Listed, in_feed: Texts | None) -> Names:
    """The names with what a list tells of those that are assumed.

    :param in_feed: all that a feed has, which does not tell them apart; ``None`` if it has none of any post.
    """
    categories, tags, assumed, told = names.categories, names.tags, list(names.assumed), set[str]()
    if CASE in assumed and listed.categories is not None:
        categories, _ = told_apart(categories, listed.categories)
        if not _has_case(name for name in categories if name not in listed.categories):
            assumed.remove(CASE)
        told.add("categories")
    elif CATEGORIES in assumed and (own := _own(listed, in_feed)) is not None:
        categories = own
        assumed[assumed.index(CATEGORIES)] = FIRST
        if not listed.is_first:
            assumed.remove(FIRST)
        told.add("categories")
        if in_feed is not None:
            tags = _less(in_feed, own)
    if UNTOLD in assumed and listed.tags is not None:
        tags = listed.tags
        assumed.remove(UNTOLD)
        told.add("tags")
    return Names(categories, tags, tuple(assumed), names.from_feed - told, frozenset(told))


def _own(listed: Listed, in_feed: Texts | None) -> Texts | None:
    """The categories by a list, or what a feed has besides the list's tags; ``None`` if it does not tell, or another story."""
    if in_feed is not None and not {*(listed.categories or ()), *(listed.tags or ())} <= set(in_feed):
        return None
    if listed.categories is None and listed.tags is not None and in_feed is not None and not listed.is_first:
        return _less(in_feed, listed.tags)
    return listed.categories


def _by_page_and_feed(site: Site, page: StockPage, mention: FeedMention | None) -> Names:
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
    """The names without the others, each taken away once; feeds may have a reference where a page has its character."""
    left = list(names)
    for name in others:
        found = next((one for one in left if one == name or in_text(one) == name), None)
        if found is not None:
            left.remove(found)
    return tuple(dict.fromkeys(left))


def _has_case(names: Iterable[str]) -> bool:
    return any(name != name.upper() for name in names)
