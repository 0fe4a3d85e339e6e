"""What listings and feeds lead to: requests for their posts, and for listings that may have more of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from crawler.crawl.request_meta import requested_url
from crawler.crawl.shortcut import must_open
from crawler.items import Visited
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links.listing import StrangePage, UnreadableListing, sections, whole_links
from crawler.sites.parsed import Kind
from crawler.spiders.requests import RequestingSpider

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrapy import Request
    from scrapy.http import Response


class ListingSpider(RequestingSpider):
    """Reads home pages, category pages and feeds; :class:`~crawler.spiders.archiving.ArchivingSpider` reads post pages."""

    #: The last post of each section of the home page that is full.
    oldest_shown: frozenset[str] = frozenset()

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
                self.may_hide_posts(url, entry["categories"], datetime.fromisoformat(entry["date"]))

    def may_hide_posts(self, url: str, categories: Sequence[str], date: datetime) -> None:
        """Have the listing of these categories opened later, if the post is the oldest that the home page shows of them."""
        for listing in self.site.own_listing(categories) if url in self.oldest_shown else ():
            if not self.is_missing(listing):
                self.frontier.may_hide_posts(listing, date)
