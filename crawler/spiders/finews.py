"""finews: home page, category pages and feed -> post pages -> share answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.archive.archive import Archive
from crawler.archive.storage import FROM_ARCHIVE, ROW
from crawler.downloader.archive_only import NotArchived
from crawler.extensions.report import RunReport
from crawler.extract.listing import UnreadableListing, feed_links, links
from crawler.items import Post, Rejection
from crawler.sites.finews import SITE, facts, posts
from crawler.sites.finews.page import take_apart
from crawler.spiders.arguments import Arguments
from crawler.spiders.shares import ShareAnswers, exchange, latest_capture, short_reason
from crawler.spiders.wayback import Wayback, web_archive_hosts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

_FOUND = 200
_GONE = (404, 410)
_SERVER_ERROR = 500
_POST_PRIORITY, _LISTING_PRIORITY = 0, 10


class FinewsSpider(Spider):
    """Archives finews. A run asks its listings conditionally and fetches each post once.

    The callbacks work on any response: ``scrapy parse --spider finews URL`` and ``scrapy shell URL`` use them too.
    """

    name = facts.NAME
    allowed_domains: ClassVar[list[str]] = list(facts.HOSTS)
    #: Has an archive: captures, index and run report are kept for this spider.
    archived = True
    shares: ShareAnswers
    #: Whether posts are made of what is captured when the run ends.
    makes_posts_at_end = False
    #: The hosts that may be asked.
    scope: tuple[str, ...] = facts.HOSTS

    @classmethod
    def check_arguments(cls, given: dict[str, str]) -> None:
        """Raise :class:`~crawler.spiders.arguments.BadArgument` for arguments this spider does not take."""
        Arguments.read(given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> FinewsSpider:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler)
        spider.arguments = Arguments.read(kwargs)
        spider.makes_posts_at_end = bool(spider.arguments.via)
        if spider.arguments.via:
            spider.scope = (*cls.allowed_domains, *web_archive_hosts(crawler.settings))
        spider.report = RunReport.from_crawler(crawler)
        spider.shares = ShareAnswers(crawler, spider.report, pages=spider.arguments.share_pages)
        return spider

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.arguments = Arguments()
        self.report = RunReport()
        self._asked: set[str] = set()
        self._new_posts = 0

    # Listings

    async def start(self) -> AsyncIterator[Request]:
        """Home page, feed, and every listing that this or an earlier run can have met; or what a web archive has."""
        if self.arguments.via:
            for listing in Wayback(self.crawler, SITE, self.arguments, self.report).listings():
                yield listing
            return
        for url in [facts.HOME, facts.FEED, *(self._known_listings() if self.arguments.sweep else ())]:
            for request in self._listing(url, guessed=url not in (facts.HOME, facts.FEED)):
                yield request

    def _known_listings(self) -> Iterator[str]:
        """Of the wanted categories; else of all that the archive's posts have.

        Not only those that were captured: a run may have been cut short between a post and the listing it led to.
        """
        wanted = self.arguments.category
        if not wanted or facts.ROLLING_CATEGORY in wanted:
            yield facts.ROLLING
        yield from map(facts.category_url, wanted)
        archive = Archive.to_look_at(self.crawler)
        for category in archive.catalog.categories() if archive and not wanted else ():
            # The index knows a name with blanks only by its parts; its own page is empty anyway.
            names = category.split()
            urls = facts.listings(category) if len(names) == 1 else map(facts.category_url, names)
            yield from (url for url in urls if not self._is_missing(url))

    def _listing(self, url: str, *, guessed: bool = False) -> Iterator[Request]:
        """The request for a listing not asked for yet; without a network, for each thing that it ever was."""
        if url in self._asked:
            return
        self._asked.add(url)
        for meta in self._captured(url) or [{}]:
            yield Request(
                url,
                callback=self.parse_listing,
                errback=self.failed,
                dont_filter=True,
                priority=_LISTING_PRIORITY,
                cb_kwargs={"guessed": True} if guessed else {},
                meta=meta,
            )

    def _captured(self, url: str) -> list[dict[str, Any]]:
        archive = Archive.to_look_at(self.crawler) if self.crawler.settings.getbool("ARCHIVE_ONLY") else None
        rows = archive.catalog.history([url]) if archive else []
        return [{ROW: number} for number in {row.payload_id: row.id for row in rows if row.status == _FOUND}.values()]

    async def parse(self, response: Response) -> AsyncIterator[Request | Post]:
        """Any page of the site: a listing gives requests, a post page gives its post."""
        kind = facts.kind(response.url)
        if kind == "post" and self._found(response):
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
        if not self._found(response, guessed=guessed):
            return
        is_feed = facts.kind(response.url) == "feed"  # whose titles are changed: no comparing them
        try:
            found = list(feed_links(response.body) if is_feed else links(response.body))
        except UnreadableListing as error:
            self.report.failed(response.url, str(error))
            return
        listed = {url: "" if is_feed else link.text for link in found if (url := facts.post_link(response.url, link.href))}
        for url, title in listed.items():
            if url not in self._asked and self._wanted(url):
                request = self._post(url, title)
                if request is not None:
                    yield request
        self.report.listed(response.url, len(listed))

    def _found(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether the page is there. A listing that the site says it has not is a dead link of the site, no loss."""
        status, url = response.status, response.url
        if status in _GONE and facts.kind(url) == "listing" and url != facts.HOME:
            if not guessed:
                self.report.dead_links.append(url)
        elif status != _FOUND and not (guessed and status < _SERVER_ERROR):
            self.report.failed(url, f"HTTP {status}")
        return status == _FOUND

    def _wanted(self, url: str) -> bool:
        return self.arguments.covers(facts.post_day(url)) and facts.in_categories(url, self.arguments.category)

    # Posts

    def _post(self, url: str, title: str = "") -> Request | None:
        """The request for a listed post, if it has to be looked at."""
        if not self.crawler.settings.getbool("CAPTURE_ENABLED"):
            return Request(url, callback=self.parse)  # only looking: show every link
        catalog = Archive.from_crawler(self.crawler).catalog
        meta: dict[str, Any] = {}
        known = catalog.known_post(url)
        if known is None:
            if self._new_posts == self.arguments.limit:
                self.report.over_limit[url] = None
                return None
            self._new_posts += 1
            meta = {FROM_ARCHIVE: latest_capture(self.crawler, url) is not None}
        elif known.unfinished:
            meta = {FROM_ARCHIVE: True}
        elif not self.arguments.recheck and (not title or title.strip() == known.title.strip()):
            self.report.known.add(url)
            return None
        self._asked.add(url)
        return Request(url, callback=self.parse, errback=self.failed, dont_filter=True, priority=_POST_PRIORITY, meta=meta)

    async def _parse_post(self, response: Response) -> AsyncIterator[Request | Post]:
        apart = take_apart(exchange(response))
        if isinstance(apart, Rejection):
            self.report.rejected(apart)
            if self.report.over_limit:
                self._new_posts -= 1
                url = next(iter(self.report.over_limit))
                del self.report.over_limit[url]
                request = self._post(url)
                if request is not None:
                    yield request
            return
        for request in self._linked_posts(response):
            yield request
        made = await self.shares.post(apart)
        for request in self._follow(made):
            yield request
        if not self.arguments.category or " ".join(made.categories) in {" ".join(n.split()) for n in self.arguments.category}:
            yield made

    def _linked_posts(self, response: Response) -> Iterator[Request]:
        """Posts that a post page links to: one of a category with blanks may be listed nowhere else."""
        for href in facts.POST_HREF.findall(response.body):
            url = facts.post_link(response.url, href.decode("utf-8", "replace"))
            if url and url not in self._asked and self._wanted(url):
                request = self._post(url)
                if request is not None:
                    yield request

    def _follow(self, post: Post) -> Iterator[Request]:
        """The listings that may hold this post's neighbours; those that it does not link to, on trial."""
        if not self.arguments.sweep or self.arguments.category:
            return
        for url, linked in posts.listings_of(post).items():
            if not linked and self._is_missing(url):
                continue
            yield from self._listing(url, guessed=not linked)

    def _is_missing(self, url: str) -> bool:
        latest = latest_capture(self.crawler, url, good=False)
        return latest is not None and latest.status >= 400  # noqa: PLR2004

    def failed(self, failure: Failure) -> None:
        """A request that got no answer at all: named in the run report, asked again by the next run."""
        reason = short_reason(failure.value) if failure.value else "no answer"
        request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, NotArchived) and request.cb_kwargs.get("guessed"):
            return
        self.report.failed(request.meta.get("redirect_urls", [request.url])[0], reason)
