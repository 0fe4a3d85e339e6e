"""An entry of a feed or of a sitemap, whatever form that has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.markup.links.address import absolute as absolute_with_slashes
from crawler.markup.links.listing import UnreadableListing
from crawler.markup.titles.written import has_tags

_SLASHES = re.compile(r"\A(https?://[^/?#]++)//++")


#: More of them take a gigabyte of memory to read. A sitemap has 50,000 pages at most, by its own standard.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: its absolute address; what a browser shows of its title; what else it says, empty where it says nothing.

    ``published`` and ``updated`` are ISO 8601, or as written where they cannot be read; ``content`` is HTML, of
    RSS without ``content:encoded`` the description. ``categories`` has a name as often as the entry: Jekyll's feed
    writes the categories of a post, then its tags, and one name may be both.
    """

    url: str
    title: str
    published: str
    updated: str
    categories: tuple[str, ...]
    author: str
    content: str | None
    #: Where the entry's link leads, if that is another host than the feed's own, on which the entry's address is.
    link: str = ""
    #: The title as it is written, where it has tags of HTML.
    written_title: str = ""
    #: What it says in short, as HTML: the ``summary`` of Atom and of a JSON Feed, the description of RSS.
    summary: str = ""


def absolute(base: str, href: str) -> str | None:
    """The absolute address of a link, with one slash behind the host: ``url`` in ``_config.yml`` often ends with one, too."""
    url = absolute_with_slashes(base, href)
    return _SLASHES.sub(r"\1/", url) if url else url


def with_tags(title: str) -> str:
    """A title as it is written, if it has tags of HTML; else nothing."""
    return " ".join(title.split()) if has_tags(title) else ""


def bounded(body: bytes, signs: bytes) -> None:
    """Refuse what was made to fill the memory.

    :param signs: the bytes of which any begins an element, an object or a list.
    :raises UnreadableListing: if there are too many.
    """
    count = sum(body.count(signs[place : place + 1]) for place in range(len(signs)))
    if count > _MOST:
        raise UnreadableListing(f"has {count:,} elements, and more than {_MOST:,} are not read")
