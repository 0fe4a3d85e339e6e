"""A feed -> its entries: Atom, RSS of any version, JSON Feed; and a sitemap, which tells when a page was last changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING, Any

import orjson
from defusedxml import ElementTree

from crawler.markup.address import LeftOut, passed_over
from crawler.markup.address import absolute as absolute_with_slashes
from crawler.markup.characters import xml_text
from crawler.markup.feed_address import own_address
from crawler.markup.feed_names import feed_names, several_names
from crawler.markup.lenient_xml import lenient
from crawler.markup.links import shown_text
from crawler.markup.listing import UnreadableListing
from crawler.markup.written import has_tags
from crawler.markup.xml_parts import Parts, as_html, local

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
_SLASHES = re.compile(r"\A(https?://[^/?#]++)//++")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
#: Is told how a feed or sitemap that is no well-formed XML was read.
Mended = Callable[[str], object]


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
        return _of_json(body.removeprefix(b"\xef\xbb\xbf"), base, left_out)
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
        return " ".join(_string(orjson.loads(body.removeprefix(b"\xef\xbb\xbf")), "title").split())
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


def absolute(base: str, href: str) -> str | None:
    """The absolute address of a link, with one slash behind the host: ``url`` in ``_config.yml`` often ends with one, too."""
    url = absolute_with_slashes(base, href)
    return _SLASHES.sub(r"\1/", url) if url else url


def _root(body: bytes, mended: Mended = passed_over) -> Element:
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
        written_title=_with_tags(parts.text(_ATOM, "title")),
        published=parts.text(_ATOM, "published", "issued", "created"),
        updated=parts.text(_ATOM, "updated", "modified"),
        categories=feed_names(one.get("term", "") for one in parts.all(_ATOM, "category")),
        author=_atom_author(parts) or author,
        content=as_html(parts.first(_ATOM, "content")),
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
        written_title=_with_tags(title),
        published=_iso(parts.text(_RSS, "pubDate") or parts.text(_DC, "date")),
        updated=_iso(parts.text(_TERMS, "modified") or parts.text(_ATOM, "updated")),
        categories=feed_names("".join(one.itertext()) for one in (*parts.all(_RSS, "category"), *parts.all(_DC, "subject"))),
        author=parts.text(_DC, "creator") or parts.text(_RSS, "author"),
        content=next(("".join(one.itertext()) for one in (content, described) if one is not None), None),
    )


def _of_json(body: bytes, base: str, left_out: LeftOut) -> list[FeedEntry]:
    try:
        feed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableListing(f"the feed is not well-formed JSON: {error}") from error
    items = feed.get("items")
    if "jsonfeed.org/version/" not in str(feed.get("version")) or not isinstance(items, list):
        raise UnreadableListing("is no feed: JSON without the version and the items of a JSON Feed")
    author = _json_author(feed)
    entries = (_json_entry(item, base, author, left_out) for item in items if isinstance(item, dict))
    return [entry for entry in entries if entry is not None]


def _json_entry(item: dict[str, Any], base: str, author: str, left_out: LeftOut) -> FeedEntry | None:
    own = _string(item, "id")
    written = _string(item, "url") or (own if own.startswith(("http://", "https://")) else "")
    url = absolute(base, written) if written else None
    if url is None:
        left_out(written or own)
        return None
    url, link = own_address(url, [own], base)
    external = absolute(base, _string(item, "external_url")) if _string(item, "external_url") else None
    html, text, tags = item.get("content_html"), item.get("content_text"), item.get("tags")
    plain = escape(text, quote=False) if isinstance(text, str) else None
    return FeedEntry(
        link=link or external or "",
        url=url,
        title=" ".join(_string(item, "title").split()),
        written_title=_with_tags(_string(item, "title")),
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        categories=feed_names(tag for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str)),
        author=_json_author(item) or author,
        content=html if isinstance(html, str) else plain,
    )


def _json_author(item: dict[str, Any]) -> str:
    several = item.get("authors")
    authors = several if isinstance(several, list) else [item.get("author")]
    return ", ".join(several_names(_string(one, "name") for one in authors if isinstance(one, dict)))


def _with_tags(title: str) -> str:
    return " ".join(title.split()) if has_tags(title) else ""


def _string(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _iso(date: str) -> str:
    """A date of RSS (``Tue, 01 Mar 2022 10:00:00 GMT``) as ISO 8601."""
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return date
