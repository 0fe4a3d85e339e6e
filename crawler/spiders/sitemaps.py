"""The spider of sites whose sitemaps list their pages: what is new in them, or was changed, is requested."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crawler import clock
from crawler.crawl.lastmod import was_changed
from crawler.crawl.politeness.robots import last_known
from crawler.markup.feeds.at_home import entries_at_home
from crawler.markup.feeds.feed import read_sitemap
from crawler.markup.links.address import absolute, joined, split
from crawler.markup.links.listing import UnreadableListing
from crawler.sites.parsed import Kind
from crawler.spiders.exploring import ExploringSpider
from crawler.warc.content_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.http import Response

    from crawler.items import Visited
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.sites.learned.site import LearnedSite

_FOUND, _GONE = 200, (404, 410)
_SITEMAP = "sitemap.xml"
_IN_ROBOTS = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_INDEX = re.compile(rb"<(?:\w+:)?sitemapindex\b")
#: What begins as a sitemap; a page that a server gives in its place is none.
_SITEMAP_XML = re.compile(
    rb"\s*+(?:\xef\xbb\xbf\s*+)?+(?:<\?xml[^>]*+>\s*+)?+(?:<(?:\?(?!xml\b)|!(?!doctype))[^>]*+>\s*+)*+"
    rb"(?:<!doctype\s++(?!html)|<(?:\w+:)?(?:urlset|sitemapindex)\b)",
    re.IGNORECASE,
)
#: An index may not list others, but some do; of more than so many in each other, a server makes ever new ones.
_NESTED = 2


class SitemapSpider(ExploringSpider):
    """Reads sitemaps, and indexes of several."""

    site: ClassVar[LearnedSite]

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: How many sitemaps this run has requested.
        self._sitemaps = 0

    def begin_again(self) -> None:
        """Forget which requests were made: what they lead to has to be requested once more."""
        super().begin_again()
        self._sitemaps = 0

    def request_sitemaps(self) -> Iterator[Request]:
        """Requests for the sitemaps that are known, that robots.txt names, and on trial; without exploring, for one of them."""
        home = self.site.home
        named = [*self.site.sitemap_urls, *self._in_robots(), joined(home, _SITEMAP), joined(home, f"/{_SITEMAP}")]
        urls = [url for url in dict.fromkeys(named) if split(url).netloc == self.site.host]
        if not self.explores:
            known = (url for url in urls if self.context.latest(url) is not None and not self.is_missing(url))
            urls = [next(known, "")] if not self.site.sitemap_urls else []
        for url in filter(None, urls):
            if self._is_trap(joined(home, "/robots.txt"), 0):
                break
            yield from self._request_sitemap(url)

    def _in_robots(self) -> list[str]:
        archive = self.context.to_read
        found = last_known(archive, joined(self.site.home, "/robots.txt"), self.site.canonical) if archive else None
        lines = _IN_ROBOTS.findall(found[0].decode("utf-8", "replace")) if found else []
        return [url for line in lines if (url := absolute(self.site.home, line)) is not None]

    def _request_sitemap(self, url: str, nested: int = 0) -> Iterator[Request]:
        for request in self.request_page(self.site.canonical(url), guessed=True):
            self._sitemaps += 1
            yield request.replace(callback=self.parse_sitemap, priority=1, cb_kwargs={"guessed": True, "nested": nested})

    def parse_sitemap(self, response: Response, *, guessed: bool = True, nested: int = 0) -> Iterator[Request | Visited]:
        """Read a sitemap, or an index of several: it gives requests for pages that are new, or were changed.

        :param nested: in how many indexes, one in the other, it is listed.
        """
        if response.status != _FOUND:
            yield from self.parse_page(response, guessed=guessed) if response.status not in _GONE else ()
            return
        body = decoded(response.body, (), self.settings.getint("DOWNLOAD_MAXSIZE"))  # a sitemap.xml.gz may be packed once more
        try:
            entries = entries_at_home(read_sitemap(body, response.url), self.site.home)
        except UnreadableListing as error:
            if response.url in self.site.sitemap_urls or _SITEMAP_XML.match(body):
                self.note_failure(response.url, str(error))
            return
        self.frontier.rechecks.done(response.url)
        is_new, is_index = "cached" not in response.flags, _INDEX.search(body) is not None
        for entry in entries:
            if is_index:
                url = self.site.canonical(entry.url)
                if split(url).netloc != self.site.host or url in self.requested:
                    continue
                if self.explores or self._is_due(url, entry, is_new=is_new):
                    if self._is_trap(response.url, nested):
                        break
                    yield from self._request_sitemap(url, nested + 1)
            else:
                yield from self._listed_page(entry, is_new=is_new)

    def _is_trap(self, index: str, nested: int) -> bool:
        """Whether no more sitemaps are followed, which then is a failure of the index that lists them."""
        most = self.settings.getint("EXPLORE_PAGES")
        if nested > _NESTED:
            self.note_failure(
                index,
                "sitemaps from here on were not followed: it lists them in an index of indexes of indexes, as a trap does",
            )
        elif self._sitemaps >= most:
            self.note_failure(
                index, f"sitemaps from here on were not followed: the site has more than a run takes (EXPLORE_PAGES={most})"
            )
        else:
            return False
        return True

    def _listed_page(self, entry: FeedEntry, *, is_new: bool) -> Iterator[Request]:
        """The request for a page that a sitemap lists: a new one, or one that was changed."""
        url = self.explorer.seed(entry.url) if self.explores else self.explorer.address(entry.url)
        if url is None or url in self.requested:
            return
        if self.explores or self.context.latest(url) is None:
            yield from self.request_found(url)
        elif self._is_due(url, entry, is_new=is_new):
            if self.site.kind(url) != Kind.POST:
                yield from self.request_page(url)
            elif self.is_wanted(url) and self.site.post_id(url) not in self.context.archive.forgotten:
                self.report.count("rechecked")
                yield self._request(url)

    def _is_due(self, url: str, entry: FeedEntry, *, is_new: bool) -> bool:
        row = self.context.latest(url)
        return row is None or was_changed(entry.updated, datetime.fromisoformat(row.time), clock.now(), is_new=is_new)
