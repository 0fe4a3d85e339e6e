"""Which requests a run makes: listings conditionally, each post once, and again when its time has come."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import REQUEST_META, RequestMeta
from crawler.crawl.scope import NotArchived
from crawler.derive.visits import gone_before
from crawler.errors import short_reason
from crawler.report.runs.parameters import spider_arguments
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.arguments import Arguments
from crawler.spiders.wayback import Wayback, web_archive_hosts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.crawl.frontier import Frontier
    from crawler.items import Visited
    from crawler.report.runs.report import RunReport
    from crawler.sites.site import Site

_FOUND = 200
_POST_PRIORITY, _LISTING_PRIORITY = 0, 10


class RequestingSpider(Spider, ABC):
    """Makes the requests of a run; what becomes of the responses is for :class:`~crawler.spiders.archiving.ArchivingSpider`.

    Having a ``site``, it has an archive: captures, index and run report are kept for it.
    """

    site: ClassVar[Site]
    context: RunContext
    report: RunReport
    frontier: Frontier
    #: The hosts that may be asked.
    scope: tuple[str, ...] = ()

    @classmethod
    def check_arguments(cls, given: dict[str, str]) -> None:
        """Raise :class:`~crawler.spiders.arguments.BadArgument` for arguments this spider does not take."""
        Arguments.read(given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler)
        spider.arguments = Arguments.read(kwargs)
        context = spider.context = RunContext.of(crawler)
        spider.scope = cls.site.hosts
        if spider.via:
            spider.scope += tuple(web_archive_hosts(crawler.settings))
        if context.writes:
            spider.scope += tuple(crawler.settings.getlist("IMAGE_HOSTS"))
        spider.report, spider.frontier = context.report, context.frontier
        spider.report.arguments = spider_arguments(kwargs)
        spider.frontier.sweep = True if spider.via or context.archive_only else spider.arguments.sweep
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.arguments = Arguments()
        self.asked: set[str] = set()
        #: Posts that the archive does not hold yet, as far as ``limit`` counts them.
        self.new_posts: set[str] = set()
        #: The categories that listings speak of, as far as an address tells them.
        self.listed_categories: set[str] = set()
        self._feeds_left: set[str] = set()
        self._is_beyond = self._asked_unlisted = False

    @property
    def _entrances(self) -> tuple[str, ...]:
        """The pages that every run asks for."""
        return (self.site.home, *self.site.feed_urls)

    @property
    def via(self) -> str:
        """Through which web archive the site is asked, empty if it is asked itself; posts are made at the end then."""
        return self.arguments.via

    @property
    def is_complete(self) -> bool:
        """Whether the run was after every post of the site, and read every listing."""
        return self.arguments.takes_all and not self.lost_listing

    @abstractmethod
    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """A listing came; ``guessed``: it was asked for on trial."""

    # Listings

    async def start(self) -> AsyncIterator[Request]:
        """Home page and feed, from which the rest follows; or what a web archive has."""
        if self.via:
            for listing in Wayback(self.crawler, self.arguments).listings():
                yield listing
            return
        if self.context.writes:
            self.frontier.begin()
            self.report.sweep = self.frontier.sweeps
        self.report.seeds = set(self._entrances)
        self._feeds_left = set(self.site.feed_urls if self.site.reads_feed else ())
        for url in self._feeds_left or self._entrances:
            for request in self.listing(url):
                yield request
        if self.context.archive_only:
            for request in self.beyond_home():
                yield request

    def after_feed(self, url: str) -> Iterator[Request]:
        """The home page's request, once every feed that is evidence for posts was asked for: it is captured before them."""
        if url in self._feeds_left:
            self._feeds_left.discard(url)
            if not self._feeds_left:
                yield from self.listing(self.site.home)

    def beyond_home(self) -> Iterator[Request]:
        """Once the home page tells that the site is there: the listings of a sweep, and the pages to be visited again."""
        if self._is_beyond or not self.context.writes:
            return
        self._is_beyond = True
        for url in self._known_listings() if self.frontier.sweeps or self.arguments.category else ():
            yield from self.listing(url, guessed=True)
        if self.arguments.takes_all and not self.context.archive_only:
            yield from self._due()

    def _known_listings(self) -> list[str]:
        archive, wanted = self.context.to_read, self.arguments.category
        found = self.site.known_listings(wanted, archive.catalog.categories() if archive and not wanted else ())
        return [url for url in found if wanted or not self._is_missing(url)]

    def _is_missing(self, url: str) -> bool:
        """Whether the site said last that it has no such page."""
        latest = self.context.latest(url)
        return latest is not None and latest.status >= 400  # noqa: PLR2004

    def _due(self) -> Iterator[Request]:
        home = self.context.archive.catalog.latest(self.site.home, good=True)
        for row in self.frontier.due(gone_before(home, self.site.keeps)):
            if self.site.kind(row.url) != Kind.POST:
                yield from self.listing(row.url)
            elif row.url not in self.asked and self.wanted(row.url):
                self.report.count("rechecked")
                yield self._ask(row.url, due=True, archived=self.frontier.state(row.url) == "unfinished")

    def listing(self, url: str, *, guessed: bool = False) -> Iterator[Request]:
        """The request for a listing not asked for yet; without a network, for each thing that it ever was."""
        if url in self.asked:
            return
        self.asked.add(url)
        for meta in self._captured(url) or [self._anew(url)]:
            yield Request(
                url,
                callback=self.parse_listing,
                errback=self.failed,
                dont_filter=True,
                priority=_LISTING_PRIORITY,
                cb_kwargs={"guessed": True} if guessed else {},
                meta=meta,
            )

    def _anew(self, url: str) -> dict[str, Any]:
        """For a page of which nothing could be made: asked for whole, or the site would say that half a page is unchanged."""
        return {"dont_cache": True} if self.context.writes and self.frontier.rechecks.failed_lately(url) else {}

    def _captured(self, url: str) -> list[dict[str, Any]]:
        archive = self.context.to_read if self.context.archive_only else None
        rows = archive.catalog.history([url]) if archive else []
        return [
            {REQUEST_META: RequestMeta(row=number)}
            for number in {row.payload_id: row.id for row in rows if row.status == _FOUND}.values()
        ]

    def lost(self, url: str, reason: str) -> None:
        """Named in the run report; asked for again in the next runs, ever later."""
        self.report.failed(url, reason)
        if self.context.writes and self.site.kind(url) in (*LISTINGS, Kind.POST):
            self.frontier.rechecks.failed(url, clock.now())

    @property
    def lost_listing(self) -> bool:
        """Whether some listing could not be read."""
        return any(self.site.kind(url) in LISTINGS for url in self.report.failures)

    def has_been_read(self, url: str) -> None:
        """A listing was there: it need not be asked for again but by the listings' own rules."""
        if self.context.writes:
            if self.frontier.rechecks.get(url) is not None:
                self.frontier.opened(url)
            self.frontier.rechecks.done(url)

    def strayed(self, response: Response) -> bool:
        """Whether redirects led from what was asked for to another kind of page: that is not what was asked for."""
        asked = response.meta.get("redirect_urls", [response.url])[0] if response.request is not None else response.url
        if asked == response.url or self.site.kind(asked) == self.site.kind(response.url):
            return False
        self.lost(asked, f"led to {response.url}, which is something else")
        return True

    def wanted(self, url: str) -> bool:
        """Whether the run is after the post at ``url``."""
        return self.arguments.covers(self.site.post_day(url)) and self.site.in_categories(url, self.arguments.category)

    def unknown_categories(self) -> Iterator[tuple[str, str]]:
        """The wanted categories that neither the archive nor the site has: where one would be listed, and a line on it."""
        if not self.arguments.category or self.site.home not in self.report.listings:
            return
        known = {" ".join(name.split()) for name in self.context.archive.catalog.categories()}
        names = {name.lower(): name for name in [*self.listed_categories, *known]}
        for category in self.arguments.category:
            places = self.site.listings_of(category)
            is_known = any(self.site.is_of([name], [category]) for name in names.values())
            if is_known or any(url in self.report.listings for url in places):
                continue
            near = difflib.get_close_matches(category.lower(), names, 3)
            nearest = f"; nearest: {', '.join(repr(names[name]) for name in near)}" if near else ""
            yield places[0], f"no listing of category {category!r}, neither in the archive nor on the site{nearest}"

    # Posts

    def post(self, url: str, title: str = "", *, listing: str = "") -> Iterator[Request]:
        """The request for a listed post, if it has to be visited."""
        if not self.context.writes:
            yield Request(url, callback=self.parse)  # nothing is written: show every link
            return
        if self.site.post_id(url) in self.context.archive.forgotten:
            return
        standing = self.frontier.state(url, title)
        if standing == "unknown" and len(self.new_posts) == self.arguments.limit:
            self.report.over_limit[url] = None
        elif standing == "waiting":
            self.report.waiting.add(url)
        elif standing == "known" and not self.arguments.recheck:
            self.report.known.add(url)
        else:
            if standing == "unknown":
                self.new_posts.add(url)
                if listing not in (*self._entrances, ""):
                    self.frontier.beyond_shortcut(url, listing)
            yield self._ask(url, archived=standing == "unfinished")

    def unwanted(self, url: str) -> Iterator[Request]:
        """The page that was asked for gives no post of this run: where ``limit`` counted it, another takes its place."""
        if url in self.new_posts:
            self.new_posts.discard(url)
            if self.report.over_limit:
                other = next(iter(self.report.over_limit))
                del self.report.over_limit[other]
                yield from self.post(other)

    def _ask(self, url: str, *, archived: bool = False, due: bool = False) -> Request:
        self.asked.add(url)
        meta = {REQUEST_META: RequestMeta(due=due, from_archive=archived)} | ({} if archived else self._anew(url))
        return Request(url, callback=self.parse, errback=self.failed, dont_filter=True, priority=_POST_PRIORITY, meta=meta)

    def idle(self) -> None:
        """Scrapy's signal that nothing is left to ask: a sweep then asks for the live posts that no listing showed."""
        if self._asked_unlisted or not (self.frontier.sweeps and self.arguments.takes_all and self._is_beyond):
            return
        self._asked_unlisted = True
        if self.context.archive_only or self.lost_listing:
            return
        unlisted = [url for url in self.frontier.rechecks.live() if url not in self.report.known and url not in self.asked]
        for url in unlisted:
            self.report.count("rechecked")
            assert self.crawler.engine is not None
            self.crawler.engine.crawl(self._ask(url, due=True))
        if unlisted:
            raise DontCloseSpider

    def failed(self, failure: Failure) -> Iterator[Request]:
        """A request that got no answer at all: named in the run report, asked again by the next run."""
        reason = short_reason(failure.value)
        request = failure.request  # type: ignore[attr-defined]
        url = request.meta.get("redirect_urls", [request.url])[0]
        if not (isinstance(failure.value, NotArchived) and request.cb_kwargs.get("guessed")):
            self.lost(url, reason)
        yield from self.after_feed(url)
