"""finews: home page, category pages and feed -> post pages -> share answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import orjson

from crawler.crawl.request_meta import request_meta
from crawler.crawl.shortcut import must_open
from crawler.derive.at_hand import derive_at_hand
from crawler.items import Missing, Post, Rejection, Visited
from crawler.markup.listing import StrangePage, UnreadableListing, feed_links, sections, whole_links
from crawler.sites.finews import SITE, facts, posts
from crawler.spiders.archiving import ArchivingSpider
from crawler.spiders.shares import ShareAnswers, latest_capture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Exchange
    from crawler.sites.finews.page import FinewsPage

_FOUND = 200
_GONE = (404, 410)
_SERVER_ERROR = 500


class FinewsSpider(ArchivingSpider):
    """Archives finews. A run asks its listings conditionally and fetches each post once.

    The callbacks work on any response: ``scrapy parse --spider finews URL`` and ``scrapy shell URL`` use them too.
    """

    name = facts.NAME
    allowed_domains: ClassVar[list[str]] = list(facts.HOSTS)
    site = SITE
    scope = facts.HOSTS
    shares: ShareAnswers
    #: Of each tag of which the home page shows as many posts as it may, the last.
    _oldest_shown: frozenset[str] | set[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.shares = ShareAnswers(crawler, pages=spider.arguments.share_pages)
        return spider

    # Listings

    def known_listings(self) -> Iterator[str]:
        """Of the wanted categories; else of all that the archive's posts have.

        Not only those that were captured: a run may have been cut short between a post and the listing it led to.
        """
        wanted = self.arguments.category
        if not wanted or facts.ROLLING_CATEGORY in wanted:
            yield facts.ROLLING
        yield from map(facts.category_url, wanted)
        archive = self.context.to_read
        for category in archive.catalog.categories() if archive and not wanted else ():
            # The index knows a name with blanks only by its parts; its own page is empty anyway.
            names = category.split()
            urls = facts.listings(category) if len(names) == 1 else map(facts.category_url, names)
            yield from (url for url in urls if not self._is_missing(url))

    def listings_of(self, category: str) -> list[str]:
        """Its own page, an older one, and those of its parts."""
        return facts.listings(category) + ([facts.ROLLING] if category == facts.ROLLING_CATEGORY else [])

    async def parse(self, response: Response) -> AsyncIterator[Request | Visited | Post | Missing]:
        """Any page of the site: a listing gives requests, a post page its post, once derived."""
        kind = facts.kind(response.url)
        if self.strayed(response):
            return
        if kind == "post" and response.status in _GONE:
            yield Missing(response.url, listed=not request_meta(response.request).due)
        elif kind == "post" and self._found(response):
            async for result in self._parse_post(response):
                yield result
        elif kind in ("listing", "feed"):
            for request in self.parse_listing(response):
                yield request

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request]:
        """Home page, category page or feed: a request for each post to look at.

        @url https://finews.withounder.com/
        @returns requests 1
        """
        is_home = response.url == facts.HOME
        if self.strayed(response):
            return
        if not self._found(response, guessed=guessed):
            yield from self.beyond_home() if is_home and self.frontier.sweeps else ()
            return
        try:
            listed = self._links(response)
        except UnreadableListing as error:
            self.lost(response.url, str(error))
            if isinstance(error, StrangePage) and not guessed:
                self.report.empty_listing(response.url)
            return
        self.settled(response.url)
        self.report.listed(response.url, len(listed), unchanged="cached" in response.flags, linked=not guessed)
        if is_home and self.context.writes:
            self._look_behind(response)
        for url, title in listed.items():
            self._note_category(url)
            if url not in self.asked and self.wanted(url):
                yield from self.post(url, title, listing=response.url)
        if is_home:
            yield from self.beyond_home()

    def _links(self, response: Response) -> dict[str, str]:
        """The posts that a listing shows, with their titles; those of a feed are changed, so none for it.

        :raises UnreadableListing: if it is not whole, or none of the site's.
        """
        is_feed = facts.kind(response.url) == "feed"
        found = list(feed_links(response.body) if is_feed else whole_links(response.body))
        posts = {url: "" if is_feed else link.text for link in found if (url := facts.post_link(response.url, link.href))}
        at_home = any(link.href in ("/", facts.HOME) for link in found)
        if not posts and not at_home and not is_feed:
            raise StrangePage("shows neither a post nor the way home: no page of the site")
        return posts

    def _note_category(self, url: str) -> None:
        address = facts.post_address(url) if self.arguments.category else None
        if address is not None:
            self.listed_categories.add(address[0].replace("/", " "))

    def _look_behind(self, response: Response) -> None:
        """Whether there may be more behind the posts that the home page shows of a tag: now, or once late ones are up."""
        urls = ([facts.post_link(response.url, link.href) for link in part.links] for part in sections(response.body))
        shown = [[url for url in part if url] for part in urls]
        for section in must_open(shown, facts.NEWEST, self.frontier.is_known):
            self.frontier.open_listings_of(section)
        if not self.arguments.takes_all or self.context.archive_only:
            return
        self._oldest_shown = {section[-1] for section in shown if len(section) >= facts.NEWEST}
        for url in self._oldest_shown:
            line = self.context.archive.catalog.line_at(url)
            if line:
                entry = orjson.loads(line)
                self._hides(url, entry["categories"], datetime.fromisoformat(entry["date"]))

    def _hides(self, url: str, categories: list[str], date: datetime) -> None:
        """A post has these; if it is the oldest that the home page shows of a tag, there may be others behind it."""
        for listing in facts.own_listing(categories) if url in self._oldest_shown else ():
            if not self._is_missing(listing):
                self.frontier.may_hide_posts(listing, date)

    def _found(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether the page is there. A listing that the site says it has not is a dead link of the site, no loss."""
        status, url = response.status, response.url
        if status in _GONE and facts.kind(url) == "listing" and url != facts.HOME:
            self.settled(url)
            if not guessed:
                self.report.dead_links.append(url)
        elif status != _FOUND and not (guessed and status < _SERVER_ERROR):
            self.lost(url, f"HTTP {status}")
        return status == _FOUND

    # Posts

    async def _parse_post(self, response: Response) -> AsyncIterator[Request | Visited | Post]:
        url, page = response.url, self.context.exchange(response)
        apart = self.context.take_apart(page)
        if isinstance(apart, Rejection):
            self.report.rejected(apart)
            for request in self.unwanted(url):
                yield request
            return
        for request in self._linked_posts(page):
            yield request
        answers = await self.shares.ask(apart, fresh="cached" not in response.flags, again=_is_unchanged(response))
        date, categories = posts.published(apart), posts.category(apart).split()
        self.frontier.published(url, date)
        self._hides(url, categories, date)
        for request in self._follow(apart):
            yield request
        if not self.arguments.takes(categories, date):
            for request in self.unwanted(url):
                yield request
        elif self.context.writes:
            yield Visited(url)
        elif post := derive_at_hand(self.site, page, answers).post:
            yield post

    def _linked_posts(self, page: Exchange) -> Iterator[Request]:
        """Posts that a post page links to: one of a category with blanks may be listed nowhere else."""
        for href in facts.POST_HREF.findall(page.body):
            url = facts.post_link(page.url, href.decode("utf-8", "replace"))
            if url and url not in self.asked and self.wanted(url):
                yield from self.post(url)

    def _follow(self, apart: FinewsPage) -> Iterator[Request]:
        """The listings that may hold this post's neighbours; in a sweep also, on trial, those that it does not link to."""
        leads = self.frontier.opens_listings_of(apart.page.url)
        if self.arguments.category or not (self.frontier.sweeps or leads):
            return
        for url, linked in posts.listings_of(apart).items():
            if leads:
                self.frontier.opened(url)
            if linked or (not self._is_missing(url) and (self.frontier.sweeps or url == facts.ROLLING)):
                yield from self.listing(url, guessed=not linked)

    def _is_missing(self, url: str) -> bool:
        latest = latest_capture(self.context, url)
        return latest is not None and latest.status >= 400  # noqa: PLR2004


def _is_unchanged(response: Response) -> bool:
    """Whether the site said that a page still is what the archive has."""
    return "cached" in response.flags and not request_meta(response.request).from_archive
