"""A JSON Feed -> its entries: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import orjson

from crawler.markup.feeds.feed_address import own_address
from crawler.markup.feeds.feed_entry import FeedEntry, absolute, bounded, with_tags
from crawler.markup.feeds.feed_names import feed_names, several_names
from crawler.markup.links.listing import UnreadableListing

if TYPE_CHECKING:
    from crawler.markup.links.address import LeftOut


def read_json_feed(body: bytes, base: str, left_out: LeftOut) -> list[FeedEntry]:
    """The entries of a JSON Feed; one without an address that can be followed is left out.

    :param left_out: is told of each of those the addresses that it has.
    :raises UnreadableListing: if it is none.
    """
    bounded(body, b"{[")
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


def json_title(body: bytes) -> str:
    """What a JSON Feed calls itself."""
    return " ".join(_string(orjson.loads(body), "title").split())


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
        written_title=with_tags(_string(item, "title")),
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        categories=feed_names(tag for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str)),
        author=_json_author(item) or author,
        content=html if isinstance(html, str) else plain,
        summary=escape(_string(item, "summary"), quote=False),
    )


def _json_author(item: dict[str, Any]) -> str:
    several = item.get("authors")
    authors = several if isinstance(several, list) else [item.get("author")]
    return ", ".join(several_names(_string(one, "name") for one in authors if isinstance(one, dict)))


def _string(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""
