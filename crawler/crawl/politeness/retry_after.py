"""Waits as long as a server asks for (``Retry-After`` on 429, 503 and redirects; RFC 9110, 10.2.3)."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.utils.httpobj import urlparse_cached

from crawler import clock
from crawler.crawl.politeness.left_alone import HostLeftAlone
from crawler.markup.links.address import absolute, from_header

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
_BUSY, _REDIRECTS = (429, 503), (301, 302, 303, 307, 308)
#: Longer pauses are taken for this one: a year.
_LONGEST = 366 * 86_400.0
#: No number of seconds and no date has more characters.
_LONGEST_VALUE = 64
_SECONDS = re.compile(r"\d+(?:\.\d*)?", re.ASCII)


class HostResting(HostLeftAlone):
    """A host asked for a longer pause than ``RETRY_AFTER_MAX``."""


class RetryAfterMiddleware:
    """Holds back all requests to a host until the time that it named, and the request of a redirect that names one.

    It is between Scrapy's retry and redirect middlewares (550, 600), which make further requests, and the network.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        #: By host, or by the address that a redirect leads to.
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Make the component."""
        return cls(crawler.settings.getfloat("RETRY_AFTER_MAX"))

    def rests(self) -> dict[str, float]:
        """The seconds that each host still rests, at a server's request."""
        now = monotonic()
        return {host: rest for host, until in self._until.items() if "/" not in host and (rest := until - now) > 0}

    def hold(self, host: str, rest: float) -> None:
        """Leave a host alone for so many seconds, because it asked another worker for that."""
        self._until[host] = max(self._until.get(host, 0.0), monotonic() + rest)

    def process_request(self, request: Request) -> Awaitable[None] | None:
        """Let a request pass, unless its host is to be left alone."""
        return self._rested(request) if self._until else None

    async def _rested(self, request: Request) -> None:
        """Wait until the host may be asked again.

        :raises HostResting: if that takes more than ``RETRY_AFTER_MAX`` seconds.
        """
        host = urlparse_cached(request).netloc
        while (rest := max(self._until.get(host, 0.0), self._until.get(request.url, 0.0)) - monotonic()) > 0:
            if rest > self._longest:
                raise HostResting(
                    f"{host} asked to be left alone for {rest:.0f} s more (RETRY_AFTER_MAX is {self._longest:.0f})"
                )
            await asyncio.sleep(rest)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the pause that the host asks for."""
        if "Retry-After" not in response.headers or "cached" in response.flags:
            return response
        host, location = urlparse_cached(request).netloc, response.headers.get("Location")
        if response.status in _BUSY:
            held = host
        elif response.status in _REDIRECTS and location:
            held = _target(request.url, location)
        else:
            return response
        rest = seconds(response.headers.get("Retry-After"), response.headers.get("Date"), clock.now())
        if rest > 0:
            self._until[held] = max(self._until.get(held, 0.0), monotonic() + rest)
            logger.info("%s asked for a pause of %.0f s (HTTP %d)", host, rest, response.status)
        return response


def _target(url: str, location: bytes) -> str:
    """The address that a redirect leads to, as the redirect middleware reads it; empty if it is none."""
    return absolute(url, from_header(location)) or ""


def seconds(value: bytes | None, date: bytes | None, now: datetime) -> float:
    """The seconds to wait by a ``Retry-After`` value, which is a number or an HTTP date; 0 if it is neither, or is over.

    :param date: the ``Date`` of the response, by which a date is measured, for a server's clock may be wrong.
    :param now: the time of this machine, for a response without a ``Date``.

    >>> noon = datetime(2022, 3, 1, 12, tzinfo=UTC)
    >>> seconds(b"120", None, noon), seconds(b"Tue, 01 Mar 2022 12:01:00 GMT", None, noon)
    (120.0, 60.0)
    >>> seconds(b"Tue, 01 Mar 2022 13:01:00 GMT", b"Tue, 01 Mar 2022 13:00:30 GMT", noon)
    30.0
    """
    text = _text(value)
    if _SECONDS.fullmatch(text):
        return min(float(text), _LONGEST)
    moment = _moment(text)
    if moment is None:
        return 0.0
    return min(max(0.0, (moment - (_moment(_text(date)) or now)).total_seconds()), _LONGEST)


def _text(value: bytes | None) -> str:
    return (value or b"").strip()[:_LONGEST_VALUE].decode("ascii", "replace")


def _moment(text: str) -> datetime | None:
    """The time of an HTTP date in any of its three forms (RFC 9110, 5.6.7); ``None`` if it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
