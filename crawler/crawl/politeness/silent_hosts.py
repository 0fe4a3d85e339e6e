"""A host that has stopped answering is left to the next run: waiting for it with every page would stop this one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.crawl.politeness.left_alone import HostLeftAlone
from crawler.crawl.request_meta import request_meta

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: So many requests in a row fail, with all their retries, before a host gets no more requests.
MAX_FAILURES = 3
_SERVER_ERROR = 500


class HostSilent(HostLeftAlone):
    """A host failed too many times in a row."""


class SilentHostsMiddleware:
    """Counts failed requests of each host. It is below Scrapy's retries (550) and above the HTTP cache (900)."""

    def __init__(self, retries: int) -> None:
        self._retries = retries
        self._failures: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SilentHostsMiddleware:
        """Make the component."""
        return cls(crawler.settings.getint("RETRY_TIMES") if crawler.settings.getbool("RETRY_ENABLED") else 0)

    def process_request(self, request: Request) -> None:
        """Let a request pass.

        :raises HostSilent: if its host failed too often.
        """
        if not self._failures:
            return
        host = urlparse_cached(request).netloc
        if self._failures[host] >= MAX_FAILURES and not request_meta(request).from_archive:
            raise HostSilent(f"{host} did not answer {MAX_FAILURES} requests in a row and is left to the next run")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count a server error; any other response sets the count back to 0."""
        if response.status < _SERVER_ERROR:
            if self._failures:
                self._failures.pop(urlparse_cached(request).netloc, None)
        elif "cached" not in response.flags:
            self._failed(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a failure of the network."""
        if not isinstance(exception, IgnoreRequest):
            self._failed(request)

    def _failed(self, request: Request) -> None:
        if request.meta.get("retry_times", 0) >= self._retries:
            self._failures[urlparse_cached(request).netloc] += 1
