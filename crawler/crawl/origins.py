"""Download handlers that replace the canonical origin of a request by the origin to ask (setting ``ORIGINS``).

Everything else (spiders, captures, robots.txt, delays) uses canonical URLs, wherever the bytes come from.
"""

from __future__ import annotations

import logging
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from aiohttp import ServerDisconnectedError
from aiohttp.http_exceptions import HttpProcessingError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy_download_handlers_incubator.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy_download_handlers_incubator.handlers.aiohttp import AiohttpDownloadHandler
from scrapy_download_handlers_incubator.handlers.pyreqwest import PyreqwestDownloadHandler

from crawler.crawl.request_meta import update_meta
from crawler.markup.address import split
from crawler.warc.record import ResponseHead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

logger = logging.getLogger(__name__)
_NETWORK_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
#: The longest header, and the most headers, of a response: aiohttp's own limits are below what some sites send.
_LONGEST_HEADER, _MOST_HEADERS = 256 * 1024, 10_000


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
        except ValueError as error:  # a Content-Length that is no number, or a host that is no name
            host = split(mapped(request.url, self._origins)).netloc
            raise DownloadFailedError(f"{host}: {root_cause(error)}") from error

    def _make_request(self, request: Request, timeout: float) -> AbstractAsyncContextManager[Any]:
        """Send the request to the mapped origin."""
        asked = cast("Request", _MappedRequest(request, mapped(request.url, self._origins)))
        return super()._make_request(asked, timeout)  # type: ignore[safe-super]

    def _bad_certificate(self, host: str, reason: str) -> BadCertificate:
        line = f"the certificate of {host} cannot be trusted ({reason}); if you know why, set DOWNLOAD_VERIFY_CERTIFICATES=0"
        if host not in self._distrusted:
            self._distrusted.add(host)
            logger.error("%s", line)
        return BadCertificate(line)


class AddressedOriginDownloadHandler(_OriginsMixin, AiohttpDownloadHandler):  # type: ignore[misc]
    """Uses aiohttp, which passes on every header as it came, and the IP address (see docs/settings.md)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session._max_line_size = self._session._max_field_size = _LONGEST_HEADER  # noqa: SLF001 - the base makes it
        self._session._max_headers = _MOST_HEADERS  # noqa: SLF001
        #: The addresses whose heads aiohttp refuses; a retry asks for them with reqwest, which refuses others.
        self._refused: set[str] = set()

    @cached_property
    def _other(self) -> OriginDownloadHandler:
        return OriginDownloadHandler(self.crawler)

    async def download_request(self, request: Request) -> Response:
        """The response to ``request``."""
        if request.url in self._refused:
            return await self._other.download_request(request)
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if isinstance(innermost(error), HttpProcessingError):
                self._refused.add(request.url)
            raise

    async def close(self) -> None:
        """Close the connections."""
        await super().close()
        if self._refused:
            await self._other.close()

    @staticmethod
    def _build_base_response_args(response: Any, request: Request, headers: Headers) -> Any:
        """Note the head as it came, too: Scrapy's headers change the case of names, and the order."""
        reason = (response.reason or "").encode("utf-8", "surrogateescape")
        update_meta(request, head=ResponseHead(reason, list(response.raw_headers)))
        return AiohttpDownloadHandler._build_base_response_args(response, request, headers)  # noqa: SLF001 - this overrides it


class OriginDownloadHandler(_OriginsMixin, PyreqwestDownloadHandler):  # type: ignore[misc]
    """Uses reqwest, which is a little faster and knows HTTP/2; it drops headers that are not ASCII, and IP addresses."""


class _MappedRequest:
    """A request with another URL, which is sent as it is written; without the cost of a copy."""

    __slots__ = ("_request", "meta", "url")

    def __init__(self, request: Request, url: str) -> None:
        self._request = request
        self.url = url
        self.meta = request.meta | {"verbatim_url": True}

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


def innermost(error: BaseException) -> BaseException:
    """The cause of an error's cause, and so on to the first."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def root_cause(error: BaseException) -> str:
    """The text of an error's innermost cause, in one line."""
    if isinstance(error, DownloadTimeoutError):
        return "no whole answer within DOWNLOAD_TIMEOUT"
    error = innermost(error)
    if isinstance(error, ServerDisconnectedError):
        return "the connection was closed before the answer"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 1:  # 1 and less: errors of TLS, and of names
        return os.strerror(error.errno)
    text = getattr(error, "message", "") or str(error)
    details = getattr(error, "details", None)
    if isinstance(details, dict) and details.get("causes"):
        text = details["causes"][-1]["message"]
    elif error.args[1:] and isinstance(error.args[0], int):
        text = error.args[1]  # errors of names and of TLS have a number first
    return " ".join(str(text).split())[:300] or type(error).__name__
