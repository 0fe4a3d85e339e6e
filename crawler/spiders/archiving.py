"""The spider of any declared site: listings and feeds -> post pages -> companions. A site has a class with its ``site``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import orjson

from crawler.crawl.request_meta import request_meta
from crawler.crawl.shortcut import must_open
from crawler.derive.at_hand import derive_at_hand
from crawler.items import Missing, Post, Rejection, Visited
from crawler.markup.feed import read_feed
from crawler.markup.links import page_links
from crawler.markup.listing import StrangePage, UnreadableListing, sections, whole_links
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.companions import Companions
from crawler.spiders.requests import RequestingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Exchange
    from crawler.sites.parsed import ParsedPage

_FOUND = 200
_GONE = (404, 410)
_SERVER_ERROR = 500


class ArchivingSpider(RequestingSpider):
    """A run asks its listings conditionally and fetches each post once.

    The callbacks work on any response: ``scrapy parse --spider NAME URL`` and ``scrapy shell URL`` use them too.
    """

    companions: Companions
    allowed_domains: ClassVar[list[str]]
    #: Of each section of which the home page shows as many posts as it may, the last.
    _oldest_shown: frozenset[str] | set[str] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A spider is named after its site, and asks its hosts."""
        super().__init_subclass__(**kwargs)
        if "site" in vars(cls):
            cls.name, cls.allowed_domains = cls.site.name, list(cls.site.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.companions = Companions(crawler, pages=spider.arguments.share_pages)
        return spider

    async def parse(self, response: Response) -> AsyncIterator[Request | Visited | Post | Missing]:
        """Any page of the site: a listing gives requests, a post page its post, once derived."""
        kind = self.site.kind(response.url)
        if self.strayed(response):
            return
        if kind == Kind.POST and response.status in _GONE:
            yield Missing(response.url, listed=not request_meta(response.request).due)
        elif kind == Kind.POST and self._found(response):
            async for result in self._parse_post(response):
                yield result
        elif kind in LISTINGS:
            for found in self.parse_listing(response):
                yield found

    # Listings

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """Home page, category page or feed: a request for each post to visit."""
        is_home = response.url == self.site.home
        yield from self.after_feed(response.meta.get("redirect_urls", [response.url])[0] if response.request else "")
        if self.strayed(response):
            return
        if not self._found(response, guessed=guessed):
            yield from self.beyond_home() if is_home and self.frontier.sweeps else ()
            return
        try:
            listed, others = self._links(response)
        except UnreadableListing as error:
            self.lost(response.url, str(error))
            if isinstance(error, StrangePage) and not guessed:
                self.report.empty_listing(response.url)
            return
        self.has_been_read(response.url)
        self.report.listed(response.url, len(listed), unchanged="cached" in response.flags, linked=not guessed)
        yield from self._listed(response, listed, others)
        if is_home:
            yield from self.beyond_home()

    def _listed(self, response: Response, listed: dict[str, str], others: list[str]) -> Iterator[Request | Visited]:
        """What a listing leads to: the posts that it shows, and other listings."""
        if self.context.writes:
            if response.url == self.site.home:
                self._look_behind(response)
            if "cached" not in response.flags:
                yield from map(Visited, self.context.writer.posts_of_feed(response.url))
            yield from self._changed_in_feed(response.url)
        for url in others if self._leads_on(listed) else ():
            yield from self.listing(url)
        for url, title in listed.items():
            self._note_category(url)
            if url not in self.asked and self.wanted(url):
                yield from self.post(url, title, listing=response.url)

    def _changed_in_feed(self, feed: str) -> Iterator[Request]:
        """Posts of which the feed says something else than at their last visit: they were edited, be it their tags alone."""
        if self.site.kind(feed) == Kind.FEED and not self.context.archive_only:
            for url in self.context.writer.changed_in_feed(feed):
                if url not in self.asked and self.wanted(url) and self.site.post_id(url) not in self.context.archive.forgotten:
                    self.report.count("rechecked")
                    yield self._ask(url)

    def _links(self, response: Response) -> tuple[dict[str, str], list[str]]:
        """The posts that a listing shows, with their titles (none for a feed, which changes them); other listings it leads to.

        :raises UnreadableListing: if it is not whole, or none of the site's.
        """
        if self.site.kind(response.url) == Kind.FEED:
            return self._feed_posts(response), []
        posts: dict[str, str] = {}
        addresses: dict[str, None] = {}
        for link in whole_links(response.body, response.url):
            addresses[self.site.canonical(link.url)] = None
            post = self.site.post_link(link.url)
            if post is not None:
                posts[post] = link.text
        if not posts and self.site.home not in addresses:
            raise StrangePage("shows neither a post nor the way home: no page of the site")
        return posts, [url for url in addresses if self.site.kind(url) == Kind.LISTING]

    def _feed_posts(self, response: Response) -> dict[str, str]:
        """The posts of a feed. An entry that is no post by the site's rules is one that the rules do not know: it is named."""
        posts = {}
        for entry in read_feed(response.body, response.url):
            post = self.site.post_link(entry.url)
            if post is not None:
                posts[post] = ""
            elif self.context.writes and self.site.reads_feed:
                reason = f"the feed has it as a post, but its address is none of permalink {self.site.permalink!r}"
                self.report.failed(entry.url, f"{reason}; name it in own_permalinks, or set another permalink if most are so")
        return posts

    def _leads_on(self, listed: dict[str, str]) -> bool:
        """Whether listings that a listing links to are opened: in a sweep, and where all that it shows is new."""
        if not self.site.follows_listings or not self.context.writes:
            return False
        return self.frontier.sweeps or not any(map(self.frontier.is_known, listed))

    def _note_category(self, url: str) -> None:
        if self.arguments.category:
            self.listed_categories.update(self.site.categories_at(url))

    def _look_behind(self, response: Response) -> None:
        """Whether there may be more behind the posts that the home page shows of a section: now, or once late ones are up."""
        newest = self.site.newest
        if newest is None:
            return
        parts = sections(response.body, response.url)
        shown = [[url for link in part.links if (url := self.site.post_link(link.url))] for part in parts]
        for section in must_open(shown, newest, self.frontier.is_known):
            self.frontier.open_listings_of(section)
        if not self.arguments.takes_all or self.context.archive_only:
            return
        self._oldest_shown = {section[-1] for section in shown if len(section) >= newest}
        for url in self._oldest_shown:
            line = self.context.archive.catalog.line_at(url)
            if line:
                entry = orjson.loads(line)
                self._hides(url, entry["categories"], datetime.fromisoformat(entry["date"]))

    def _hides(self, url: str, categories: Sequence[str], date: datetime) -> None:
        """A post has these; if it is the oldest that the home page shows of a section, there may be others behind it."""
        for listing in self.site.own_listing(categories) if url in self._oldest_shown else ():
            if not self._is_missing(listing):
                self.frontier.may_hide_posts(listing, date)

    def _found(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether the page is there. A listing that the site says it has not is a dead link of the site, no loss."""
        status, url = response.status, response.url
        if status in _GONE and self.site.kind(url) == Kind.LISTING and url != self.site.home:
            self.has_been_read(url)
            if not guessed:
                self.report.dead_links.append(url)
        elif status != _FOUND and not (guessed and status < _SERVER_ERROR):
            hint = (
                "; a site without a feed says feeds = () in its class" if status in _GONE and url in self.site.feed_urls else ""
            )
            self.lost(url, f"HTTP {status}{hint}")
        return status == _FOUND

    # Posts

    async def _parse_post(self, response: Response) -> AsyncIterator[Request | Visited | Post]:
        url, page = response.url, self.context.exchange(response)
        parsed = self.context.parse_page(page)
        if isinstance(parsed, Rejection):
            self.report.rejected(parsed)
            for request in self.unwanted(url):
                yield request
            return
        for request in self._linked_posts(page):
            yield request
        companions = await self.companions.ask(parsed, fresh="cached" not in response.flags, again=_is_unchanged(response))
        self.frontier.published(url, parsed.published)
        self._hides(url, parsed.categories, parsed.published)
        for request in self._follow(parsed):
            yield request
        arguments = self.arguments
        if not (
            self.site.is_of(parsed.categories, arguments.category) and arguments.period.takes(parsed.published.isoformat())
        ):
            for request in self.unwanted(url):
                yield request
        elif self.context.writes:
            yield Visited(url)
        elif post := derive_at_hand(self.site, page, companions).post:
            yield post

    def _linked_posts(self, page: Exchange) -> Iterator[Request]:
        """Posts that a post page links to: some may be listed nowhere else."""
        for link in page_links(page.body, page.url):
            url = self.site.post_link(link.url)
            if url and url not in self.asked and self.wanted(url):
                yield from self.post(url)

    def _follow(self, parsed: ParsedPage) -> Iterator[Request]:
        """The listings that may hold this post's neighbours; in a sweep also, on trial, those that it does not link to."""
        leads = self.frontier.opens_listings_of(parsed.page.url)
        if self.arguments.category or not (self.frontier.sweeps or leads):
            return
        for url, linked in self.site.listings_behind(parsed).items():
            if leads:
                self.frontier.opened(url)
            if linked or (self.frontier.sweeps and not self._is_missing(url)):
                yield from self.listing(url, guessed=not linked)


def _is_unchanged(response: Response) -> bool:
    """Whether the site said that a page still is what the archive has."""
    return "cached" in response.flags and not request_meta(response.request).from_archive
