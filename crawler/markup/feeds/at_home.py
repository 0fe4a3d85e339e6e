"""Addresses in feeds and lists that were built for another host than the site is served from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.markup.links.address import split
from crawler.markup.links.same_place import without_www

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.markup.feeds.feed_entry import FeedEntry

#: A host that fewer addresses have tells nothing.
_FEWEST = 2


def at_home(urls: Sequence[str], home: str) -> list[str]:
    """The addresses, with the home page's host in the place of another one that most of them have, where none has its own.

    Feeds and sitemaps have the host that ``_config.yml`` says (``http://localhost:4000``), whoever serves the site.

    >>> at_home(["http://localhost:4000/a/", "http://localhost:4000/b/", "https://c.example/"], "https://blog.example/")
    ['https://blog.example/a/', 'https://blog.example/b/', 'https://c.example/']
    >>> at_home(["https://c.example/a/", "https://c.example/b/", "https://www.blog.example/c/"], "https://blog.example/")
    ['https://c.example/a/', 'https://c.example/b/', 'https://www.blog.example/c/']
    """
    hosts = Counter(_bare(url) for url in urls)
    own = split(home)
    host, most = hosts.most_common(1)[0] if hosts else ("", 0)
    if not host or most < _FEWEST or most * 2 <= len(urls) or _bare(home) in hosts:
        return list(urls)
    return [split(url)._replace(scheme=own.scheme, netloc=own.netloc).geturl() if _bare(url) == host else url for url in urls]


def entries_at_home(entries: Sequence[FeedEntry], home: str) -> list[FeedEntry]:
    """The entries of a feed or sitemap with their addresses :func:`at_home`."""
    urls = at_home([entry.url for entry in entries], home)
    return [entry if entry.url == url else replace(entry, url=url) for entry, url in zip(entries, urls, strict=True)]


def _bare(url: str) -> str:
    return without_www(split(url).netloc)
