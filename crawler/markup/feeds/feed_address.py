"""Which address of a feed's entry is that of its own page: posts that link to others have these as their link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.links.address import split
from crawler.markup.links.same_place import without_www

if TYPE_CHECKING:
    from collections.abc import Iterable


def own_address(url: str, others: Iterable[str], base: str) -> tuple[str, str]:
    """The address of an entry's own page, and where its link leads if that is elsewhere, as with posts that link to others.

    >>> own_address("https://other/a", ["tag:s,2024:1", "https://www.s/b"], "https://s/feed.xml")
    ('https://www.s/b', 'https://other/a')
    >>> own_address("https://old/a", ["https://old/a"], "https://s/feed.xml")
    ('https://old/a', '')
    """
    host = _host(base)
    if _host(url) == host:
        return url, ""
    own = next((one for one in others if one.startswith(("http://", "https://")) and _host(one) == host), None)
    return (own, url) if own is not None else (url, "")


def _host(url: str) -> str:
    return without_www(split(url).netloc)
