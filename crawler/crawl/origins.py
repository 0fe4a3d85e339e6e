"""Download handlers that replace the canonical origin of a request by the origin to ask (setting ``ORIGINS``).

Everything else (spiders, captures, robots.txt, delays) uses canonical URLs, wherever the bytes come from.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy_download_handlers_incubator.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy_download_handlers_incubator.handlers.aiohttp import AiohttpDownloadHandler
from scrapy_download_handlers_incubator.handlers.pyreqwest import PyreqwestDownloadHandler

from crawler.markup.address import split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
_NETWORK_ERRORS = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)


class BadCertificate(Exception):
    """The host's certificate cannot be trusted. The request is not retried, because that would not help."""


class _OriginsMixin(BaseStreamingDownloadHandler[Any]):
    """Goes before a handler of Scrapy's incubator: requests go to mapped origins, and each error is one line."""

    lazy = True
    experimental = False  # so that Scrapy does not warn; our tests cover the handler

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._origins = read_origins(crawler.settings.getdict("ORIGINS"))
        self._distrusted: set[str] = set()

    async def download_request(self, request: Request) -> Response:
        """The response to ``request``.

        :raises BadCertificate: with the host, the reason, and the setting that turns the check off.
        """
        try:
            return await super().download_request(request)
        except _NETWORK_ERRORS as error:
            reason = root_cause(error)
            host = split(mapped(request.url, self._origins)).netloc
            if "certificate" in reason.lower():
                raise self._bad_certificate(host, reason) from error
            raise type(error)(f"{host}: {reason}") from error

    def _make_request(self, request: Request, timeout: float) -> AbstractAsyncContextManager[Any]:
        """Send the request to the mapped origin."""
        if self._origins:
            request = cast("Request", _MappedRequest(request, mapped(request.url, self._origins)))
        return super()._make_request(request, timeout)  # type: ignore[safe-super]

    def _bad_certificate(self, host: str, reason: str) -> BadCertificate:
        line = f"the certificate of {host} cannot be trusted ({reason}); if you know why, set DOWNLOAD_VERIFY_CERTIFICATES=0"
        if host not in self._distrusted:
            self._distrusted.add(host)
            logger.error("%s", line)
        return BadCertificate(line)


class OriginDownloadHandler(_OriginsMixin, PyreqwestDownloadHandler):  # type: ignore[misc]
    """Uses reqwest: the fastest of the handlers measured (see benchmarks/). It reports no IP address."""


class AddressedOriginDownloadHandler(_OriginsMixin, AiohttpDownloadHandler):  # type: ignore[misc]
    """Uses aiohttp: slower, but captures get their ``WARC-IP-Address``."""


class _MappedRequest:
    """A request with another URL, without the cost of a copy."""

    __slots__ = ("_request", "url")

    def __init__(self, request: Request, url: str) -> None:
        self._request = request
        self.url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


def read_origins(setting: Mapping[str, str]) -> dict[str, str]:
    """Read and check the setting: canonical origin -> origin to ask, both ``scheme://host[:port]``.

    :raises ValueError: if an entry is not an origin; the text names it.
    """
    origins = {}
    for canonical, target in setting.items():
        for origin in (canonical, target):
            parts = split(str(origin))
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
                raise ValueError(
                    f"ORIGINS: {origin!r} is not an origin; write it like https://example.org or http://127.0.0.1:8080"
                )
        origins[canonical.rstrip("/")] = target.rstrip("/")
    return origins


def mapped(url: str, origins: Mapping[str, str]) -> str:
    """``url`` with its origin replaced by the one to ask.

    >>> mapped("https://example.org/a?b=c", {"https://example.org": "http://127.0.0.1:8080"})
    'http://127.0.0.1:8080/a?b=c'
    """
    if not origins:
        return url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    target = origins.get(f"{scheme}://{host}")
    return url if target is None else target + slash + path


def root_cause(error: BaseException) -> str:
    """The text of an error's innermost cause, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    details = getattr(error, "details", None)
    causes = details.get("causes") if isinstance(details, dict) else None
    text = causes[-1]["message"] if causes else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0][:300]
