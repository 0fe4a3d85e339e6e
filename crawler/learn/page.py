"""One captured page, and what it says of itself: its body is kept packed."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.learn.json_ld import article
from crawler.markup.characters import whole_utf8
from crawler.markup.links.redirects import leads_away, stub_target
from crawler.markup.quoted import content_of
from crawler.markup.tags import tags
from crawler.markup.times import count_times, is_no_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Exchange

#: A source post that a page names: in a comment, or in a link to where it can be edited.
_SOURCE = re.compile(
    rb"_posts/(?:[^\s\"'<>?#/\\]{1,200}/){0,8}(\d{4}-\d\d-\d\d)-([^\s\"'<>?#/\\]{1,200})"
    rb"\.(?:md|markdown|mkdn?|html|textile)\b"
)
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<html[^>]{0,400}?\slang=[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3})", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}+>\s*+([^<]{0,1000}?)\s*+</title", re.IGNORECASE)
#: A long post with much code has some thousands.
_MOST_TAGS = 20_000


@dataclass(slots=True)
class Page:
    """A captured HTML page and what it says of itself.

    ``path`` is relative to the home page, unquoted. ``sources``: days and names of the source posts that it names. ``title``
    is that of its head as it is written, ``meta`` has the first value of each named ``<meta>``, and ``data`` the JSON-LD of an
    article; ``named`` is the address that the head names as the page's own, and ``language`` its language. ``time`` is that of
    its capture; ``shows_times``: how many times its body shows,
    and ``has_tags``: about how many tags it has. ``leads_to``: where it sends readers, if jekyll-redirect-from made it.
    """

    url: str
    path: str
    time: str
    packed: bytes
    size: int
    title: str
    meta: dict[str, str]
    data: dict[str, Any]
    named: str
    language: str
    sources: frozenset[tuple[str, str]]
    is_stub: bool
    leads_to: str
    shows_times: int
    has_tags: int

    @property
    def is_large(self) -> bool:
        """Whether it has too many tags to be looked at closely; what was learned of others is searched in it all the same."""
        return self.has_tags > _MOST_TAGS

    @property
    def body(self) -> bytes:
        """The page as it came, in UTF-8."""
        return zlib.decompress(self.packed)

    @property
    def published(self) -> str:
        """When the page says it was published; empty if it does not say so in its head, or had no date."""
        told = self.data.get("datePublished")
        told = told.strip() if isinstance(told, str) else self.meta.get("article:published_time", "").strip()
        return "" if is_no_time(told) else told


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Pages, each with what feeds have as its content. Bodies are unpacked one by one: all at once may take the most memory."""

    pages: Sequence[tuple[Page, list[str]]]

    def __len__(self) -> int:
        return len(self.pages)

    def __iter__(self) -> Iterator[tuple[bytes, list[str]]]:
        return ((page.body, told) for page, told in self.pages)

    def __getitem__(self, part: slice) -> Unpacked:
        return Unpacked(self.pages[part])


def captured_at(answer: Exchange) -> str:
    """When an answer was captured; empty if nobody knows."""
    return answer.capture.time if answer.capture else ""


def read_page(path: str, answer: Exchange) -> Page:
    """What a captured page says of itself.

    :param path: its path, relative to the home page.
    """
    body = whole_utf8(answer.body)
    found = _BODY.search(body)
    head = body[: found.start() if found else len(body)]
    meta: dict[str, str] = {}
    named = ""
    for tag in tags(head, (b"meta", b"link")):
        attributes = tag.attributes
        if tag.name == "link":
            named = named or (attributes.get("href", "") if attributes.get("rel", "").lower() == "canonical" else "")
        elif name := attributes.get("property") or attributes.get("name"):
            meta.setdefault(name.lower(), content_of(head[tag.start : tag.end], attributes))
    title, language = _TITLE.search(head), _LANGUAGE.search(head)
    return Page(
        url=answer.url,
        path=path,
        time=captured_at(answer),
        packed=zlib.compress(body, 1),
        size=len(body),
        title=title[1].decode("utf-8", "replace") if title else "",
        meta=meta,
        data=article(body),
        named=named or meta.get("og:url", ""),
        language=language[1].decode() if language else "",
        sources=frozenset((day.decode(), unquote(name.decode("utf-8", "replace"))) for day, name in _SOURCE.findall(body)),
        shows_times=count_times(body),
        has_tags=body.count(b"<"),
        is_stub=(is_stub := leads_away(body)),
        leads_to=(stub_target(body, answer.url) or "") if is_stub else "",
    )
