"""What is particular to a site: a class whose defaults are those of a stock Jekyll site."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from w3lib.url import safe_url_string

from crawler.markup.body import without_front_matter
from crawler.markup.links import page_addresses
from crawler.markup.markdown import unescape_liquid
from crawler.markup.sample import FrontMatterForm
from crawler.markup.times import read_time
from crawler.sites import stock_page, stock_post
from crawler.sites.parsed import JekyllSite, Kind
from crawler.sites.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from lxml.html import HtmlElement

    from crawler.items import Exchange, Found, Post, Rejection, Security
    from crawler.sites.parsed import FeedMention, ParsedPage, Shown


class Site:
    """A stock Jekyll site. A declared site is a subclass that sets ``name`` and ``home`` and whatever differs.

    Selectors are those of :mod:`crawler.markup.elements`; of several, the first that the page has an element for counts.
    Everything a site says is pure: the same page always gives the same.
    """

    #: What the spider and the archive's folder are called.
    name: ClassVar[str]
    #: The address of the home page, with a slash at its end; a path in it is Jekyll's ``baseurl``.
    home: ClassVar[str]
    #: The site's ``timezone``, as IANA names it.
    zone: ClassVar[str] = "UTC"
    #: The site's ``permalink``: one of Jekyll's styles, or a template of its placeholders.
    permalink: ClassVar[str] = "date"
    #: Paths of posts that have a ``permalink`` of their own, relative to the home page.
    own_permalinks: ClassVar[tuple[str, ...]] = ()
    #: Paths of pages that are no posts, relative to the home page; needed where addresses of posts have no day to tell them by.
    pages: ClassVar[tuple[str, ...]] = ()
    #: The feeds, relative to the home page.
    feeds: ClassVar[tuple[str, ...]] = ("feed.xml",)
    #: Whether no two posts have one ID. A stock site may use a slug twice on a day, in two categories.
    ids_are_unique: ClassVar[bool] = False
    #: Whether the feed's entries are evidence for posts: times, tags and categories that their pages do not show.
    reads_feed: ClassVar[bool] = True
    #: Which paths below the home page list posts, as a regular expression that is matched from their beginning.
    listings: ClassVar[str] = (
        r"(?:.*/)?page/?\d+/?$|(?:categor(?:y|ies)|tags?|archives?)(?:/|\.html$|$)|(?:blog|posts)(?:/|\.html)?$"
    )
    #: Older names of the site's host; links to them are followed on the host of the home page.
    old_hosts: ClassVar[tuple[str, ...]] = ()
    #: The hosts that companions are asked of.
    companion_hosts: ClassVar[tuple[str, ...]] = ()
    #: How old a post is when its companions are asked for once more, although they gave their text.
    companions_again: ClassVar[timedelta | None] = None
    #: How long a post stays on the site; ``None``: for ever.
    keeps: ClassVar[timedelta | None] = None
    #: The home page shows so many posts of each of its sections, the newest; ``None``: its posts are in no sections.
    newest: ClassVar[int | None] = None
    #: Whether links from one listing to another are followed.
    follows_listings: ClassVar[bool] = True
    #: The extension of the source posts. What is given back of a stock site is HTML, which Jekyll takes as it is in ``.html``.
    extension: ClassVar[str] = ".html"

    # Where a post page shows what
    content: ClassVar[tuple[str, ...]] = ("[itemprop=articleBody]", ".e-content", ".post-content", ".entry-content")
    title: ClassVar[tuple[str, ...]] = ("[itemprop~=headline]", ".p-name", ".post-title", "h1")
    time: ClassVar[tuple[str, ...]] = (
        "time[itemprop~=datePublished]",
        "time.dt-published",
        "time[datetime]",
        'meta[property="article:published_time"]',
        ".post-date",
        ".post-meta",
    )
    author: ClassVar[tuple[str, ...]] = ("[itemprop=author] [itemprop=name]", ".p-author")
    categories: ClassVar[tuple[str, ...]] = ("article a[rel~=category]", ".post a[rel~=category]")
    tags: ClassVar[tuple[str, ...]] = ("article a[rel~=tag]", ".post a[rel~=tag]", 'meta[property="article:tag"]')
    #: Forms of a time besides ISO 8601, RFC 5322 and those that Jekyll's themes use, as :func:`time.strptime` reads them.
    time_formats: ClassVar[tuple[str, ...]] = ()

    # Hosts

    @cached_property
    def host(self) -> str:
        """The host of the home page."""
        return urlsplit(self.home).netloc

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked; nothing else ever is."""
        return (self.host, *self.companion_hosts)

    @cached_property
    def listed_hosts(self) -> tuple[str, ...]:
        """The host, and older names of it, whose every page belongs to the site."""
        return (self.host, *self.old_hosts)

    @cached_property
    def feed_urls(self) -> tuple[str, ...]:
        """The addresses of the feeds."""
        return tuple(urljoin(self.home, feed) for feed in self.feeds)

    # Addresses

    def canonical(self, url: str) -> str:
        """The form of an address that captures are filed under; an address elsewhere stays what it is.

        ``index.html`` is its folder, an older host the one of the home page, and a fragment is none of the address.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return url
        if parts.scheme not in ("http", "https") or host not in self.listed_hosts:
            return url
        home = urlsplit(self.home)
        path = re.sub(r"/index\.html$", "/", parts.path or "/")
        return safe_url_string(parts._replace(scheme=home.scheme, netloc=home.netloc, path=path, fragment="").geturl())

    def kind(self, url: str) -> Kind:
        """What a canonical URL of the site's hosts leads to."""
        if url in self.feed_urls:
            return Kind.FEED
        path = self._path(url)
        if path is None:
            return Kind.OTHER
        if path in self.pages:
            return Kind.OTHER
        if path in self._own or (self._permalink.has_day and self._permalink.match(path)):
            return Kind.POST
        if not path or re.match(self.listings, path):
            return Kind.LISTING
        return Kind.POST if self._permalink.match(path) else Kind.OTHER

    def post_id(self, url: str) -> str | None:
        """The ID of the post at a canonical URL; ``None`` if that is no post's.

        It is the day and the slug that the address tells, for a stock site may use a slug again on another day.
        """
        if self.kind(url) != Kind.POST:
            return None
        day, slug = self.post_day(url), self.slug(url)
        return f"{day}-{slug}" if day else slug

    def about(self, url: str) -> tuple[str, ...]:
        """The IDs that the post may have which a canonical URL is about: a page's own, or that of a companion."""
        own = self.post_id(url)
        return () if own is None else (own,)

    def post_day(self, url: str) -> str:
        """The day of publication that a post's URL tells (``YYYY-MM-DD``), empty if it tells none."""
        found = self._permalink.match(self._path(url) or "")
        return found.day if found else ""

    def in_categories(self, url: str, categories: Sequence[str]) -> bool:
        """Whether the post at a canonical URL can be of one of these categories; every one if none is given."""
        found = self._permalink.match(self._path(url) or "")
        if not categories or found is None or found.categories is None:
            return True
        return bool({name.lower() for name in found.categories} & {name.lower() for name in categories})

    def is_of(self, categories: Sequence[str], wanted: Sequence[str]) -> bool:
        """Whether a post with these categories is of one of the ``wanted``; every post if none is."""
        return not wanted or not {name.lower() for name in wanted}.isdisjoint(name.lower() for name in categories)

    def slug(self, url: str) -> str:
        """The part of a source post's file name that the URL of its page tells."""
        path = self._path(url) or ""
        found = None if path in self._own else self._permalink.match(path)
        return found.slug if found else re.sub(r"\.html$", "", path.strip("/")).replace("/", "-")

    def categories_at(self, url: str) -> tuple[str, ...]:
        """The categories that the URL of a post tells, in lower case."""
        found = self._permalink.match(self._path(url) or "")
        return (found.categories or ()) if found else ()

    def tells_categories(self, url: str) -> bool:
        """Whether the URL of a post tells its categories, be it that there are none."""
        path = self._path(url) or ""
        return path not in self._own and self._permalink.has_categories

    def post_link(self, url: str) -> str | None:
        """The canonical URL of the post that an absolute link leads to; ``None`` for any other link."""
        found = self.canonical(url)
        return found if self.kind(found) == Kind.POST else None

    def post_links(self, page: Exchange) -> list[str]:
        """The canonical URLs of the posts that a page leads to, in its order."""
        return [url for address in page_addresses(page.body, page.url) if (url := self.post_link(address))]

    def own_permalink(self, url: str) -> str:
        """The ``permalink`` that a post at this URL has in its front matter; empty if it follows the site's."""
        path = self._path(url)
        return f"/{path}" if path in self._own else ""

    def _path(self, url: str) -> str | None:
        """The path of an address below the home page, unquoted; ``None`` for an address elsewhere, or one with a query."""
        if not url.startswith(self.home) or "?" in url:
            return None
        return unquote(url[len(self.home) :])

    @cached_property
    def _permalink(self) -> Permalink:
        return Permalink(self.permalink)

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(path.lstrip("/") for path in self.own_permalinks)

    # Listings

    def known_listings(self, wanted: Sequence[str], categories: Sequence[str]) -> list[str]:
        """The listings that a sweep opens on trial, besides those it is led to; of the ``wanted`` categories, else of all.

        :param categories: of the archive's posts.
        """
        return []

    def listings_of(self, category: str) -> list[str]:
        """Where the posts of a category may be listed."""
        return [
            urljoin(self.home, f"{folder}/{name}/") for folder in ("category", "categories") for name in (category.lower(),)
        ]

    def own_listing(self, categories: Sequence[str]) -> list[str]:
        """The listing that has every post of these categories, for a site whose home page shows its newest only."""
        return []

    def listings_behind(self, parsed: ParsedPage) -> dict[str, bool]:
        """Where the neighbours of a post may be listed, and whether its page itself says that there is such a listing."""
        return {}

    # Posts

    @cached_property
    def sample(self) -> FrontMatterForm:
        """The form of the site's front matter: that of ``sample.*`` beside the class, a source post; else Jekyll's own."""
        return FrontMatterForm.beside(type(self))

    def read_time(self, text: str) -> datetime | None:
        """The time that a page or feed shows, with an offset; ``None`` for what is none."""
        return read_time(text, self.zone, self.time_formats)

    def parse_page(self, page: Exchange) -> ParsedPage | Rejection:
        """What a post page shows; a rejection for a page that is none."""
        return stock_page.parse_page(self, page)

    def companions(self, parsed: ParsedPage) -> list[str]:
        """Where companions of a post may be had, the likeliest first; empty if it has none."""
        return []

    def companion_page(self, parsed: ParsedPage) -> str | None:
        """The page that a person would open for a companion; ``None`` if there is none."""
        return None

    def has_text(self, companion: Exchange) -> bool | None:
        """Whether a companion holds the text of a post; ``None`` if it is no companion at all."""
        return None

    def build_post(self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None) -> Post:
        """The post that a page, a companion and the feed make.

        ``version``, ``first_seen``, ``last_seen`` and ``path`` are left for who writes it.
        """
        return stock_post.build_post(self, parsed, mention)

    def findings(
        self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None
    ) -> list[Found]:
        """What each rule found when it built a post, at which byte of which capture."""
        return stock_post.findings(self, parsed, mention)

    def describe(self, url: str) -> str:
        """What an address leads to, in two or three words for a person."""
        return {Kind.POST: "post page"}.get(self.kind(url), str(self.kind(url)))

    # Their texts

    def article(self, content: str) -> str:
        """What of a source post is the article: neither front matter nor the site's own links."""
        return unescape_liquid(without_front_matter(content))

    def securities(self, element: HtmlElement) -> list[Security]:
        """The securities that an article names in the site's own way."""
        return []

    # How Jekyll builds them

    @property
    def jekyll(self) -> JekyllSite:
        """Settings and layout with which Jekyll makes of the source posts what the site showed."""
        path = urlsplit(self.home).path.rstrip("/")
        config: Mapping[str, object] = {
            "baseurl": path,
            "timezone": self.zone,
            "permalink": self.permalink,
            "future": True,
            "safe": True,
            "defaults": [{"scope": {"path": "", "type": "posts"}, "values": {"layout": "post"}}],
        }
        return JekyllSite(yaml.safe_dump(config, sort_keys=False), stock_page.LAYOUT)

    def shown(self, page: Exchange) -> Shown:
        """What the page of a post shows.

        :raises ValueError: for a page that is none.
        """
        return stock_page.shown(self, page)

    def shown_by_jekyll(self, page: Exchange) -> Shown:
        """What a page shows that Jekyll made with the layout of :attr:`jekyll`.

        :raises ValueError: for a page that is none.
        """
        return stock_page.shown(self, page, Site)
