"""The captured pages of a site, each read once for what tells whether it is a post; their bodies are kept packed."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.learn.json_ld import article
from crawler.learn.plugins import plugins_of
from crawler.markup.address import normal, split
from crawler.markup.characters import whole_utf8
from crawler.markup.feed import feed_title, read_feed, read_sitemap
from crawler.markup.generator import generator, of_jekyll
from crawler.markup.listing import UnreadableListing
from crawler.markup.redirects import LIST, leads_away, read_redirects, stub_target
from crawler.markup.search_list import read_search_list
from crawler.markup.tags import tags
from crawler.markup.times import count_times
from crawler.sites.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from urllib.parse import SplitResult

    from crawler.items import Exchange
    from crawler.markup.feed import FeedEntry
    from crawler.markup.search_list import ListedPage

_OK = 200
#: A source post that a page names: in a comment, or in a link to where it can be edited.
_SOURCE = re.compile(
    rb"_posts/(?:[^\s\"'<>?#/\\]{1,200}/){0,8}(\d{4}-\d\d-\d\d)-([^\s\"'<>?#/\\]{1,200})"
    rb"\.(?:md|markdown|mkdn?|html|textile)\b"
)
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<html[^>]{0,400}?\slang=[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3})", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}+>\s*+([^<]{0,1000}?)\s*+</title", re.IGNORECASE)
_LASTMOD = re.compile(rb"<lastmod>\s*+([^<]{10,40}?)\s*+</lastmod>")
#: The time of a feed of Atom: the first ``updated``, before its entries.
_BUILT = re.compile(rb"\A(?:(?!<(?:entry|updated)[\s>])[\s\S])*+<updated>\s*+([^<>\s]{10,40})\s*+</updated>")
_BEGUN = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?+<")
_HTML = re.compile(rb"<!doctype html|<html|<head|<body|<meta|<title|<article|<div|<p[\s>]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
#: So many older captures of a page are looked at, if they differ.
_VERSIONS = 6
#: A long post with much code has some thousands.
_MOST_TAGS = 20_000
#: How much of a body is read to find out what it is.
_LOOKED_AT = 2000
_AGE = attrgetter("time", "packed")
_ADDRESS = ("http:/", "https:/")
#: What may be a list of pages for the site's own search.
_LISTS = (".json", ".js")
_INDEX = re.compile(r"(?:^|(?<=/))index\.html?$")


@dataclass(slots=True)
class Page:
    """A captured HTML page and what it says of itself.

    ``path`` is relative to the home page, unquoted. ``sources``: days and names of the source posts that it names. ``title``
    is that of its head as it is written, ``meta`` has the first value of each named ``<meta>``, and ``data`` the JSON-LD of an
    article; ``language`` is the page's own. ``time`` is that of its capture; ``shows_times``: how many times its body shows,
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
        """When the page says it was published; empty if it does not say so in its head."""
        told = self.data.get("datePublished")
        return told.strip() if isinstance(told, str) else self.meta.get("article:published_time", "").strip()


@dataclass
class Captured:
    """What was captured of a site. ``pages``: the newest of each path; ``older``: captures of the same with other bytes.

    ``entries`` are those of each feed by its path, the newest capture of the feed first; ``modified`` the sitemap's times.
    ``sitemaps`` has the pages of each sitemap by its path; ``files`` are the paths of what is neither page nor feed.
    """

    home: str
    pages: dict[str, Page] = field(default_factory=dict)
    older: dict[str, list[Page]] = field(default_factory=dict)
    entries: dict[str, list[FeedEntry]] = field(default_factory=dict)
    #: What each feed calls itself, by its path.
    titles: dict[str, str] = field(default_factory=dict)
    #: The paths of pages that list posts, by what they show; and when feeds say that they were made.
    listings: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    modified: list[str] = field(default_factory=list)
    sitemaps: dict[str, list[FeedEntry]] = field(default_factory=dict)
    generator: str = ""
    plugins: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    #: What lists for the site's own search have, by the lists' paths.
    lists: dict[str, list[ListedPage]] = field(default_factory=dict)
    #: What the list of jekyll-redirect-from has, as it is read; when it was captured stands first.
    redirects: tuple[str, list[tuple[str, str, str]]] = ("", [])

    @classmethod
    def read(cls, home: str, answers: Iterable[Exchange]) -> Captured:
        """All that the answers of a site have; what is neither page nor feed nor sitemap is left out."""
        captured = cls(home)
        for answer in answers:
            captured.add(answer)
        captured._bring_together()
        return captured

    def _bring_together(self) -> None:
        """Leave one of the addresses at which a server gives the same page: that of a feed or its head, else the longest."""
        told = {path for entries in self.entries.values() for entry in entries if (path := self.relative_anywhere(entry.url))}
        told |= {path for page in self.pages.values() if (path := self.relative(page.meta.get("og:url", ""))) is not None}
        spelt: dict[str, list[str]] = {}
        for path in self.pages:
            spelt.setdefault(ENDING.sub("", path), []).append(path)
        for several in spelt.values():
            best = max(several, key=lambda path: (path in told, len(path), path))
            for path in several:
                if path != best and self.pages[path].packed == self.pages[best].packed:
                    del self.pages[path]
        self.pages = dict(sorted(self.pages.items()))

    def add(self, answer: Exchange) -> None:
        """Read one answer."""
        path = self.relative(answer.url)
        if answer.status != _OK or path is None or not answer.body:
            return
        first = answer.body[:_LOOKED_AT]
        self.plugins |= plugins_of(path, first)
        if _FEED.search(first) or b"jsonfeed.org/version" in first:
            self._add_feed(path, answer)
        elif _SITEMAP.search(first):
            with suppress(UnreadableListing):
                self.sitemaps[path] = read_sitemap(answer.body, answer.url)
            self.modified += [one.decode("ascii", "replace") for one in _LASTMOD.findall(answer.body)]
        elif _BEGUN.match(first) and _HTML.search(first):
            self._add_page(path, answer)
        else:
            self.files.add(path)
            if path == LIST:
                self.redirects = (_time(answer), list(read_redirects(answer.body, self.home)))
            if path.endswith(_LISTS) and (pages := list(read_search_list(answer.body, answer.url))):
                self.lists[path] = pages

    def relative(self, url: str) -> str | None:
        """The path of an address below the home page, whichever scheme it has; ``None`` for one elsewhere or with a query.

        A path that is an address itself is that of a broken link, which some servers answer as if it were a page.
        """
        parts = split(normal(url) or "")
        if parts.query or _host(parts.netloc) != _host(self._home.netloc) or not f"{parts.path}/".startswith(self._home.path):
            return None
        path = unquote(parts.path[len(self._home.path) :])
        return None if path.startswith(_ADDRESS) else _INDEX.sub("", path)

    def relative_anywhere(self, url: str) -> str | None:
        """As :meth:`relative`, for an address that a feed has: a site may be served from another host than it was built for."""
        parts = split(normal(url) or "")
        return self.relative(parts._replace(netloc=self._home.netloc).geturl()) if parts.netloc else None

    @cached_property
    def _home(self) -> SplitResult:
        return split(normal(self.home) or "")

    def versions(self, path: str) -> Iterator[Page]:
        """The captures of a page that differ, the newest first."""
        yield self.pages[path]
        yield from self.older.get(path, ())

    def _add_feed(self, path: str, answer: Exchange) -> None:
        try:
            entries = read_feed(answer.body, answer.url)
        except UnreadableListing:
            return
        self.entries.setdefault(path, []).extend(entries)
        self.titles.setdefault(path, feed_title(answer.body))
        self.built.update(time.decode("ascii", "replace") for time in _BUILT.findall(answer.body[:_LOOKED_AT]))
        if not self.generator:
            self.generator = of_jekyll(generator(answer.body))

    def _add_page(self, path: str, answer: Exchange) -> None:
        page = _page(path, answer)
        self.generator = self.generator or of_jekyll(page.meta.get("generator", ""))
        known = self.versions(path) if path in self.pages else ()
        newest = {one.packed: one for one in sorted([page, *known], key=_AGE)}
        self.pages[path], *older = sorted(newest.values(), key=_AGE, reverse=True)
        if older:
            self.older[path] = older[:_VERSIONS]


def _time(answer: Exchange) -> str:
    return answer.capture.time if answer.capture else ""


def _host(name: str) -> str:
    return name.removeprefix("www.")


def _page(path: str, answer: Exchange) -> Page:
    body = whole_utf8(answer.body)
    found = _BODY.search(body)
    head = body[: found.start() if found else len(body)]
    meta: dict[str, str] = {}
    for tag in tags(head, (b"meta",)):
        attributes = tag.attributes
        if name := attributes.get("property") or attributes.get("name"):
            meta.setdefault(name.lower(), attributes.get("content", ""))
    title, language = _TITLE.search(head), _LANGUAGE.search(head)
    return Page(
        url=answer.url,
        path=path,
        time=_time(answer),
        packed=zlib.compress(body, 1),
        size=len(body),
        title=title[1].decode("utf-8", "replace") if title else "",
        meta=meta,
        data=article(body),
        language=language[1].decode() if language else "",
        sources=frozenset((day.decode(), unquote(name.decode("utf-8", "replace"))) for day, name in _SOURCE.findall(body)),
        shows_times=count_times(body),
        has_tags=body.count(b"<"),
        is_stub=(is_stub := leads_away(body)),
        leads_to=(stub_target(body, answer.url) or "") if is_stub else "",
    )
