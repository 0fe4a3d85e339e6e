"""What kind of document a response is, as far as its links go; and what an address says of that."""

from __future__ import annotations

import mimetypes
import re
from typing import Literal

from crawler.markup.feeds.feed import read_feed, read_sitemap
from crawler.markup.links.address import split
from crawler.markup.links.listing import UnreadableListing

DocumentKind = Literal["page", "feed", "style", "other"]

#: What a page begins with, behind white space and a byte order mark.
_PAGE = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?+(?:<\?xml[^>]*+>\s*+)?+<(?:!doctype\s++html|html|head|body|!--)", re.IGNORECASE)
_FEED = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?+(?:<\?xml|<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b|\{)", re.IGNORECASE)
#: Python's own table, whatever this machine's has besides.
_TYPES = mimetypes.MimeTypes()
_MEDIA = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|mp[34]|m4[av]|og[gv]|wav|webm|mov|woff2?|ttf|otf|eot|pdf|zip|t?gz|bz2|xz|7z|rar"
    r"|tar)\Z",
    re.IGNORECASE,
)
_LONGEST = len(".woff2")
#: Media types of documents that lead on to pages.
_LEADING = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/json", "text/plain")


def document_kind(url: str, media_type: bytes, body: bytes) -> DocumentKind:
    """What kind a document is, by its media type, its first bytes, and the ending of its address.

    >>> document_kind("https://s/a", b"text/html; charset=utf-8", b"x"), document_kind("https://s/f", b"", b"<?xml?><feed>")
    ('page', 'feed')
    >>> document_kind("https://s/a.css", b"", b"p {}"), document_kind("https://s/a.png", b"image/png", b"PNG")
    ('style', 'other')
    """
    if b"text/css" in media_type.lower() or split(url).path.lower().endswith(".css"):
        return "style"
    if b"html" in media_type.lower() or _PAGE.match(body):
        return "page"
    return "feed" if _FEED.match(body) else "other"


def is_asset(url: str) -> bool:
    """Whether the ending of an address says that it is of a picture, a paper or the like, and not of a page or feed.

    >>> [is_asset(f"https://s/{path}") for path in ("a.png", "a.pdf", "a/", "a.html", "feed.xml", "version-1.2")]
    [True, True, False, False, False, False]
    """
    found = _TYPES.guess_type(split(url).path.lower())[0]
    return found is not None and found not in _LEADING


def is_media(path: str) -> bool:
    """Whether a path ends like that of a picture, a font, a sound, a paper or an archive, as no post's does: ``node.js`` may.

    >>> [is_media(path) for path in ("a/b.PNG", "b.tar.gz", "node.js", "version-1.2", "png")]
    [True, True, False, False, False]
    """
    return _MEDIA.search(path, max(0, len(path) - _LONGEST)) is not None


def feed_addresses(body: bytes, url: str) -> list[str]:
    """The addresses that a feed or sitemap lists; none for what is neither."""
    for read in (read_feed, read_sitemap):
        try:
            return [entry.url for entry in read(body, url)]
        except UnreadableListing:
            continue
    return []
