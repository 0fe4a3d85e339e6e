"""finews: home page, category pages and feed -> post pages -> share answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.archive.archive import Archive
from crawler.archive.catalog import CaptureRow
from crawler.archive.storage import CAPTURE, FROM_ARCHIVE
from crawler.extensions.report import RunReport
from crawler.extract.listing import Link, UnreadableListing, feed_links, links
from crawler.items import Exchange, Post, Rejection
from crawler.sites.finews import facts, posts
from crawler.spiders.arguments import Arguments

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

_FOUND = 200
_POST_PRIORITY, _LISTING_PRIORITY = 0, 10


class FinewsSpider(Spider):
    """Archives finews. A run asks its listings conditionally and fetches each post once.

    The callbacks work on any response: ``scrapy parse --spider finews URL`` and ``scrapy shell URL`` use them too.
    """

    name = facts.NAME
    allowed_domains: ClassVar[list[str]] = list(facts.HOSTS)
    #: Has an archive: captures, index and run report are kept for this spider.
    archived = True

    @classmethod
    def check_arguments(cls, given: dict[str, str]) -> None:
        """Raise :class:`~crawler.spiders.arguments.BadArgument` for arguments this spider does not take."""
        Arguments.read(given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> FinewsSpider:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler)
        spider.arguments = Arguments.read(kwargs)
        spider.report = RunReport.from_crawler(crawler)
        return spider

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.arguments = Arguments()
        self.report = RunReport()
        self._asked: set[str] = set()
        self._new_posts = 0

    # Listings

    async def start(self) -> AsyncIterator[Request]:
        """Home page, feed, and every listing the archive has met before."""
        wanted = self.arguments.category
        seeds = [facts.HOME, facts.FEED]
        if self.arguments.sweep:
            seeds += [facts.category_url(name) for name in wanted]
            if not wanted or facts.ROLLING_CATEGORY in wanted:
                seeds.append(facts.ROLLING)
            if not wanted:
                seeds += self._known_listings()
        for url in seeds:
            request = self._listing(url)
            if request is not None:
                yield request

    def _known_listings(self) -> Iterator[str]:
        archive = Archive.to_look_at(self.crawler)
        urls = archive.catalog.urls(f"https://{facts.HOST}/%") if archive else iter(())
        return (url for url in urls if facts.kind(url) == "listing")

    def _listing(self, url: str, *, guessed: bool = False) -> Request | None:
        if url in self._asked:
            return None
        self._asked.add(url)
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.failed,
            dont_filter=True,
            priority=_LISTING_PRIORITY,
            cb_kwargs={"guessed": True} if guessed else {},
        )

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
        try:
            found = list(feed_links(response.body) if facts.kind(response.url) == "feed" else links(response.body))
        except UnreadableListing as error:
            self.report.failed(response.url, str(error))
            return
        number = 0
        for link in found:
            url = _own_url(urljoin(response.url, link.href))
            if url is None or facts.kind(url) != "post":
                continue
            number += 1
            if self._wanted(url):
                request = self._post(url, link)
                if request is not None:
                    yield request
        self.report.listed(response.url, number)

    def _found(self, response: Response, *, guessed: bool = False) -> bool:
        if response.status != _FOUND and not guessed:
            self.report.failed(response.url, f"HTTP {response.status}")
        return response.status == _FOUND

    def _wanted(self, url: str) -> bool:
        address = facts.post_address(url)
        if address is None or not self.arguments.covers(address[1]):
            return False
        wanted = self.arguments.category
        return not wanted or address[0] in {facts.category_in_url(name) for name in wanted}

    # Posts

    def _post(self, url: str, link: Link) -> Request | None:
        """The request for a listed post, if it has to be looked at."""
        if url in self._asked:
            return None
        self._asked.add(url)
        if not self.crawler.settings.getbool("CAPTURE_ENABLED"):
            return Request(url, callback=self.parse)  # only looking: show every link
        catalog = Archive.from_crawler(self.crawler).catalog
        meta: dict[str, Any] = {}
        known_title = catalog.post_title(url)
        if known_title is not None:
            if not self.arguments.recheck and (not link.text or link.text.strip() == known_title.strip()):
                self.report.count("known")
                return None
        else:
            if self.arguments.limit is not None and self._new_posts >= self.arguments.limit:
                self.report.count("over_limit")
                return None
            self._new_posts += 1
            latest = catalog.latest(url, good=True)
            meta = {FROM_ARCHIVE: True} if latest else {}
        return Request(url, callback=self.parse, errback=self.failed, dont_filter=True, priority=_POST_PRIORITY, meta=meta)

    async def _parse_post(self, response: Response) -> AsyncIterator[Request | Post]:
        apart = posts.take_apart(exchange(response))
        if isinstance(apart, Rejection):
            self.report.rejected(apart)
            return
        made = posts.put_together(apart, await self.answer(apart))
        for request in self._follow(made):
            yield request
        if not self.arguments.category or " ".join(made.categories) in {" ".join(n.split()) for n in self.arguments.category}:
            yield made

    def _follow(self, post: Post) -> Iterator[Request]:
        """The listings that may hold this post's neighbours; those that it does not link to, on trial."""
        if not self.arguments.sweep or self.arguments.category:
            return
        for url, linked in posts.listings_of(post).items():
            if not linked and self._is_missing(url):
                continue
            request = self._listing(url, guessed=not linked)
            if request is not None:
                yield request

    def _is_missing(self, url: str) -> bool:
        latest = self._latest(url, good=False)
        return latest is not None and latest.status >= 400  # noqa: PLR2004

    async def answer(self, apart: posts.FinewsPage) -> Exchange | None:
        """The share answer behind a post page: from the first host that has its text, else the archived one.

        Shares expire; a text that was captured once is not lost by asking again too late.
        """
        page, wanted = apart.page, apart.share
        if wanted is None:
            return None
        if self.arguments.share_pages:
            await self._fetch(facts.share_page_url(*wanted))
        urls = facts.answer_urls(*wanted)
        empty = None
        for url in urls:
            answer = await self._fetch(url, from_archive=self._is_newer(url, page))
            if answer is not None and posts.has_text(answer):
                return answer
            empty = empty or answer
        for url in urls:
            answer = await self._fetch(url, from_archive=True) if self._latest(url) else None
            if answer is not None and posts.has_text(answer):
                return answer
        return empty

    def _latest(self, url: str, *, good: bool = True) -> CaptureRow | None:
        archive = Archive.to_look_at(self.crawler)
        return archive.catalog.latest(url, good=good) if archive else None

    def _is_newer(self, url: str, page: Exchange) -> bool:
        """Whether ``url`` was captured after the page: the run that should have made its post was cut short."""
        latest = self._latest(url)
        return latest is not None and page.capture is not None and latest.time >= page.capture.time

    async def _fetch(self, url: str, *, from_archive: bool = False) -> Exchange | None:
        assert self.crawler.engine is not None
        try:
            request = Request(url, meta={FROM_ARCHIVE: from_archive})
            return exchange(await self.crawler.engine.download_async(request))
        except IgnoreRequest as error:
            self.report.failed(url, str(error) or "not allowed by robots.txt")
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            self.report.failed(url, _short(error))
        return None

    def failed(self, failure: Failure) -> None:
        """A request that got no answer at all: named in the run report, asked again by the next run."""
        reason = _short(failure.value) if failure.value else "no answer"
        request = failure.request  # type: ignore[attr-defined]
        self.report.failed(request.meta.get("redirect_urls", [request.url])[0], reason)


def exchange(response: Response) -> Exchange:
    """A Scrapy response as the pure functions take it."""
    capture = response.meta.get(CAPTURE) if response.request is not None else None
    return Exchange(response.url, response.status, response.body, capture)


def _own_url(url: str) -> str | None:
    """The canonical form of a link to the site; ``None`` for a link elsewhere."""
    parts = urlsplit(url)
    if parts.hostname not in (facts.HOST, *facts.OLD_HOSTS) or parts.scheme not in ("http", "https"):
        return None
    return safe_url_string(parts._replace(scheme="https", netloc=facts.HOST, fragment="").geturl())


def _short(error: BaseException) -> str:
    text = str(error).strip().split("\n")[0] or type(error).__name__
    return text[:300]
