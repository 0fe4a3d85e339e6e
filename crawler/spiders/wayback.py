"""Captures what the Wayback Machine, or another web archive with the same interface, has of a site.

Posts are made of all captures when the run ends, as after an import.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scrapy import Request, signals

from crawler.counted import counted
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import REQUEST_META, RequestMeta, capture_of, request_meta
from crawler.crawl.wayback.cdx import CdxLine, changes
from crawler.crawl.wayback.memento import NoMemento, memento, memento_url, next_address, original
from crawler.errors import short_reason
from crawler.items import Rejection
from crawler.markup.links.address import split
from crawler.markup.links.document_kinds import is_asset
from crawler.spiders.wayback_lists import CaptureLists
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.spiders.arguments import Arguments

_FOUND = 200
#: More redirects than a web archive needs to lead to its nearest capture.
_MOST_REDIRECTS = 5


def web_archive_hosts(settings: BaseSettings) -> list[str]:
    """The hosts of the web archive that the settings name."""
    return list(dict.fromkeys(split(settings[name]).netloc for name in ("WAYBACK", "WAYBACK_CDX")))


class Wayback:
    """The requests of one run to a web archive, and what it answers."""

    def __init__(self, crawler: Crawler, arguments: Arguments) -> None:
        context = self._context = RunContext.of(crawler)
        self._crawler = crawler
        self._site = context.site
        self._arguments = arguments
        self._takes_assets = getattr(arguments, "assets", True)
        self._report = context.report
        self._prefix = f"{crawler.settings['WAYBACK'].rstrip('/')}/"
        self._posts: set[str] = set()
        self._sources = lru_cache(maxsize=128)(self._read_sources)

    async def requests(self) -> AsyncIterator[Request]:
        """Requests for the wanted captures that the archive does not have yet, once the lists of all hosts were read."""
        engine = self._crawler.engine
        assert engine is not None
        lines = await CaptureLists(self._crawler, self._arguments).read()
        for url, line in changes(self._of_site(lines)):
            request = self._memento(url, line)
            if request is not None:
                if engine.needs_backout():  # or Scrapy would queue all of them before it sends the next one
                    await self._crawler.signals.wait_for(signals.scheduler_empty)
                yield request

    def _of_site(self, lines: list[CdxLine]) -> Iterator[tuple[str, CdxLine]]:
        """The captures of the site's own hosts, with their canonical addresses."""
        elsewhere: Counter[str] = Counter()
        for line in lines:
            if line.url[:8].lower().startswith(("http://", "https://")):
                url = self._site.canonical(line.url)
                host = split(url).netloc
                if host in self._site.hosts:
                    if self._site.covers(url) and (self._takes_assets or not is_asset(url)):
                        yield url, line
                elif host:
                    elsewhere[host] += 1
        if elsewhere:
            example = elsewhere.most_common(1)[0][0]
            self._report.warnings.append(
                f"{counted(elsewhere.total(), 'listed capture')} of hosts that are not the site's left out, most of {example}"
            )

    def _same(self, url: str) -> str:
        """What all forms of an address have in common."""
        return unquote(self._site.canonical(url))

    def _memento(self, url: str, line: CdxLine) -> Request | None:
        if not self._is_wanted(url):
            return None
        stamp = line.timestamp
        time = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}"
        archive = self._context.archive
        if archive.catalog.has_capture(url, time) or not archive.forgotten.isdisjoint(self._site.about(url)):
            return None
        request = self._request(url, memento_url(self._prefix, stamp, line.url))
        request.cb_kwargs["status"] = line.status
        return None if request.url in self._sources(url) else request

    def _read_sources(self, url: str) -> set[str]:
        """Where web archives were asked for the captures of an address; they answer with the nearest capture that they have."""
        archive = self._context.archive
        found = set()
        for row in archive.catalog.history([url]):
            try:
                found.add(archive.captures.payloads.record(row).source)
            except DamagedRecord:
                continue
        return found

    def _request(self, url: str, place: str, source: str = "") -> Request:
        request = Request(place, callback=self.parse_memento, errback=self.failed, dont_filter=True)
        request.meta.update({REQUEST_META: RequestMeta(memento=url, source=source or request.url), "dont_redirect": True})
        return request

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

    async def parse_memento(self, response: Response, status: int = 0) -> None:
        """Read a capture that is listed with this status: if it is a post's page, its companion is requested, too."""
        url = request_meta(response.request).memento
        try:
            found = await self._replayed(response)
        except Exception as error:  # noqa: BLE001 - whatever the network does, the other captures are requested
            self._report.failed(url, short_reason(error))
            return
        capture = capture_of(found)
        if capture is None:
            return
        if status == _FOUND != capture.status:
            self._report.failed(
                url, f"listed with HTTP {status}, and replayed with HTTP {capture.status}, as captured {capture.time}"
            )
        if self._site.post_id(found.url) is not None:
            parsed = self._context.parse_page(self._context.exchange(found))
            if not isinstance(parsed, Rejection):
                await self._capture_companion(self._site.companions(parsed), capture)

    async def _replayed(self, response: Response) -> Response:
        """The response with the capture to which a web archive's redirects lead.

        :raises NoMemento: if they lead to none.
        """
        engine, seen = self._crawler.engine, {response.url}
        assert engine is not None
        while capture_of(response) is None:
            meta = request_meta(response.request)
            place = next_address(response, self._prefix, self._same)
            if not place:
                memento(meta, response, self._site.canonical)
                break  # the run writes nothing
            request = self._request(meta.memento, place, meta.source)
            if request.url in seen or len(seen) > _MOST_REDIRECTS:
                raise NoMemento(f"the web archive's redirects lead nowhere, at last to {request.url}")
            seen.add(request.url)
            response = await engine.download_async(request)
        return response

    async def _capture_companion(self, urls: list[str], page: CaptureRow) -> None:
        """Request the captures of a companion that are nearest in time to its page's, until one has the text."""
        archive = self._context.archive
        for url in urls:
            companions = [archive.captures.payloads.exchange(row) for row in archive.catalog.history([url])]
            if any(one is not None and self._site.has_text(one) for one in companions):
                return
        stamp = "".join(filter(str.isdigit, page.time))[:14]
        assert self._crawler.engine is not None
        for url in urls:
            try:
                response = await self._crawler.engine.download_async(self._request(url, memento_url(self._prefix, stamp, url)))
                found = await self._replayed(response)
            except NoMemento as error:
                if not error.is_missing:  # nothing says that the web archive has it
                    self._report.failed(url, str(error))
            except Exception as error:  # noqa: BLE001 - whatever the network does, the page is kept
                self._report.failed(url, short_reason(error))
            else:
                if capture_of(found) and self._site.has_text(self._context.exchange(found)):
                    return

    def failed(self, failure: Failure) -> None:
        """Note a request that got no response; this is the errback of requests."""
        request = failure.request  # type: ignore[attr-defined]
        place = original(request.url)
        reason = short_reason(failure.value)
        self._report.failed(request_meta(request).memento, f"{reason}{f' ({place[0]})' if place else ''}")
