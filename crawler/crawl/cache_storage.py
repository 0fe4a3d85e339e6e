"""The archive as Scrapy's HTTP cache: it decides which requests are conditional, and which are answered from captures.

Scrapy's ``HttpCacheMiddleware`` asks :class:`ArchiveStorage` for a stored response and
:class:`ArchivePolicy` what to do with it. Nothing is stored here: captures are written nearer to the network,
by :class:`crawler.crawl.capture.CaptureMiddleware`.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached

from crawler import clock
from crawler.archive.catalog.capture_rows import GOOD
from crawler.crawl.context import RunContext
from crawler.crawl.politeness.robots_text import AGE, REDIRECTS, tells
from crawler.crawl.request_meta import request_meta, update_meta
from crawler.markup.links.same_place import origin
from crawler.warc.reader import DamagedRecord, Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow

logger = logging.getLogger(__name__)

#: So many captures of one address are looked at for one of an origin.
_CAPTURES_READ = 1_000

#: A validator that comes to the server as it came from there: without control characters, in UTF-8.
_SENDABLE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ufffd]+")


def as_response(url: str, record: Record) -> Response:
    """A record as a Scrapy response, its body still encoded as it was sent."""
    headers = Headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in record.headers])
    kind = responsetypes.from_args(headers=headers, url=url, body=record.payload)
    return kind(url=url, status=record.status, headers=headers, body=record.payload)


class ArchiveStorage:
    """``HTTPCACHE_STORAGE``: reads the newest good capture of a URL."""

    def __init__(self, settings: BaseSettings) -> None:
        self._archive: Archive | None = None
        self._canonical: Callable[[str], str] = str
        self._asked: Callable[[Request], str] = lambda request: request.url

    def open_spider(self, spider: Spider) -> None:
        """Open the archive; Scrapy calls this when a crawl begins."""
        context = RunContext.of(spider.crawler)
        self._archive = context.to_read
        if self._archive is not None:
            self._canonical, self._asked = context.site.canonical, context.asked

    def close_spider(self, spider: Spider) -> None:
        """Do nothing: :class:`crawler.crawl.lifecycle.ArchiveLifecycle` closes the archive."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The stored response to ``request``, as it came over the wire; ``None`` if there is none that can be read."""
        url = self._canonical(request.url)
        row = self._row(request, url)
        if row is not None and row.status in REDIRECTS:
            row = self._elsewhere(row, request)
        if row is None or self._archive is None:
            return None
        catalog = self._archive.catalog
        if row.status not in GOOD and request_meta(request).row is None and not (_is_robots(request) and tells(row.status)):
            row = catalog.latest(url, good=True) or row
        try:
            record = self._archive.captures.payloads.read(row)
        except DamagedRecord as error:
            logger.warning("requested again, because its capture cannot be read: %s: %s", request.url, error)
            return None
        # A 304 has no payload: it confirms the capture before it.
        capture = row if row.status != 304 else catalog.latest(url, found=True) or row  # noqa: PLR2004
        update_meta(request, capture=capture, last_asked=row.time)
        return as_response(request.url, record)

    def _row(self, request: Request, url: str) -> CaptureRow | None:
        """The capture that the request names, if it is of this address (a redirect may have led here); else the newest one."""
        if self._archive is None or request.method != "GET":
            return None
        number = request_meta(request).row
        wanted = None if number is None else self._archive.catalog.capture(number)
        return wanted if wanted is not None and wanted.url == url else self._archive.catalog.latest(url)

    def _elsewhere(self, row: CaptureRow, request: Request) -> CaptureRow | None:
        """The newest capture that answers a request, where the newest of all is a redirect.

        One that led from another origin of the site to this one (from ``http`` to ``https``) would lead in a circle.
        """
        if self._archive is None or self._canonical(self._archive.captures.payloads.location(row)) != row.url:
            return row
        place = origin(self._asked(request))
        for other in islice(self._archive.catalog.newest_first(row.url), _CAPTURES_READ):
            if other.status not in REDIRECTS or origin(self._archive.captures.payloads.asked(other)) == place:
                return other
        return None

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Do nothing: the capture middleware stores responses."""


class ArchivePolicy:
    """``HTTPCACHE_POLICY``: always ask the site whether the archived response is still valid (RFC 9110, 13).

    Freshness lifetimes are ignored: a listing may be stale a minute after its site calls it fresh. An archived response
    is the answer only with ``ARCHIVE_FIRST`` or ``ARCHIVE_ONLY``, or for a request with ``from_archive``.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._archive_first = settings.getbool("ARCHIVE_FIRST") or settings.getbool("ARCHIVE_ONLY")

    def should_cache_request(self, request: Request) -> bool:
        """Whether the archive may have the response."""
        return request.url.startswith(("http://", "https://"))

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Never: the capture middleware stores responses."""
        return False

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Whether the archived response is the answer. If it is not, ``request`` becomes conditional."""
        if _is_robots(request) and not tells(cachedresponse.status) and cachedresponse.status not in REDIRECTS:
            return False
        if self._archive_first or request_meta(request).from_archive or _is_recent_robots(request):
            return True
        if cachedresponse.status != 200:  # noqa: PLR2004
            return False
        for condition, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            value = cachedresponse.headers.get(validator)
            if value and _SENDABLE.fullmatch(value.decode("utf-8", "replace")):
                request.headers[condition] = value
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """Whether the archived response is still valid: only a 304 confirms that; a 5xx does not."""
        return response.status == 304  # noqa: PLR2004


def _is_robots(request: Request) -> bool:
    return urlparse_cached(request).path == "/robots.txt"


def _is_recent_robots(request: Request) -> bool:
    if not _is_robots(request):
        return False
    return clock.now() - datetime.fromisoformat(request_meta(request).last_asked) < AGE
