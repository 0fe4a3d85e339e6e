"""A host that does not answer any more is left to the next run: waiting for it anew for every page would stop this one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.storage import FROM_ARCHIVE

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

#: Failures in a row, retries counted each, after which a host is asked for nothing more.
PATIENCE = 9
_SERVER_ERROR = 500


class HostSilent(IgnoreRequest):
    """A host failed too many times in a row."""


class PatienceMiddleware:
    """Sits below Scrapy's retries, so that each attempt counts, and above the archive, which answers for no host."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def process_request(self, request: Request) -> None:
        """Let the request pass.

        :raises HostSilent: if its host failed too often.
        """
        host = urlparse_cached(request).netloc
        if self._failures[host] >= PATIENCE and not request.meta.get(FROM_ARCHIVE):
            raise HostSilent(f"{host} failed {PATIENCE} times in a row and is left to the next run")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count server errors; any other answer shows that the host is well."""
        host = urlparse_cached(request).netloc
        if "cached" not in response.flags or response.status < _SERVER_ERROR:
            self._failures[host] = self._failures[host] + 1 if response.status >= _SERVER_ERROR else 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a failure of the network."""
        if not isinstance(exception, IgnoreRequest):
            self._failures[urlparse_cached(request).netloc] += 1
