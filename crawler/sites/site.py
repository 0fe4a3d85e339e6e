"""What is particular to a site: a class whose defaults are those of a stock Jekyll site."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import yaml

from crawler.markup.links.address import joined, split
from crawler.markup.source.body import without_front_matter
from crawler.markup.source.sample import FrontMatterForm
from crawler.markup.times import read_time
from crawler.markup.titles.markdown import escape_liquid, unescape_liquid
from crawler.sites.addresses.redirected import RedirectedAddresses
from crawler.sites.parsed import JekyllSite, Kind, SourceBody
from crawler.sites.stock import page as stock_page
from crawler.sites.stock import post as stock_post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from lxml.html import HtmlElement

    from crawler.items import Exchange, Found, Post, Rejection, Security
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.markup.source.sample import Value
    from crawler.sites.parsed import FeedMention, ParsedPage, Shown


class Site(RedirectedAddresses):
    """A stock Jekyll site. A declared site is a subclass that sets ``name`` and ``home`` and whatever differs.

    Selectors are those of :mod:`crawler.markup.elements`; of several, the first that the page has an element for counts.
    Everything a site says is pure: the same page always gives the same.
    """

    #: The site's ``timezone``, as IANA names it.
    zone: ClassVar[str] = "UTC"
    #: Whether no two posts have one ID. A stock site may use a slug twice on a day, in two categories.
    ids_are_unique: ClassVar[bool] = False
    #: Whether the feed's entries are evidence for posts: times, tags and categories that their pages do not show.
    reads_feed: ClassVar[bool] = True
    #: Names, as addresses have them, that are categories where feeds do not tell them from tags.
    category_names: ClassVar[tuple[str, ...]] = ()
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

    # Listings

    def known_listings(self, wanted: Sequence[str], categories: Sequence[str]) -> list[str]:
        """The listings that a sweep opens on trial, besides those it is led to; of the ``wanted`` categories, else of all.

        :param categories: of the archive's posts.
        """
        return []

    def listings_of(self, category: str) -> list[str]:
        """Where the posts of a category may be listed."""
        return [joined(self.home, f"{folder}/{name}/") for folder in ("category", "categories") for name in (category.lower(),)]

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

    def replaced(self, post: Post, before: Post, told_title: str) -> str:
        """Why a page does not replace the post that was there ``before``, in words for a person; empty if it does.

        :param told_title: the title that a feed has for the post, empty if none tells it.
        """
        return ""

    def source_body(self, html: str, about: Mapping[str, str]) -> SourceBody:
        """What is written below the front matter for a content that Jekyll rendered, without white space at its ends.

        That of an ``.html`` post is the content itself: Jekyll runs Liquid over it, and does nothing else. ``about`` has the
        texts of the front matter, and the name of the post's file without extension (``post``).
        """
        return SourceBody(f"{escape_liquid(html)}\n", self.extension)

    def further_fields(self, parsed: ParsedPage, html: str) -> Mapping[str, Value]:
        """What else the front matter has, besides what every post of a stock site may have."""
        return {}

    def at_address(
        self, page: Exchange, published: datetime, slug: str, categories: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str]:
        """The categories of a post in their order, and the ``permalink`` of its own; empty if it follows the site's."""
        return categories, self.own_permalink(page.url)

    def listed_names(self, url: str) -> Mapping[str, Sequence[str]]:
        """By ``categories`` and ``tags``, the names by which the site's lists have the post at a canonical URL."""
        return {}

    def edition(self, parsed: ParsedPage) -> str:
        """The form of the site's posts that a page has, as the index names it."""
        return "stock"

    def findings(
        self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None
    ) -> list[Found]:
        """What each rule found when it built a post, at which byte of which capture."""
        return stock_post.findings(self, parsed, mention)

    def describe(self, url: str) -> str:
        """What an address leads to, in two or three words for a person."""
        if url in self.list_urls:
            return "search list"
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
        path = split(self.home).path.rstrip("/")
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
        return stock_page.shown(self.parse_page(page))

    def excerpts_that_differ(self, page: Exchange, made: Exchange, entry: FeedEntry | None) -> tuple[str, str] | None:
        """What a post's page and the feed's entry show of its excerpt, and the one that Jekyll made, if these differ.

        ``None`` where they do not, or show none.
        """
        return None

    def shown_by_jekyll(self, page: Exchange) -> Shown:
        """What a page shows that Jekyll made with the layout of :attr:`jekyll`.

        :raises ValueError: for a page that is none.
        """
        return stock_page.shown(stock_page.parse_made(self, page, Site))
