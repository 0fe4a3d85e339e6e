"""A site out of the Wayback Machine, or any web archive of its kind: what it has of the site becomes captures of ours.

Nothing is made of a page while it comes: posts are made of all captures when the run ends, as after an import.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.crawl.asked import ASKED, Asked, asked, capture_of
from crawler.crawl.cdx import CdxLine, UnreadableCdx, changes, read_cdx
from crawler.crawl.context import RunContext
from crawler.crawl.memento import memento_url, original
from crawler.errors import short_reason
from crawler.items import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.spiders.arguments import Arguments

_LINES = 5000
#: Listings of some days later may still name a post, and pages are captured after they are published.
_LATER = timedelta(days=31)
_FOUND = 200


def web_archive_hosts(settings: BaseSettings) -> list[str]:
    """The hosts of the web archive that the settings name."""
    return list(dict.fromkeys(urlsplit(settings[name]).netloc for name in ("WAYBACK", "WAYBACK_CDX")))


def _later(day: str) -> str:
    """Up to when captures may hold posts of a day (``YYYY-MM-DD``)."""
    return (min(date.fromisoformat(day), date.max - _LATER) + _LATER).isoformat()


class Wayback:
    """One run through a web archive."""

    def __init__(self, crawler: Crawler, arguments: Arguments) -> None:
        context = self._context = RunContext.of(crawler)
        self._crawler = crawler
        self._site = context.site
        self._arguments = arguments
        self._report = context.report
        self._prefix: str = crawler.settings["WAYBACK"]
        self._cdx: str = crawler.settings["WAYBACK_CDX"]
        self._posts: set[str] = set()

    # What there is

    def listings(self) -> Iterator[Request]:
        """A request for the list of captures of each host on which the site published."""
        for host in self._site.listed_hosts:
            yield self._listing({"url": host, "matchType": "host", **self._span()})

    def _span(self) -> dict[str, str]:
        since, until = self._arguments.period.since[:10], self._arguments.period.until[:10]
        span = {"from": since.replace("-", "")} if since else {}
        return span | ({"to": _later(until).replace("-", "")} if until else {})

    def _listing(self, query: dict[str, str], key: str = "") -> Request:
        fields = query | {"output": "json", "limit": str(_LINES), "showResumeKey": "true"}
        return Request(
            f"{self._cdx}?{urlencode(fields | ({'resumeKey': key} if key else {}))}",
            callback=self.parse_listing,
            errback=self.failed,
            cb_kwargs={"query": query},
            dont_filter=True,
        )

    def parse_listing(self, response: Response, query: dict[str, str]) -> Iterator[Request]:
        """The captures that are wanted and not there yet, then the rest of the list."""
        if response.status != _FOUND:
            self._report.failed(response.url, f"HTTP {response.status}")
            return
        try:
            lines, key = read_cdx(response.body)
        except UnreadableCdx as error:
            self._report.failed(response.url, str(error))
            return
        self._report.listed(response.url, len(lines))
        for line in changes(lines):
            request = self._memento(line)
            if request is not None:
                yield request
        if key:
            yield self._listing(query, key)

    def _memento(self, line: CdxLine) -> Request | None:
        url = self._site.canonical(line.url)
        if url.split("/", 3)[2] not in self._site.hosts or not self._wanted(url):
            return None
        time = f"{line.timestamp[:4]}-{line.timestamp[4:6]}-{line.timestamp[6:8]}T"
        time += f"{line.timestamp[8:10]}:{line.timestamp[10:12]}:{line.timestamp[12:]}"
        archive = self._context.archive
        if archive.catalog.has_capture(url, time) or not archive.forgotten.isdisjoint(self._site.about(url)):
            return None
        return self._request(url, memento_url(self._prefix, line.timestamp, line.url))

    def _request(self, url: str, place: str) -> Request:
        meta = {ASKED: Asked(memento=url)}
        return Request(place, callback=self.parse_memento, errback=self.failed, meta=meta, dont_filter=True)

    def _wanted(self, url: str) -> bool:
        post_id, arguments = self._site.post_id(url), self._arguments
        if post_id is None:
            return True
        if not arguments.covers(self._site.post_day(url)) or not self._site.in_categories(url, arguments.category):
            return False
        if post_id not in self._posts and len(self._posts) == arguments.limit:
            self._report.over_limit[url] = None
            return False
        self._posts.add(post_id)
        return True

    # What it holds

    async def parse_memento(self, response: Response) -> None:
        """A capture that came: if it is a post's page, its companion is asked for, too."""
        capture = capture_of(response)
        if capture is None:
            self._report.failed(asked(response.request).memento, f"HTTP {response.status} from {response.url}, and no capture")
            return
        if self._site.post_id(response.url) is not None:
            parsed = self._context.parse_page(self._context.exchange(response))
            if not isinstance(parsed, Rejection):
                await self._companion(self._site.companions(parsed), "".join(filter(str.isdigit, capture.time))[:14])

    async def _companion(self, urls: list[str], timestamp: str) -> None:
        """Ask for the captures of a companion that are nearest in time, until one has the text."""
        archive = self._context.archive
        for url in urls:
            answers = [archive.captures.payloads.exchange(row) for row in archive.catalog.history([url])]
            if any(answer is not None and self._site.has_text(answer) for answer in answers):
                return
        assert self._crawler.engine is not None
        for url in urls:
            request = self._request(url, memento_url(self._prefix, timestamp, url))
            try:
                response = await self._crawler.engine.download_async(request)
            except IgnoreRequest as error:
                self._report.failed(url, str(error))
            except Exception as error:  # noqa: BLE001 - whatever the network does, the page is kept
                self._report.failed(url, short_reason(error))
            else:
                if capture_of(response) and self._site.has_text(self._context.exchange(response)):
                    return

    def failed(self, failure: Failure) -> None:
        """No answer at all."""
        request = failure.request  # type: ignore[attr-defined]
        place = original(request.url)
        reason = short_reason(failure.value)
        self._report.failed(asked(request).memento or request.url, f"{reason}{f' ({place[0]})' if place else ''}")
