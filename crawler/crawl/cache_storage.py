"""The archive as Scrapy's HTTP cache: what to ask again, what to answer from captures.

Scrapy's ``HttpCacheMiddleware`` asks :class:`ArchiveStorage` for a stored response and
:class:`ArchivePolicy` what to do with it. Nothing is stored here: captures are written nearer to the network,
by :class:`crawler.crawl.capture.CaptureMiddleware`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached

from crawler import clock
from crawler.archive.capture_rows import GOOD
from crawler.crawl.asked import asked, note
from crawler.crawl.context import RunContext
from crawler.warc.reader import DamagedRecord, Record

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.archive.archive import Archive
    from crawler.archive.schema import CaptureRow

logger = logging.getLogger(__name__)

#: How long a robots.txt may be used without asking again (RFC 9309, 2.4).
_ROBOTS_AGE = timedelta(hours=24)
_SERVER_ERROR = 500


def as_response(url: str, record: Record) -> Response:
    """A record as the Scrapy response it was, content coding and all."""
    headers = Headers(record.headers)
    kind = responsetypes.from_args(headers=headers, url=url, body=record.payload)
    return kind(url=url, status=record.status, headers=headers, body=record.payload)


class ArchiveStorage:
    """``HTTPCACHE_STORAGE``: reads the newest good capture of a URL."""

    def __init__(self, settings: BaseSettings) -> None:
        self._archive: Archive | None = None

    def open_spider(self, spider: Spider) -> None:
        """Scrapy's signal that a crawl begins."""
        self._archive = RunContext.of(spider.crawler).to_read

    def close_spider(self, spider: Spider) -> None:
        """Nothing: the archive is closed by the extension that opened it for writing."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The stored response to ``request``, as it came over the wire; ``None`` if there is none that can be read."""
        row = self._row(request)
        if row is None or self._archive is None:
            return None
        catalog = self._archive.catalog
        if row.status not in GOOD and asked(request).row is None:
            row = catalog.latest(request.url, good=True) or row
        try:
            record = self._archive.captures.payloads.read(row)
        except DamagedRecord as error:
            logger.warning("asked again, for its capture cannot be read: %s: %s", request.url, error)
            return None
        # A 304 only says that what was captured before still stands.
        holds = row if row.status != 304 else catalog.latest(request.url, found=True) or row  # noqa: PLR2004
        note(request, capture=holds, last_asked=row.time)
        return as_response(request.url, record)

    def _row(self, request: Request) -> CaptureRow | None:
        """The capture that is wanted: a certain one if it is of this address, not of one that led here; else the newest."""
        if self._archive is None or request.method != "GET":
            return None
        number = asked(request).row
        wanted = None if number is None else self._archive.catalog.capture(number)
        return wanted if wanted is not None and wanted.url == request.url else self._archive.catalog.latest(request.url)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Nothing: see :mod:`crawler.crawl.cache_storage`."""


class ArchivePolicy:
    """``HTTPCACHE_POLICY``: always ask the site whether what is archived still stands (RFC 9110, 13).

    Freshness lifetimes are not looked at: a listing may be stale a minute after its site calls it fresh. Only with
    ``ARCHIVE_FIRST`` or ``ARCHIVE_ONLY``, or for a request marked so, does an archived response answer by itself.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._archive_first = settings.getbool("ARCHIVE_FIRST") or settings.getbool("ARCHIVE_ONLY")

    def should_cache_request(self, request: Request) -> bool:
        """Whether the archive may be looked at."""
        return urlparse_cached(request).scheme in ("http", "https")

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Never: see :mod:`crawler.crawl.cache_storage`."""
        return False

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Whether the archived response is the answer; if not, ``request`` becomes conditional."""
        if self._archive_first or asked(request).from_archive or _is_recent_robots(cachedresponse, request):
            return True
        if cachedresponse.status != 200:  # noqa: PLR2004
            return False
        for condition, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            value = cachedresponse.headers.get(validator)
            if value:
                request.headers[condition] = value
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """Only a 304 says that the archived response still stands; a 5xx says nothing of the kind."""
        return response.status == 304  # noqa: PLR2004


def _is_recent_robots(stored: Response, request: Request) -> bool:
    if urlparse_cached(request).path != "/robots.txt" or stored.status >= _SERVER_ERROR:
        return False
    return clock.now() - datetime.fromisoformat(asked(request).last_asked) < _ROBOTS_AGE
