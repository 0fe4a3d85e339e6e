"""All that was captured of a site, each page read once for what tells whether it is a post."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.learn.built_for import built_for
from crawler.learn.page import Page, captured_at, read_page
from crawler.learn.plugins import plugins_of
from crawler.markup.feeds.feed import feed_title, read_feed, read_sitemap
from crawler.markup.generator import generator, of_jekyll
from crawler.markup.links.address import normal, split
from crawler.markup.links.document_kinds import is_asset
from crawler.markup.links.links import page_addresses
from crawler.markup.links.listing import UnreadableListing
from crawler.markup.links.redirects import LIST, read_redirects
from crawler.markup.links.same_place import without_www
from crawler.markup.search_list import read_search_list
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from urllib.parse import SplitResult

    from crawler.items import Exchange
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.markup.search_list import ListedPage

_OK = 200
_LASTMOD = re.compile(rb"<lastmod>\s*+([^<]{10,40}?)\s*+</lastmod>")
#: The time of a feed of Atom: the first ``updated``, before its entries.
_BUILT = re.compile(rb"\A(?:(?!<(?:entry|updated)[\s>])[\s\S])*+<updated>\s*+([^<>\s]{10,40})\s*+</updated>")
_BEGUN = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?+<")
_HTML = re.compile(rb"<!doctype html|<html|<head|<body|<meta|<title|<article|<div|<p[\s>]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
#: So many older captures of a page are looked at, if they differ.
_VERSIONS = 6
#: How much of a body is read to find out what it is.
_LOOKED_AT = 2000
#: Of so many addresses is remembered which path they have; of a site with more, each further one is taken apart anew.
_REMEMBERED = 100_000
#: So many links of all pages together are remembered; pages with further ones are read anew each time.
_LINKS = 1_000_000
_SLASHES = re.compile(r"/{2,}")
_AGE = attrgetter("time", "packed")
_ADDRESS = ("http:/", "https:/")
#: What may be a list of pages for the site's own search.
_LISTS = (".json", ".js")
_INDEX = re.compile(r"(?:^|(?<=/))index\.html?$")


@dataclass
class Captured:
    """What was captured of a site. ``pages``: the newest of each path; ``older``: captures of the same with other bytes.

    ``entries`` are those of each feed by its path, the newest capture of the feed first; ``modified`` the sitemap's times.
    ``sitemaps`` has the pages of each sitemap by its path; ``files`` are the paths of what is neither page nor feed.
    """

    home: str
    #: Scheme and host for which the pages were built, if these are others than the home page's; and how many pages say so.
    built_for: str = ""
    built_for_by: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    older: dict[str, list[Page]] = field(default_factory=dict)
    entries: dict[str, list[FeedEntry]] = field(default_factory=dict)
    #: What each feed calls itself, by its path.
    titles: dict[str, str] = field(default_factory=dict)
    #: What is wrong with feeds and sitemaps that are no well-formed XML, by their paths.
    faults: dict[str, str] = field(default_factory=dict)
    #: The paths of pages that list posts, by what they show; and when feeds say that they were made.
    listings: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    modified: list[str] = field(default_factory=list)
    sitemaps: dict[str, list[FeedEntry]] = field(default_factory=dict)
    #: What says that Jekyll made it, and what its plugins leave, with the number of pages, feeds and sitemaps that have it.
    generators: Counter[str] = field(default_factory=Counter)
    plugins: Counter[str] = field(default_factory=Counter)
    files: set[str] = field(default_factory=set)
    #: What lists for the site's own search have, by the lists' paths.
    lists: dict[str, list[ListedPage]] = field(default_factory=dict)
    #: What the list of jekyll-redirect-from has, as it is read; when it was captured stands first.
    redirects: tuple[str, list[tuple[str, str, str]]] = ("", [])
    #: What :meth:`relative` gave last: pages lead to the same addresses, and are asked for their links several times.
    _relative: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _hosts: set[str] = field(default_factory=set, repr=False, compare=False)
    #: What :meth:`leads_to` gave, by the address and the packed body of a page, and how many paths that are.
    _links: dict[tuple[str, bytes], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _linked: int = field(default=0, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Know the site's own host."""
        self._hosts.add(without_www(self._home.netloc))

    @classmethod
    def read(cls, home: str, answers: Iterable[Exchange]) -> Captured:
        """All that the answers of a site have; what is neither page nor feed nor sitemap is left out."""
        captured = cls(home)
        for answer in answers:
            captured.add(answer)
        captured.built_for, captured.built_for_by = built_for(home, captured.pages.values())
        if captured.built_for:
            captured._hosts.add(without_www(split(captured.built_for).netloc))
            captured._relative.clear()
            captured._links.clear()
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
        self.plugins.update(plugins_of(path, answer.body))
        is_text = b"\0" not in first or first.startswith((b"\xff\xfe", b"\xfe\xff"))
        may_be_feed = is_text and not is_asset(answer.url)  # pictures may have XML in them
        if may_be_feed and (_FEED.search(first) or b"jsonfeed.org/version" in first):
            self._add_feed(path, answer)
        elif may_be_feed and _SITEMAP.search(first):
            self._add_sitemap(path, answer)
            self.modified += [one.decode("ascii", "replace") for one in _LASTMOD.findall(answer.body)]
        elif _BEGUN.match(first) and _HTML.search(first):
            self._add_page(path, answer)
        else:
            self.files.add(path)
            if path == LIST:
                self.redirects = (captured_at(answer), list(read_redirects(answer.body, self.home)))
            if path.endswith(_LISTS) and (pages := list(read_search_list(answer.body, answer.url))):
                self.lists[path] = pages

    def relative(self, url: str) -> str | None:
        """The path of an address below the home page, whichever scheme it has; ``None`` for one elsewhere or with a query.

        A path that is an address itself is that of a broken link, which some servers answer as if it were a page.
        """
        if url in self._relative:
            return self._relative[url]
        path = self._relative_of(url)
        if len(self._relative) < _REMEMBERED:
            self._relative[url] = path
        return path

    def _relative_of(self, url: str) -> str | None:
        parts = split(normal(url) or "")
        path = _SLASHES.sub("/", parts.path)  # as captures are filed; ``url`` and ``baseurl`` in _config.yml may end with one
        if parts.query or without_www(parts.netloc) not in self._hosts or not f"{path}/".startswith(self._home.path):
            return None
        path = unquote(path[len(self._home.path) :])
        return None if path.startswith(_ADDRESS) else _INDEX.sub("", path)

    def leads_to(self, page: Page) -> tuple[str, ...]:
        """The paths that a page leads to, each once, but for the home page's; pages are asked for theirs several times."""
        key = page.url, page.packed
        if key not in self._links:
            paths = (self.relative(url.partition("#")[0]) for url in page_addresses(page.body, page.url))
            found = tuple(dict.fromkeys(filter(None, paths)))
            if self._linked + len(found) > _LINKS:
                return found
            self._linked += len(found)
            self._links[key] = found
        return self._links[key]

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

    @property
    def generator(self) -> str:
        """What most answers that name a Jekyll say made them; empty if none does."""
        return max(self.generators, key=lambda name: (self.generators[name], name), default="")

    def _add_sitemap(self, path: str, answer: Exchange) -> None:
        said: list[object] = []
        try:
            self.sitemaps[path] = read_sitemap(answer.body, answer.url, said.append)
        except UnreadableListing as error:
            said = [] if str(error).startswith("is no sitemap") else [f"could not be read: {error}"]
        self._note(path, said, is_first=path not in self.faults)

    def _note(self, path: str, said: Sequence[object], *, is_first: bool) -> None:
        """Note what is wrong with the newest capture of a feed or sitemap."""
        if said and is_first:
            self.faults.setdefault(path, f"{path} {said[0]}")

    def _add_feed(self, path: str, answer: Exchange) -> None:
        said: list[object] = []
        try:
            entries = read_feed(answer.body, answer.url, mended=said.append)
        except UnreadableListing as error:
            if not str(error).startswith("is no feed"):
                self._note(path, [f"could not be read: {error}"], is_first=path not in self.entries)
            return
        self._note(path, said, is_first=path not in self.entries)
        self.entries.setdefault(path, []).extend(entries)
        self.titles.setdefault(path, feed_title(answer.body))
        self.built.update(time.decode("ascii", "replace") for time in _BUILT.findall(answer.body[:_LOOKED_AT]))
        self._add_generator(generator(answer.body))

    def _add_generator(self, name: str) -> None:
        if made_by := of_jekyll(name):
            self.generators[made_by] += 1

    def _add_page(self, path: str, answer: Exchange) -> None:
        page = read_page(path, answer)
        self._add_generator(page.meta.get("generator", ""))
        known = self.versions(path) if path in self.pages else ()
        newest = {one.packed: one for one in sorted([page, *known], key=_AGE)}
        self.pages[path], *older = sorted(newest.values(), key=_AGE, reverse=True)
        if older:
            self.older[path] = older[:_VERSIONS]
