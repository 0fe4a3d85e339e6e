"""An entry of a feed or of a sitemap, whatever form that has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.markup.address import absolute as absolute_with_slashes
from crawler.markup.written import has_tags

_SLASHES = re.compile(r"\A(https?://[^/?#]++)//++")


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


def absolute(base: str, href: str) -> str | None:
    """The absolute address of a link, with one slash behind the host: ``url`` in ``_config.yml`` often ends with one, too."""
    url = absolute_with_slashes(base, href)
    return _SLASHES.sub(r"\1/", url) if url else url


def with_tags(title: str) -> str:
    """A title as it is written, if it has tags of HTML; else nothing."""
    return " ".join(title.split()) if has_tags(title) else ""
