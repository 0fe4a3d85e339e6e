"""A host that does not answer any more is left to the next run: waiting for it anew for every page would stop this one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.crawl.asked import asked

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Requests given up in a row, all their retries used up, after which a host is asked for nothing more.
PATIENCE = 3
_SERVER_ERROR = 500


class HostSilent(IgnoreRequest):
    """A host failed too many times in a row."""


class PatienceMiddleware:
    """Sits below Scrapy's retries and above the archive, which answers for no host."""

    def __init__(self, retries: int) -> None:
        self._retries = retries
        self._given_up: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PatienceMiddleware:
        """Scrapy's way to make a component."""
        return cls(crawler.settings.getint("RETRY_TIMES") if crawler.settings.getbool("RETRY_ENABLED") else 0)

    def process_request(self, request: Request) -> None:
        """Let the request pass.

        :raises HostSilent: if its host failed too often.
        """
        host = urlparse_cached(request).netloc
        if self._given_up[host] >= PATIENCE and not asked(request).from_archive:
            raise HostSilent(f"{host} did not answer {PATIENCE} requests in a row and is left to the next run")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count server errors; any other answer shows that the host is well."""
        host = urlparse_cached(request).netloc
        if response.status < _SERVER_ERROR:
            self._given_up[host] = 0
        elif "cached" not in response.flags:
            self._failed(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a failure of the network."""
        if not isinstance(exception, IgnoreRequest):
            self._failed(request)

    def _failed(self, request: Request) -> None:
        if request.meta.get("retry_times", 0) >= self._retries:
            self._given_up[urlparse_cached(request).netloc] += 1
