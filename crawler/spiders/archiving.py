"""The base of every site's spider: it follows listings and feeds to post pages, and post pages to companions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from crawler.crawl.request_meta import request_meta
from crawler.derive.in_memory import derive_in_memory
from crawler.items import Missing, Post, Rejection, Visited
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.companions import Companions
from crawler.spiders.listings import ListingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Exchange
    from crawler.sites.parsed import ParsedPage

_GONE = (404, 410)


class ArchivingSpider(ListingSpider):
    """Reads listings and post pages. A subclass sets its ``site``.

    The callbacks work on any response: ``scrapy parse --spider NAME URL`` and ``scrapy shell URL`` use them too.
    """

    companions: Companions
    allowed_domains: ClassVar[list[str]]

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
        self.may_hide_posts(url, parsed.categories, parsed.published)
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
