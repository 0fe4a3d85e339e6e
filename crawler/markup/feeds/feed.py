"""A feed -> its entries: Atom, RSS of any version, JSON Feed; and a sitemap, which tells when a page was last changed."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from defusedxml import ElementTree

from crawler.markup.characters import xml_text
from crawler.markup.feeds.feed_address import own_address
from crawler.markup.feeds.feed_entry import FeedEntry, absolute, bounded, with_tags
from crawler.markup.feeds.feed_names import feed_names, several_names
from crawler.markup.feeds.json_feed import json_title, read_json_feed
from crawler.markup.feeds.lenient_xml import lenient
from crawler.markup.feeds.xml_parts import Parts, as_html, local
from crawler.markup.links.address import LeftOut, passed_over
from crawler.markup.links.links import shown_text
from crawler.markup.links.listing import UnreadableListing

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ALTERNATE = ("", "alternate", "http://www.iana.org/assignments/relation/alternate")
_ATOM = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}")
_RSS = (
    "",
    "{http://purl.org/rss/1.0/}",
    "{http://my.netscape.com/rdf/simple/0.9/}",
    "{http://channel.netscape.com/rdf/simple/0.9/}",
    "{http://backend.userland.com/rss2}",
)
_DC, _TERMS = ("{http://purl.org/dc/elements/1.1/}",), ("{http://purl.org/dc/terms/}",)
_CONTENT = ("{http://purl.org/rss/1.0/modules/content/}",)
_SITEMAP = ("{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.google.com/schemas/sitemap/0.84}", "")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
#: Is told how a feed or sitemap that is no well-formed XML was read.
Mended = Callable[[str], object]


def read_feed(body: bytes, base: str, left_out: LeftOut = passed_over, mended: Mended = passed_over) -> list[FeedEntry]:
    """The entries of the feed at ``base``, as they stand; one without an address that can be followed is left out.

    A feed that is no well-formed XML is read entry by entry, if it has an end.

    :param left_out: is told of each of those the addresses that it has, as they are written.
    :param mended: is told what is wrong with a feed that is no well-formed XML, and how much of it could be read.
    :raises UnreadableListing: if it is no feed, or tries what XML should not.

    >>> feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="1.html"/></entry></feed>'
    >>> read_feed(feed, "https://s/a/")[0].url
    'https://s/a/1.html'
    """
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return read_json_feed(body.removeprefix(b"\xef\xbb\xbf"), base, left_out)
    root = _root(body, mended)
    parts, name = Parts(root, base), local(root)
    if name == "feed" and root.tag.startswith(_ATOM):
        author = _atom_author(parts)
        entries = (_of_atom(Parts(one, parts.base), author, left_out) for one in parts.all(_ATOM, "entry"))
    elif name in ("rss", "rdf"):
        channels = [Parts(one, parts.base) for one in parts.all(_RSS, "channel")]
        entries = (_of_rss(Parts(one, where.base), left_out) for where in (parts, *channels) for one in where.all(_RSS, "item"))
    else:
        raise UnreadableListing(f"is no feed: it begins with <{name}>")
    return [entry for entry in entries if entry is not None]


def feed_title(body: bytes) -> str:
    r"""What a feed that :func:`read_feed` can read calls itself, as a browser shows it; empty if it does not say.

    >>> feed_title(b'<rss><channel><title>Anna&amp;#39;s\n sea</title></channel></rss>')
    "Anna's sea"
    """
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return json_title(body.removeprefix(b"\xef\xbb\xbf"))
    parts = Parts(_root(body), "")
    channel = parts.first(_RSS, "channel")
    if channel is not None:
        return shown_text(Parts(channel, "").text(_RSS, "title"))
    return shown_text(as_html(parts.first(_ATOM, "title")) or "")


def read_sitemap(body: bytes, base: str, mended: Mended = passed_over) -> list[FeedEntry]:
    """The pages of a sitemap (https://www.sitemaps.org/protocol.html), or the sitemaps of an index of them.

    ``updated`` is when each was last changed. Nothing else is told.

    :raises UnreadableListing: if it is no sitemap, or tries what XML should not.
    """
    root = _root(body, mended)
    if local(root) not in ("urlset", "sitemapindex"):
        raise UnreadableListing(f"is no sitemap: it begins with <{local(root)}>")
    found = []
    for one in (*Parts(root, base).all(_SITEMAP, "url"), *Parts(root, base).all(_SITEMAP, "sitemap")):
        parts = Parts(one, base)
        url = absolute(base, parts.text(_SITEMAP, "loc"))
        if url is not None:
            found.append(FeedEntry(url, "", "", parts.text(_SITEMAP, "lastmod"), (), "", None))
    return found


def _root(body: bytes, mended: Mended = passed_over) -> Element:
    bounded(body, b"<")
    try:
        text, fault = xml_text(body), ""
    except ValueError as error:
        text, fault = xml_text(body, "replace"), str(error)
    try:
        if not fault:
            return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        fault = str(error)
    except ValueError as error:
        raise UnreadableListing(f"the feed is not well-formed XML: {error}") from error
    found = lenient(text, undecoded="decode" in fault)
    if found is None:
        raise UnreadableListing(f"the feed is not well-formed XML: {fault}")
    mended(f"is not well-formed XML ({fault}); {found}")
    return found.root


def _of_atom(parts: Parts, author: str, left_out: LeftOut) -> FeedEntry | None:
    links = [link for link in parts.all(_ATOM, "link") if link.get("rel", "").strip().lower() in _ALTERNATE]
    links.sort(key=lambda link: "html" not in link.get("type", "html"))
    urls = (absolute(Parts(link, parts.base).base, href) for link in links if (href := link.get("href")) is not None)
    url = next(filter(None, urls), None)
    if url is None:
        left_out(" ".join(link.get("href", "") for link in links))
        return None
    related = (link.get("href", "") for link in parts.all(_ATOM, "link") if link.get("rel", "").strip().lower() == "related")
    url, link = own_address(url, [parts.text(_ATOM, "id"), *related], parts.base)
    return FeedEntry(
        link=link,
        url=url,
        title=shown_text(as_html(parts.first(_ATOM, "title")) or ""),
        written_title=with_tags(parts.text(_ATOM, "title")),
        published=parts.text(_ATOM, "published", "issued", "created"),
        updated=parts.text(_ATOM, "updated", "modified"),
        categories=feed_names(one.get("term", "") for one in parts.all(_ATOM, "category")),
        author=_atom_author(parts) or author,
        content=as_html(parts.first(_ATOM, "content")),
        summary=as_html(parts.first(_ATOM, "summary")) or "",
    )


def _atom_author(parts: Parts) -> str:
    return ", ".join(several_names(Parts(one, "").text(_ATOM, "name") for one in parts.all(_ATOM, "author")))


def _of_rss(parts: Parts, left_out: LeftOut) -> FeedEntry | None:
    guid = parts.first(_RSS, "guid")
    permanent = guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false"
    written = (parts.text(_RSS, "link"), parts.text(_RSS, "guid") if permanent else "", parts.element.get(_ABOUT, ""))
    url = next(filter(None, (absolute(parts.base, href) for href in written if href)), None)
    if url is None:
        left_out(" ".join(filter(None, written)))
        return None
    url, link = own_address(url, [parts.text(_RSS, "guid")], parts.base)
    described = parts.first(_RSS, "description")
    content = parts.first(_CONTENT, "encoded")
    return FeedEntry(
        link=link,
        url=url,
        title=shown_text(title := parts.text(_RSS, "title") or parts.text(_DC, "title")),
        written_title=with_tags(title),
        published=_iso(parts.text(_RSS, "pubDate") or parts.text(_DC, "date")),
        updated=_iso(parts.text(_TERMS, "modified") or parts.text(_ATOM, "updated")),
        categories=feed_names("".join(one.itertext()) for one in (*parts.all(_RSS, "category"), *parts.all(_DC, "subject"))),
        author=parts.text(_DC, "creator") or parts.text(_RSS, "author"),
        content=next(("".join(one.itertext()) for one in (content, described) if one is not None), None),
        summary="".join(described.itertext()) if described is not None else "",
    )


def _iso(date: str) -> str:
    """A date of RSS (``Tue, 01 Mar 2022 10:00:00 GMT``) as ISO 8601."""
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return date
