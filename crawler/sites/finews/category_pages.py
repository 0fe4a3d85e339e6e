"""The pages of finews that list posts by category, and the part of a post's address that tells its category."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.markup.links.address import safe
from crawler.sites.finews.facts import HOST, ROLLING, ROLLING_CATEGORY, post_address

if TYPE_CHECKING:
    from collections.abc import Sequence


@lru_cache(maxsize=1024)
def category_url(category: str) -> str:
    """The category page of a front matter's ``categories`` string."""
    return safe(f"https://{HOST}/category/{category}.html")


def listings(category: str) -> list[str]:
    """The listings that may show the posts of a category.

    Jekyll splits a category with blanks, so its own page is empty, but the page of one of its words may list its
    posts. The older addresses (``/CATEGORY/``) mostly give 404.

    >>> listings("a b")[2:]
    ['https://finews.withounder.com/category/a.html', 'https://finews.withounder.com/category/b.html']
    """
    if not category.strip():
        return []
    folder = safe(f"https://{HOST}/{category}/")
    return list(dict.fromkeys([category_url(category), folder, *map(category_url, category.split())]))


def own_listing(categories: Sequence[str]) -> list[str]:
    """The page that lists the posts of a source post's ``categories``; none for a name with blanks, which Jekyll splits.

    >>> own_listing(["emnews"]), own_listing(["a", "b"])
    (['https://finews.withounder.com/emnews/'], [])
    """
    if len(categories) != 1:
        return []
    return [ROLLING if categories[0] == ROLLING_CATEGORY else category_url(categories[0])]


def category_in_url(category: str) -> str:
    """The part of a post's URL that Jekyll makes of a ``categories`` string."""
    return "/".join(part.lower() for part in category.split())


def in_categories(url: str, categories: Sequence[str]) -> bool:
    """Whether the post at a canonical URL can be of one of these categories; every one if none is given."""
    address = post_address(url)
    return not categories or (address is not None and address[0] in {category_in_url(name) for name in categories})
