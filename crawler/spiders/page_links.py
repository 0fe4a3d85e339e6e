"""What a page, feed or list of a site leads to: all addresses in it that a spider may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.feeds.at_home import at_home
from crawler.markup.links.address import split
from crawler.markup.links.document_kinds import feed_addresses
from crawler.markup.links.links import head_links, page_addresses
from crawler.markup.links.redirects import addresses_listed
from crawler.markup.links.requisites import refresh

if TYPE_CHECKING:
    from crawler.markup.links.document_kinds import DocumentKind

#: Links of a page's head that lead to pages.
_TO_PAGES = frozenset(
    ("alternate", "next", "prev", "first", "last", "up", "start", "contents", "index", "archives", "canonical", "amphtml")
)


def is_list(url: str) -> bool:
    """Whether an address is that of a file of JSON: a feed, or a list of a search or of redirects, whatever its type says."""
    return split(url).path.endswith(".json")


def addresses_in(url: str, body: bytes, kind: DocumentKind, home: str) -> list[str] | None:
    """The addresses that a document links to, lists or sends to; ``None`` if it is of a kind that leads nowhere.

    >>> addresses_in("https://a.example/b/", b'<a href="../c/">c</a>', "page", "https://a.example/")
    ['https://a.example/c/']
    >>> addresses_in("https://a.example/b.txt", b"https://a.example/c/", "other", "https://a.example/")
    """
    if is_list(url):
        return [*at_home(feed_addresses(body, url), home), *addresses_listed(body, url, home)]
    if kind == "feed":
        return at_home(feed_addresses(body, url), home)
    if kind == "page":
        heads = [link.url for link in head_links(body, url) if not _TO_PAGES.isdisjoint(link.rel)]
        away = refresh(body, url)
        return [*page_addresses(body, url), *heads, *([away] if away else [])]
    return None
