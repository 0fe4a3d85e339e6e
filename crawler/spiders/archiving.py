"""The base of every site's spider: it follows listings and feeds to post pages, and post pages to companions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import orjson

from crawler.crawl.request_meta import request_meta, requested_url
from crawler.crawl.shortcut import must_open
from crawler.derive.in_memory import derive_in_memory
from crawler.items import Missing, Post, Rejection, Visited
from crawler.markup.feed import read_feed
from crawler.markup.listing import StrangePage, UnreadableListing, sections, whole_links
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.companions import Companions
from crawler.spiders.requests import RequestingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Exchange
    from crawler.sites.parsed import ParsedPage

_GONE = (404, 410)


class ArchivingSpider(RequestingSpider):
    """Reads listings and post pages. A subclass sets its ``site``.

    The callbacks work on any response: ``scrapy parse --spider NAME URL`` and ``scrapy shell URL`` use them too.
    """

    companions: Companions
    allowed_domains: ClassVar[list[str]]
    #: The last post of each section of the home page that is full.
    oldest_shown: frozenset[str] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name a spider class after its site, and let it request the site's hosts."""
        super().__init_subclass__(**kwargs)
        if "site" in vars(cls):
            cls.name, cls.allowed_domains = cls.site.name, list(cls.site.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.companions = Companions(crawler, with_pages=spider.arguments.share_pages)
        return spider

    async def parse(self, response: Response) -> AsyncIterator[Request | Visited | Post | Missing]:
        """Read any page of the site: a listing gives requests, a post page also its post or the address to derive it from."""
        kind = self.site.kind(response.url)
        if self.was_redirected_elsewhere(response):
            for request in self.led_to_post(response.url):
                yield request
            return
        if kind == Kind.POST and response.status not in _GONE and self.was_found(response):
            async for result in self._parse_post(response):
                yield result
        elif kind == Kind.POST:
            for missing in self._parse_missing(response):
                yield missing
        elif kind in LISTINGS:
            for found in self.parse_listing(response):
                yield found

    # Listings

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """Read a home page, category page or feed: it gives a request for each post to visit, and for further listings."""
        requested = requested_url(response)
        is_home = self.site.home in (response.url, requested)
        yield from self.after_feed(requested if response.request else "")
        if self.was_redirected_elsewhere(response, guessed=guessed):
            if self.site.kind(response.url) == Kind.LISTING:
                yield from self.request_listing(response.url, guessed=True)  # it has posts of its own
            return
        if not self.was_found(response, guessed=guessed):
            yield from self.after_home() if is_home and self.frontier.sweeps else ()
            return
        try:
            listed, others = self._links(response)
        except UnreadableListing as error:
            self.note_failure(response.url, str(error))
            if isinstance(error, StrangePage) and not guessed:
                self.report.empty_listing(response.url)
            return
        self.listing_was_read(response.url)
        self.report.listed(response.url, len(listed), unchanged="cached" in response.flags, linked=not guessed)
        yield from self._listed(response, listed, others)
        if is_home:
            yield from self.after_home()

    def _listed(self, response: Response, listed: dict[str, str], others: list[str]) -> Iterator[Request | Visited]:
        """What a listing leads to: requests for its posts and for other listings, and posts that a feed tells more of."""
        if self.context.writes:
            if response.url == self.site.home:
                self._check_sections(response)
            if "cached" not in response.flags:
                yield from map(Visited, self.context.writer.posts_of_feed(response.url))
            yield from self._changed_in_feed(response.url)
        for url in others if self._follows_listings(listed) else ():
            yield from self.request_listing(url)
        for url, title in listed.items():
            if self.arguments.category:
                self.listed_categories.update(self.site.categories_at(url))
            if url not in self.requested and self.is_wanted(url):
                yield from self.request_post(url, title, listing=response.url)

    def _changed_in_feed(self, feed: str) -> Iterator[Request]:
        """Posts of which the feed says something else than at their last visit: they were edited, be it their tags alone."""
        if self.site.kind(feed) == Kind.FEED and not self.context.archive_only:
            for url in self.context.writer.changed_in_feed(feed):
                is_forgotten = self.site.post_id(url) in self.context.archive.forgotten
                if url not in self.requested and self.is_wanted(url) and not is_forgotten:
                    self.report.count("rechecked")
                    yield self._request(url)

    def _links(self, response: Response) -> tuple[dict[str, str], list[str]]:
        """The posts and the listings that a listing links to; posts with the text of the link, which is empty for a feed.

        :raises UnreadableListing: if it is cut short, or is no page of the site.
        """
        if self.site.kind(response.url) == Kind.FEED:
            return self._feed_posts(response), []
        posts: dict[str, str] = {}
        addresses: dict[str, None] = {}
        left_out: list[str] = []
        for link in whole_links(response.body, response.url, left_out.append):
            addresses[self.site.canonical(link.url)] = None
            post = self.site.post_link(link.url)
            if post is not None:
                posts[post] = link.text
        self.note_left_out(response.url, filter(self.site.may_mean_post, left_out))
        if not posts and self.site.home not in addresses:
            raise StrangePage("links neither to a post nor to the home page: no page of the site")
        return posts, [url for url in addresses if self.site.kind(url) == Kind.LISTING]

    def _feed_posts(self, response: Response) -> dict[str, str]:
        """The posts of a feed; an entry whose address is no post's by the site's rules is named in the run report."""
        posts = {}
        left_out: list[str] = []
        for entry in read_feed(response.body, response.url, left_out.append):
            post = self.site.post_link(entry.url)
            if post is not None:
                posts[post] = ""
            elif self.context.writes and self.site.reads_feed and self.site.canonical(entry.url).startswith(self.site.home):
                reason = f"the feed has it as a post, but its address is none of permalink {self.site.permalink!r}"
                self.report.failed(entry.url, f"{reason}; name it in own_permalinks, or set another permalink if most are so")
        self.note_left_out(response.url, left_out)
        return posts

    def _follows_listings(self, listed: dict[str, str]) -> bool:
        """Whether a listing's links to other listings are followed: in a sweep, or if all posts that it shows are new."""
        if not self.site.follows_listings or not self.context.writes:
            return False
        return self.frontier.sweeps or not any(map(self.frontier.is_known, listed))

    def _check_sections(self, response: Response) -> None:
        """Have listings opened, now or later, of those sections of the home page that may have more posts than it shows."""
        newest = self.site.newest
        if newest is None:
            return
        parts = sections(response.body, response.url)
        shown = [[url for link in part.links if (url := self.site.post_link(link.url))] for part in parts]
        for section in must_open(shown, newest, self.frontier.is_known):
            self.frontier.open_listings_of(section)
        if not self.arguments.takes_all or self.context.archive_only:
            return
        self.watch_oldest(section[-1] for section in shown if len(section) >= newest)

    def watch_oldest(self, urls: Iterable[str]) -> None:
        """Have listings opened later of which the home page shows these posts as the oldest, if they are new."""
        self.oldest_shown = frozenset(urls)
        for url in self.oldest_shown:
            line = self.context.archive.catalog.line_at(url)
            if line:
                entry = orjson.loads(line)
                self._may_hide_posts(url, entry["categories"], datetime.fromisoformat(entry["date"]))

    def _may_hide_posts(self, url: str, categories: Sequence[str], date: datetime) -> None:
        """Have the listing of these categories opened later, if the post is the oldest that the home page shows of them."""
        for listing in self.site.own_listing(categories) if url in self.oldest_shown else ():
            if not self.is_missing(listing):
                self.frontier.may_hide_posts(listing, date)

    # Posts

    def _parse_missing(self, response: Response) -> Iterator[Request | Missing]:
        """What the page of a post gives that the site does not have now."""
        if response.status in _GONE:
            yield Missing(response.url, listed=not request_meta(response.request).due)
        yield from self.complete_from_archive(response.request)

    async def _parse_post(self, response: Response) -> AsyncIterator[Request | Visited | Post]:
        url, page = response.url, self.context.exchange(response)
        parsed = self.context.parse_page(page)
        if isinstance(parsed, Rejection):
            self.report.rejected(parsed)
            for request in self.replace_unwanted(url):
                yield request
            return
        for request in self._linked_posts(page):
            yield request
        companions = await self._companions_of(parsed, response)
        self.frontier.published(url, parsed.published)
        self._may_hide_posts(url, parsed.categories, parsed.published)
        for request in self._listings_behind(parsed):
            yield request
        arguments = self.arguments
        if not (
            self.site.is_of(parsed.categories, arguments.category) and arguments.period.takes(parsed.published.isoformat())
        ):
            for request in self.replace_unwanted(url):
                yield request
        elif self.context.writes:
            yield Visited(url)
        elif post := derive_in_memory(self.site, page, companions).post:
            yield post

    async def _companions_of(self, parsed: ParsedPage, response: Response) -> list[Exchange]:
        own = request_meta(response.request)
        if own.from_archive and not own.completes:
            return []  # only what the page leads to is wanted once more
        is_new = "cached" not in response.flags
        return await self.companions.fetch(parsed, captured_now=is_new, unchanged=_is_unchanged(response))

    def _linked_posts(self, page: Exchange) -> Iterator[Request]:
        """Requests for the posts that a post page links to, for some may be listed nowhere else."""
        left_out: list[str] = []
        posts = self.site.post_links(page, left_out.append)
        self.note_left_out(page.url, filter(self.site.may_mean_post, left_out))
        for url in posts:
            if url not in self.requested and self.is_wanted(url):
                yield from self.request_post(url)

    def _listings_behind(self, parsed: ParsedPage) -> Iterator[Request]:
        """Requests for the listings that may show a post's neighbours; in a sweep also for those that it does not link to."""
        opens = self.frontier.opens_listings_of(parsed.page.url)
        if self.arguments.category or not (self.frontier.sweeps or opens):
            return
        for url, linked in self.site.listings_behind(parsed).items():
            if opens:
                self.frontier.opened(url)
            if linked or (self.frontier.sweeps and not self.is_missing(url)):
                yield from self.request_listing(url, guessed=not linked)


def _is_unchanged(response: Response) -> bool:
    """Whether the site answered 304, so that the page still is what the archive has, and nothing of the post is missing."""
    return "cached" in response.flags and not request_meta(response.request).completes
