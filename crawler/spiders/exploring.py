"""From page to page of a site that nobody described: its own links, what its pages show, its feeds and sitemaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request

from crawler import clock
from crawler.archive.catalog.capture_rows import GOOD
from crawler.crawl.explore import ExploreLimits, Explorer
from crawler.crawl.request_meta import REQUEST_META, RequestMeta
from crawler.crawl.statuses import in_words
from crawler.markup.generator import generator
from crawler.markup.links.address import absolute, from_header, joined
from crawler.markup.links.document_kinds import document_kind, is_asset
from crawler.markup.links.redirects import LIST
from crawler.markup.links.requisites import page_requisites
from crawler.markup.links.script_files import files_of_page, files_of_script
from crawler.markup.search_list import listed_addresses
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.page_assets import PageAssets
from crawler.spiders.page_failures import PageFailuresSpider
from crawler.spiders.page_links import addresses_in, is_list

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Missing, Post, Visited
    from crawler.spiders.jekyll_arguments import JekyllArguments

_FOUND, _SERVER_ERROR = 200, 500
_REDIRECTS = range(300, 400)
_GONE = (404, 410)
#: Where feeds are, if a site names none.
_FEEDS = ("feed.xml", "atom.xml", "rss.xml", "index.xml", "feed.json")


class ExploringSpider(PageFailuresSpider):
    """Follows every link of the site to its pages, and asks for what they show.

    All of it in a run that sweeps, as a first run does; else only what the archive does not have.
    """

    arguments: JekyllArguments
    explorer: Explorer
    assets: PageAssets

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: What says which program made the site, with the number of pages that say so.
        self.generators: Counter[str] = Counter()
        #: Captures made at this time or later are those of a first run that was cut short: nobody is asked for them again.
        self.resumed = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.explorer = Explorer(cls.site.home, cls.site.canonical, ExploreLimits.of(crawler.settings))
        spider.assets = PageAssets(spider.context, crawler.settings, spider.explore_script)
        return spider

    def begin_again(self) -> None:
        """Forget which requests were made: what they lead to has to be requested once more."""
        super().begin_again()
        self.explorer = Explorer(self.site.home, self.site.canonical, ExploreLimits.of(self.settings))
        self.assets = PageAssets(self.context, self.settings, self.explore_script)

    @property
    def explores(self) -> bool:
        """Whether this run follows all links, and not only those to what the archive does not have."""
        return self.context.writes and self.frontier.sweeps

    # The beginning

    async def start(self) -> AsyncIterator[Request]:
        """The requests for home page, feed and sitemap, from which the rest follows; with ``via``, those for a web archive."""
        async for request in super().start():
            if self.explores and not self.arguments.recheck:
                self.arguments = replace(self.arguments, recheck=True)
            self.report.seeds = set()  # neither its home page nor its feeds need show posts
            yield request

    def request_feeds(self) -> Iterator[Request]:
        """Requests for feeds, those that are known and others on trial."""
        for url in (*self.site.feed_urls, *(joined(self.site.home, feed) for feed in _FEEDS)):
            if self.site.kind(url) == Kind.FEED:
                yield from self.request_listing(url)
            elif self.explorer.seed(url):
                yield from self.request_page(url, guessed=True)

    def request_redirects(self) -> Iterator[Request]:
        """The request for the list of jekyll-redirect-from, which no page links to: it leads to stub pages that none does."""
        yield from self._request_lists([joined(self.site.home, LIST)])

    def request_listing(self, url: str, *, guessed: bool = False) -> Iterator[Request]:
        """The request for a listing; what is known to be none is a page like others."""
        if url in self._seeds or self.site.kind(url) in LISTINGS:
            yield from super().request_listing(url, guessed=guessed or url not in self._seeds)
        else:
            yield from self.request_page(url)

    def _request_due(self) -> Iterator[Request]:
        """Requests for what failed; of all else, feed, sitemap and sweeps tell."""
        for row in self.frontier.due(""):
            if row.tries and row.url not in self.requested and (row.last or not self._has_content(row.url)):
                if self.site.kind(row.url) != Kind.POST:
                    yield from self.request_listing(row.url)
                elif self.is_wanted(row.url):
                    self.report.count("rechecked")
                    yield self._request(row.url, due=True)

    def request_post(self, url: str, title: str = "", *, listing: str = "") -> Iterator[Request]:
        """The request for a post that a page links to; one that gave no post waits for the next sweep."""
        if self.context.writes and not self.explores and self.frontier.rechecks.failed_lately(url) and self._has_content(url):
            self.report.waiting[url] = ""
        else:
            yield from super().request_post(url, title, listing=listing)

    def _has_content(self, url: str) -> bool:
        """Whether the archive has what the site said last: a page that gives no post gives none if it is asked for again."""
        row = self.context.latest(url)
        return row is not None and row.status in GOOD

    # Pages

    async def parse(self, response: Response) -> AsyncIterator[Request | Visited | Post | Missing]:
        """Read any page of the site, and what it leads to."""
        async for result in super().parse(response):
            yield result
        for request in self.explore(response):
            yield request

    def request_page(self, url: str, *, guessed: bool = False) -> Iterator[Request]:
        """The request for a page that is no post's; a ``guessed`` one may not exist.

        A redirect is not followed at once: where it leads, the run may have been already.
        """
        if url in self.requested or (is_asset(url) and not self.arguments.assets):
            return
        self.requested.add(url)
        row = self.context.latest(url) if self.resumed and not guessed else None
        meta: dict[str, Any] = {
            REQUEST_META: RequestMeta(from_archive=row is not None and row.time >= self.resumed),
            "dont_redirect": True,
        }
        if is_asset(url):
            meta["download_maxsize"] = self.settings.getint("ASSET_MAXSIZE")
        yield Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            dont_filter=True,
            priority=self.priority_of(url),
            cb_kwargs={"guessed": True} if guessed else {},
            meta=meta,
        )

    def parse_page(self, response: Response, *, guessed: bool = False) -> Iterator[Request]:
        """Read a page that is no post's: it gives requests for what it leads to and shows."""
        url, status = response.url, response.status
        if status in _REDIRECTS:
            target = absolute(url, from_header(response.headers.get("Location") or b""))
            found = self.explorer.redirected(url, target) if target else None
            yield from self.request_found(found) if found else ()
        elif status == _FOUND or status in _GONE:
            self.frontier.rechecks.done(url)
            if status in _GONE and not guessed:
                self.report.dead_links.append(url)
            yield from self.explore(response)
        elif not guessed or status >= _SERVER_ERROR:
            self.note_page(url, in_words(status))

    def explore(self, response: Response) -> Iterator[Request]:
        """Requests for what a page or feed leads to and shows; of an unchanged one, only if all is explored."""
        if not self.context.writes or response.status != _FOUND or ("cached" in response.flags and not self.explores):
            return
        url, body = response.url, response.body
        kind = document_kind(url, response.headers.get("Content-Type") or b"", body)
        if kind in ("page", "feed"):
            self.generators[generator(body)] += 1
        addresses = addresses_in(url, body, kind, self.site.home)
        if addresses is not None:
            yield from self.follow(url, body, addresses)
        if kind == "page" and not is_list(url):
            for asset in page_requisites(body, url) if self.arguments.assets else ():
                yield from self.assets.request(asset, again=self.explores)
            yield from self._request_lists(files_of_page(body, url) if self.explores else ())

    def explore_script(self, response: Response) -> Iterator[Request]:
        """Requests for the lists of pages that a script asks for or is; relative addresses are those of pages that have it."""
        if not self.explores:
            return
        yield from self._request_lists(files_of_script(response.body, self.site.home))
        listed = list(listed_addresses(response.body, self.site.home))
        if self.explorer.is_list(listed):
            yield from self.follow(response.url, response.body, listed)

    def _request_lists(self, names: Iterable[str]) -> Iterator[Request]:
        for url in filter(None, map(self.explorer.seed, names)):
            yield from self.request_page(url, guessed=True)

    def follow(self, page: str, body: bytes, urls: Iterable[str]) -> Iterator[Request]:
        """Requests for those of a page's links that this run follows."""
        for url in self.explorer.links(page, body, urls):
            yield from self.request_found(url)

    def request_found(self, url: str) -> Iterator[Request]:
        """The request for one of the site's addresses, if this run wants it; the home page's waits for the feeds."""
        if url in self.requested or url == self.site.home:
            return
        if self.site.kind(url) == Kind.POST:
            if self.is_wanted(url):
                yield from self.request_post(url)
        elif self.explores or (self.context.latest(url) is None and not self.frontier.rechecks.waits(url, clock.now())):
            yield from self.request_page(url)
