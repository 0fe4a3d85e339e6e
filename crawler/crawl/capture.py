"""Writes every response of the network to the archive, before anything else uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler import clock
from crawler.archive.disk import DISK_ERRORS, then_again
from crawler.crawl.context import RunContext
from crawler.crawl.download.header_pairs import header_pairs
from crawler.crawl.request_meta import request_meta, update_meta
from crawler.crawl.wayback.memento import UNDATED, NoMemento, memento
from crawler.errors import in_words
from crawler.markup.links.address import split
from crawler.warc.record import RawExchange, ResponseHead

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.archive.catalog.schema import CaptureRow


class CaptureMiddleware:
    """Stores responses as they came over the wire (304s, errors, gzip), for it is beyond Scrapy's HTTP cache (900)."""

    def __init__(self, crawler: Crawler) -> None:
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        self._context = context
        self._captures = context.archive.captures
        self._report = context.report
        self._site = context.site
        self._image_maxsize = crawler.settings.getint("IMAGE_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureMiddleware:
        """Make the component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Store the exchange, and note in the request's meta which capture holds the payload.

        :raises IgnoreRequest: if it cannot be stored. The run report names the page, and nothing is made of it.
        """
        if "cached" in response.flags:
            return response
        if request_meta(request).memento:
            return self._capture_memento(request, response)
        if request_meta(request).image and len(response.body) > self._image_maxsize:
            raise IgnoreRequest(f"a picture of {len(response.body):,} bytes, more than IMAGE_MAXSIZE={self._image_maxsize:,}")
        url = self._site.canonical(request.url)
        if not request_meta(request).image and split(url).netloc not in self._site.hosts:
            return response  # a web archive's listing
        self._report.answered(self._site.kind(url).value, response.status, len(response.body))
        row = self._store(_wire(request, response, (url, self._context.asked(request)), self._captures.time()))
        if row.status != 304:  # noqa: PLR2004
            update_meta(request, capture=row)
        elif "cached_response" not in request.meta:  # a 304 to an unconditional request confirms no capture
            update_meta(request, capture=None)
        return response

    def _capture_memento(self, request: Request, response: Response) -> Response:
        """Store what a web archive replays as a capture of the site; the response goes on under the site's own address."""
        self._report.answered("memento", response.status, len(response.body))
        try:
            wire = memento(request_meta(request), response, self._site.canonical)
        except NoMemento:
            return response  # the spider names it, or goes on where it leads to
        update_meta(request, capture=self._store(wire, now=clock.now()))
        if "Memento-Datetime" not in response.headers and UNDATED not in self._report.warnings:
            self._report.warnings.append(UNDATED)
        return response.replace(url=wire.url, headers=wire.headers, body=wire.body)

    def _store(self, wire: RawExchange, *, now: datetime | None = None) -> CaptureRow:
        try:
            return self._captures.store(wire, now=now)
        except DISK_ERRORS as error:
            reason = f"{wire.url} could not be captured: {in_words(error)}; {then_again(error)}"
            self._context.keeps_nothing(reason)
            raise IgnoreRequest(reason) from error

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Keep Scrapy's cache from answering with an old response when the site is down.

        Otherwise a listing that cannot be had would look like an unchanged one.
        """
        request.meta.pop("cached_response", None)


def _wire(request: Request, response: Response, urls: tuple[str, str], time: datetime) -> RawExchange:
    """The exchange, with its canonical address and the one that was asked."""
    head = request_meta(request).head
    if head is None:
        head = ResponseHead(None, header_pairs(response.headers))
    update_meta(request, head=None)
    return RawExchange(
        url=urls[0],
        asked=urls[1],
        time=time,
        request=_request_block(request, urls[1]),
        status=response.status,
        headers=head.headers,
        reason=head.reason,
        body=response.body,
        protocol=response.protocol or "HTTP/1.1",
        ip=str(response.ip_address) if response.ip_address else None,
    )


def _request_block(request: Request, url: str) -> bytes:
    parts = split(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [b"%s: %s" % pair for pair in header_pairs(request.headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body
