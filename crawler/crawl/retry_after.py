"""Waits as long as a server asks for (``Retry-After`` on 429 and 503, RFC 9110, 10.2.3)."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler import clock

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
_STATUSES = (429, 503)


class HostResting(IgnoreRequest):
    """A host asked for a longer pause than ``RETRY_AFTER_MAX``."""


class RetryAfterMiddleware:
    """Holds back all requests to a host until the time that it named.

    It is between Scrapy's retry middleware (550), which repeats the request, and the network.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Make the component."""
        return cls(crawler.settings.getfloat("RETRY_AFTER_MAX"))

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again.

        :raises HostResting: if that takes more than ``RETRY_AFTER_MAX`` seconds.
        """
        host = urlparse_cached(request).netloc
        while host in self._until and (rest := self._until[host] - monotonic()) > 0:
            if rest > self._longest:
                raise HostResting(
                    f"{host} asked to be left alone for {rest:.0f} s more (RETRY_AFTER_MAX is {self._longest:.0f})"
                )
            await asyncio.sleep(rest)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the pause that the host asks for."""
        if response.status in _STATUSES and "cached" not in response.flags:
            rest = seconds(response.headers.get("Retry-After"), clock.now())
            if rest > 0:
                host = urlparse_cached(request).netloc
                self._until[host] = max(self._until.get(host, 0), monotonic() + rest)
                logger.info("%s asked for a pause of %.0f s (HTTP %d)", host, rest, response.status)
        return response


def seconds(value: bytes | None, now: datetime) -> float:
    """The seconds to wait by a ``Retry-After`` value, which is a number or an HTTP date; 0 if it is neither.

    >>> seconds(b"120", datetime(2022, 3, 1, tzinfo=UTC))
    120.0
    >>> seconds(b"Tue, 01 Mar 2022 00:01:00 GMT", datetime(2022, 3, 1, tzinfo=UTC))
    60.0
    """
    text = (value or b"").decode("ascii", "replace").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
