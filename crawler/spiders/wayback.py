"""Captures what the Wayback Machine, or another web archive with the same interface, has of a site.

Posts are made of all captures when the run ends, as after an import.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.counted import counted
from crawler.crawl.cdx import CdxLine, UnreadableCdx, changes, read_page
from crawler.crawl.context import RunContext
from crawler.crawl.memento import memento_url, original
from crawler.crawl.request_meta import REQUEST_META, RequestMeta, capture_of, request_meta
from crawler.errors import short_reason
from crawler.items import Rejection
from crawler.markup.address import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.spiders.arguments import Arguments

_LINES = 5000
#: A post's page may be captured so long after its publication.
_CAPTURED_WITHIN = timedelta(days=31)
_FOUND = 200


def web_archive_hosts(settings: BaseSettings) -> list[str]:
    """The hosts of the web archive that the settings name."""
    return list(dict.fromkeys(split(settings[name]).netloc for name in ("WAYBACK", "WAYBACK_CDX")))


def _last_day(day: str) -> str:
    """The last day of which captures are taken for posts of a day (``YYYY-MM-DD``)."""
    return (min(date.fromisoformat(day), date.max - _CAPTURED_WITHIN) + _CAPTURED_WITHIN).isoformat()


class Wayback:
    """The requests of one run to a web archive, and what it answers."""

    def __init__(self, crawler: Crawler, arguments: Arguments) -> None:
        context = self._context = RunContext.of(crawler)
        self._crawler = crawler
        self._site = context.site
        self._arguments = arguments
        self._report = context.report
        self._prefix: str = crawler.settings["WAYBACK"]
        self._cdx: str = crawler.settings["WAYBACK_CDX"]
        self._posts: set[str] = set()
        #: The resume keys that were followed: one that comes again would be followed for ever.
        self._keys: set[str] = set()

    # Lists of captures

    def listings(self) -> Iterator[Request]:
        """A request for the list of captures of each host on which the site published."""
        for host in self._site.listed_hosts:
            yield self._listing({"url": host, "matchType": "host", **self._span()})

    def _span(self) -> dict[str, str]:
        since, until = self._arguments.period.since[:10], self._arguments.period.until[:10]
        span = {"from": since.replace("-", "")} if since else {}
        return span | ({"to": _last_day(until).replace("-", "")} if until else {})

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
        """Requests for the wanted captures that the archive does not have yet, then for the rest of the list."""
        if response.status != _FOUND:
            self._report.failed(response.url, f"HTTP {response.status}")
            return
        try:
            page = read_page(response.body)
        except UnreadableCdx as error:
            self._report.failed(response.url, str(error))
            return
        self._report.listed(response.url, len(page.lines))
        if page.faults:
            self._report.failed(response.url, f"{counted(len(page.faults), 'row')} cannot be read, the first: {page.faults[0]}")
        for line in changes(page.lines):
            request = self._memento(line)
            if request is not None:
                yield request
        if page.key in self._keys:
            self._report.failed(response.url, f"gives the resume key {page.key} again: the list may go on")
        elif page.key:
            self._keys.add(page.key)
            yield self._listing(query, page.key)

    def _memento(self, line: CdxLine) -> Request | None:
        url = self._site.canonical(line.url)
        if url.split("/", 3)[2] not in self._site.hosts or not self._is_wanted(url):
            return None
        time = f"{line.timestamp[:4]}-{line.timestamp[4:6]}-{line.timestamp[6:8]}T"
        time += f"{line.timestamp[8:10]}:{line.timestamp[10:12]}:{line.timestamp[12:]}"
        archive = self._context.archive
        if archive.catalog.has_capture(url, time) or not archive.forgotten.isdisjoint(self._site.about(url)):
            return None
        return self._request(url, memento_url(self._prefix, line.timestamp, line.url))

    def _request(self, url: str, place: str) -> Request:
        meta = {REQUEST_META: RequestMeta(memento=url)}
        return Request(place, callback=self.parse_memento, errback=self.failed, meta=meta, dont_filter=True)

    def _is_wanted(self, url: str) -> bool:
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

    # Captures
    async def parse_memento(self, response: Response) -> None:
        """Read a capture: if it is a post's page, its companion is requested, too."""
        capture = capture_of(response)
        if capture is None:
            self._report.failed(
                request_meta(response.request).memento, f"HTTP {response.status} from {response.url}, and no capture"
            )
            return
        if self._site.post_id(response.url) is not None:
            parsed = self._context.parse_page(self._context.exchange(response))
            if not isinstance(parsed, Rejection):
                await self._capture_companion(self._site.companions(parsed), "".join(filter(str.isdigit, capture.time))[:14])

    async def _capture_companion(self, urls: list[str], timestamp: str) -> None:
        """Request the captures of a companion that are nearest in time, until one has the text."""
        archive = self._context.archive
        for url in urls:
            companions = [archive.captures.payloads.exchange(row) for row in archive.catalog.history([url])]
            if any(one is not None and self._site.has_text(one) for one in companions):
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
        """Note a request that got no response; this is the errback of requests."""
        request = failure.request  # type: ignore[attr-defined]
        place = original(request.url)
        reason = short_reason(failure.value)
        self._report.failed(request_meta(request).memento or request.url, f"{reason}{f' ({place[0]})' if place else ''}")
