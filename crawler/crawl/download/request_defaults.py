"""What each request has that does not say otherwise: the time that it may take, default headers, and the user agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.utils.python import without_none_values

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class RequestDefaultsMiddleware:
    """Does in one step what three of Scrapy's middlewares do, each of which converts every header for every request."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        headers = Headers(without_none_values(settings["DEFAULT_REQUEST_HEADERS"]))
        if settings["USER_AGENT"]:
            headers.setdefault(b"User-Agent", settings["USER_AGENT"])
        self._headers = dict(headers.items())
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RequestDefaultsMiddleware:
        """Make the component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add what the request lacks."""
        if self._timeout:
            request.meta.setdefault("download_timeout", self._timeout)
        headers = request.headers
        for name, values in self._headers.items():
            if not dict.__contains__(headers, name):
                dict.__setitem__(headers, name, list(values))
