"""Which requests a run makes: each listing once, conditionally; each post once, and again when its recheck is due."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import DontCloseSpider

from crawler.archive.disk import DISK_ERRORS, takes_nothing
from crawler.crawl.politeness.left_alone import HostLeftAlone
from crawler.crawl.request_meta import REQUEST_META, RequestMeta, as_written, request_meta
from crawler.crawl.scope import NotArchived
from crawler.derive.visits import gone_before
from crawler.errors import short_reason
from crawler.sites.parsed import Kind
from crawler.spiders.site_spider import SiteSpider
from crawler.spiders.wayback import Wayback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.items import Visited

_FOUND = 200
#: What failed lately comes last: after three failures in a row the host is left alone, and what is behind them not requested.
_POST_PRIORITY, _LISTING_PRIORITY, _LAST = 0, 10, -20


class RequestingSpider(SiteSpider):
    """Makes the requests of a run.

    :class:`~crawler.spiders.listings.ListingSpider` and :class:`~crawler.spiders.archiving.ArchivingSpider` read the responses.
    """

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: The addresses of all listings and posts that this run has requested.
        self.requested: set[str] = set()
        #: The requested posts that the archive does not hold yet; ``limit`` counts them.
        self.new_posts: set[str] = set()
        self._followed_home = self._requested_unlisted = False

    @property
    def evidence(self) -> tuple[str, ...]:
        """What every run requests besides the home page, and before it if posts are derived with it."""
        return self.site.feed_urls

    @property
    def _seeds(self) -> tuple[str, ...]:
        """The pages that every run requests."""
        return (self.site.home, *self.evidence)

    @abstractmethod
    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """Read a listing; a ``guessed`` one was requested although nothing links to it, and may not exist."""

    async def start(self) -> AsyncIterator[Request]:
        """The requests for home page and feeds, from which the rest follows; with ``via``, those for a web archive."""
        if self.via:
            async for request in Wayback(self.crawler, self.arguments).requests():
                yield request
            return
        if self.context.writes:
            try:
                self.frontier.begin()
            except DISK_ERRORS as error:
                if not takes_nothing(error):
                    raise
                self.context.could_not_write(str(self.context.archive.folder), error)
                return
            self.report.sweep = self.frontier.sweeps
        self.report.seeds = set(self._seeds)
        for url in self._feeds[:1] or self._seeds:
            for request in self.request_listing(url):
                yield request
        if self.context.archive_only:
            for request in self.after_home():
                yield request

    # Listings

    @property
    def _feeds(self) -> tuple[str, ...]:
        """The feeds that are requested before all else, one after the other, since posts are derived with them."""
        return self.evidence if self.site.reads_feed else ()

    def after_feed(self, url: str) -> Iterator[Request]:
        """The request for the feed after this one, and for the home page after the last: whichever worker read this one."""
        if url in self._feeds:
            yield from self.request_listing((*self._feeds, self.site.home)[self._feeds.index(url) + 1])

    def after_home(self) -> Iterator[Request]:
        """The requests that need proof that the site is up: the known listings in a sweep, and the rechecks that are due."""
        if self._followed_home or not self.context.writes:
            return
        self._followed_home = True
        for url in self._known_listings() if self.frontier.sweeps or self.arguments.category else ():
            yield from self.request_listing(url, guessed=True)
        if self.arguments.takes_all and not self.context.archive_only:
            yield from self._request_due()

    def _known_listings(self) -> list[str]:
        archive, wanted = self.context.to_read, self.arguments.category
        found = self.site.known_listings(wanted, archive.catalog.categories() if archive and not wanted else ())
        return [url for url in found if wanted or not self.is_missing(url)]

    def _request_due(self) -> Iterator[Request]:
        home = self.context.archive.catalog.latest(self.site.home, good=True)
        for row in self.frontier.due(gone_before(home, self.site.keeps)):
            if self.site.kind(row.url) != Kind.POST:
                yield from self.request_listing(row.url)
            elif row.url not in self.requested and self.is_wanted(row.url):
                self.report.count("rechecked")
                yield self._request(row.url, due=True, completes=self.frontier.state(row.url) == "unfinished")

    def request_listing(self, url: str, *, guessed: bool = False) -> Iterator[Request]:
        """The request for a listing, unless it was made already; with ``ARCHIVE_ONLY``, one for each captured content."""
        if not guessed:
            self.note_link(url)
        if url in self.requested:
            return
        self.requested.add(url)
        for meta in self._each_capture(url) or [self._cache_meta(url)]:
            yield Request(
                url,
                callback=self.parse_listing,
                errback=self.failed,
                dont_filter=True,
                priority=_LISTING_PRIORITY,
                cb_kwargs={"guessed": True} if guessed else {},
                meta=meta | as_written(url),
            )

    def _cache_meta(self, url: str) -> dict[str, Any]:
        """Turns the cache off for a page that could not be read, or a 304 would give the same unreadable capture again."""
        return {"dont_cache": True} if self.context.writes and self.frontier.rechecks.failed_lately(url) else {}

    def _each_capture(self, url: str) -> list[dict[str, Any]]:
        """With ``ARCHIVE_ONLY``, the meta of a request for each different content that a listing had."""
        archive = self.context.to_read if self.context.archive_only else None
        rows = archive.catalog.history([url]) if archive else []
        return [
            {REQUEST_META: RequestMeta(row=number)}
            for number in {row.payload_id: row.id for row in rows if row.status == _FOUND}.values()
        ]

    # Posts

    def request_post(self, url: str, title: str = "", *, listing: str = "") -> Iterator[Request]:
        """The request for a post that a page links to, if it has to be visited.

        :param title: the text of the link, empty if it tells no title.
        :param listing: the listing that has the link, empty for another page.
        """
        if not self.context.writes:
            yield Request(url, callback=self.parse)  # a read-only run shows every link
            return
        if self.site.post_id(url) in self.context.archive.forgotten:
            return
        state = self.frontier.state(url, title)
        if state == "unknown" and len(self.new_posts) == self.arguments.limit:
            self.report.over_limit[url] = None
        elif state == "waiting":
            self.report.waiting[url] = self.frontier.due_at(url)
        elif state == "known" and not self.arguments.recheck:
            self.report.known.add(url)
        else:
            if state == "unknown":
                self.new_posts.add(url)
                if listing not in (*self._seeds, ""):
                    self.frontier.beyond_shortcut(url, listing)
            yield self._request(url, completes=state == "unfinished")

    def led_to_post(self, url: str) -> Iterator[Request]:
        """The request for a post to which a redirect led from another page: it may be listed nowhere."""
        if self.site.kind(url) == Kind.POST and url not in self.requested and self.is_wanted(url):
            yield from self.request_post(url)

    def replace_unwanted(self, url: str) -> Iterator[Request]:
        """Note that a requested page gives no post of this run; if ``limit`` counted it, request another post instead."""
        if url in self.new_posts:
            self.new_posts.discard(url)
            if self.report.over_limit:
                other = next(iter(self.report.over_limit))
                del self.report.over_limit[other]
                yield from self.request_post(other)

    def _request(self, url: str, *, completes: bool = False, due: bool = False, from_archive: bool = False) -> Request:
        self.requested.add(url)
        from_archive |= completes and url in self.frontier.cut_short
        own = RequestMeta(due=due, completes=completes, from_archive=from_archive)
        meta = {REQUEST_META: own} | as_written(url) | ({} if completes else self._cache_meta(url))
        return Request(url, self.parse, priority=self.priority_of(url), errback=self.failed, dont_filter=True, meta=meta)

    def priority_of(self, url: str) -> int:
        """The priority of the request for a post or page."""
        return _LAST if self.context.writes and self.frontier.rechecks.failed_lately(url) else _POST_PRIORITY

    def idle(self) -> None:
        """Scrapy's signal that no request is left: a sweep then requests the live posts that no listing showed."""
        if self._requested_unlisted or not self._followed_home:
            return
        self._requested_unlisted = True
        unlisted = [url for url in self.live_posts() if url not in self.report.known and url not in self.requested]
        for request in self.request_unlisted(unlisted):
            assert self.crawler.engine is not None
            self.crawler.engine.crawl(request)
        if unlisted:
            raise DontCloseSpider

    def live_posts(self) -> list[str]:
        """The posts that a sweep should find listed; none if the run did not read every listing."""
        if not (self.frontier.sweeps and self.arguments.takes_all) or self.context.archive_only or self.has_failed_listing:
            return []
        return self.frontier.rechecks.live()

    def request_unlisted(self, urls: Iterable[str]) -> Iterator[Request]:
        """Requests for live posts that no listing showed."""
        for url in urls:
            self.report.count("rechecked")
            yield self._request(url, due=True)

    def begin_again(self) -> None:
        """Forget which requests were made: what they lead to has to be requested once more."""
        self.requested.clear()
        self.new_posts.clear()
        self._followed_home = False

    def leave_unlisted(self) -> None:
        """Leave looking for unlisted posts to whoever knows what all workers have seen."""
        self._requested_unlisted = True

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Note a request that got no response; this is the errback of requests."""
        request = failure.request  # type: ignore[attr-defined]
        url = request.meta.get("redirect_urls", [request.url])[0]
        if not (isinstance(failure.value, NotArchived) and request.cb_kwargs.get("guessed")):
            self.note_failure(url, short_reason(failure.value), asked=not isinstance(failure.value, HostLeftAlone))
        yield from self.after_feed(url)
        yield from self.complete_from_archive(request)

    def complete_from_archive(self, request: Request | None) -> Iterator[Request]:
        """The request for the archived page of a post that lacks its companion, if the site does not give the page now."""
        if request is not None and request_meta(request).completes and not request_meta(request).from_archive:
            yield self._request(request.meta.get("redirect_urls", [request.url])[0], completes=True, from_archive=True)
