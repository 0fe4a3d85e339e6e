"""A feed -> its entries."""

from __future__ import annotations

from dataclasses import dataclass

from defusedxml import ElementTree
from w3lib.url import safe_url_string

from crawler.markup.listing import UnreadableListing

_A = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed."""

    url: str
    title: str
    published: str
    updated: str
    categories: tuple[str, ...]
    author: str
    content: str | None


def read_feed(body: bytes, base: str) -> list[FeedEntry]:
    """The entries of an Atom feed, in their order."""
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise UnreadableListing(f"the feed is not well-formed XML: {error}") from error
    out = []
    for e in root.iter(f"{_A}entry"):
        for link in e.findall(f"{_A}link"):
            if link.get("rel", "alternate") == "alternate" and link.get("href"):
                out.append(
                    FeedEntry(
                        safe_url_string(link.get("href", "").strip()),
                        e.findtext(f"{_A}title") or "",
                        e.findtext(f"{_A}published") or "",
                        "",
                        tuple(c.get("term", "") for c in e.findall(f"{_A}category")),
                        "",
                        e.findtext(f"{_A}content"),
                    )
                )
                break
    return out
