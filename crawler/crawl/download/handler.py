"""What both download handlers do: they ask the origin that the setting ``ORIGINS`` names, and each error is one line."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from pydispatch.dispatcher import getAllReceivers, liveReceivers
from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy_download_handlers_incubator.handlers._base_streaming import BaseStreamingDownloadHandler

from crawler.crawl.context import RunContext
from crawler.crawl.download.errors import root_cause
from crawler.crawl.download.header_pairs import header_pairs
from crawler.crawl.origins import mapped, read_origins
from crawler.markup.links.address import split

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers

logger = logging.getLogger(__name__)
_NETWORK_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
_LOWEST_STATUS = 100
#: Keys of a request's meta that ask for something while its response is read.
_SPECIAL = frozenset(("download_fail_on_dataloss", "download_warnsize"))


class BadCertificate(Exception):
    """The host's certificate cannot be trusted. The request is not retried, because that would not help."""


class OriginsMixin(BaseStreamingDownloadHandler[Any]):
    """Goes before a handler of Scrapy's incubator: requests go to mapped origins, and each error is one line."""

    lazy = True
    experimental = False  # so that Scrapy does not warn; our tests cover the handler
    #: Whether a part of a response is of interest to nobody; decided at the first response, when all components are there.
    _takes_whole: bool | None = None

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._context = RunContext.of(crawler)
        self._origins = read_origins(crawler.settings.getdict("ORIGINS"))
        self._distrusted: set[str] = set()
        self._fail_on_dataloss_warned = True  # the run names what was cut off; Scrapy's line would have a person keep it

    async def download_request(self, request: Request) -> Response:
        """The response to ``request``.

        :raises BadCertificate: with the host, the reason, and the setting that turns the check off.
        :raises DownloadFailedError: if it is no HTTP.
        """
        try:
            response = await super().download_request(request)
        except _NETWORK_ERRORS as error:
            reason = root_cause(error)
            host = split(self._place(request)).netloc
            if "certificate" in reason.lower():
                raise self._bad_certificate(host, reason) from error
            raise type(error)(f"{host}: {reason}") from error
        except ValueError as error:  # a Content-Length that is no number, or a host that is no name
            host = split(self._place(request)).netloc
            raise DownloadFailedError(f"{host}: {root_cause(error)}") from error
        if response.status < _LOWEST_STATUS:  # what no reader of captures takes for HTTP
            host = split(self._place(request)).netloc
            raise DownloadFailedError(f"{host}: {response.status:03} is no status of HTTP")
        return response

    def _make_request(self, request: Request, timeout: float) -> AbstractAsyncContextManager[Any]:
        """Send the request to the mapped origin."""
        asked = cast("Request", _MappedRequest(request, self._place(request)))
        return super()._make_request(asked, timeout)  # type: ignore[safe-super]

    def _place(self, request: Request) -> str:
        """The address that is asked for a request: where the site says it is, and there the mapped origin."""
        return mapped(self._context.asked(request), self._origins)

    def _utf8_request_headers(self, request: Request) -> list[tuple[str, str]]:
        """The request's headers, which a handler without proxies sends as they are."""
        try:
            return [(name.decode(), value.decode()) for name, value in header_pairs(request.headers)]
        except UnicodeDecodeError:
            return super()._utf8_request_headers(request)

    async def _read_response(self, response: Any, request: Request) -> Response:
        """Read a response. One whose length is known is read at once, unless somebody wants its parts as they come."""
        if self._takes_whole is None:
            self._takes_whole = self._may_take_whole()
        headers = self._extract_headers(response)
        length = headers.get(b"Content-Length")
        largest = request.meta.get("download_maxsize", self._default_maxsize)
        if not self._takes_whole or length is None or 0 < largest < int(length) or not _SPECIAL.isdisjoint(request.meta):
            return await super()._read_response(response, request)
        try:
            body = await self._body(response)
        except Exception as error:
            if self._is_dataloss_exception(error):
                raise ResponseDataLossError(str(error)) from error
            raise
        arguments: dict[str, Any] = {**self._build_base_response_args(response, request, headers)}
        del arguments["headers"]
        kind = _kind(headers, request.url, body)
        made = kind(body=body, **arguments)
        made.headers = headers  # these very ones: given to the class, they would be copied
        return made

    async def _body(self, response: Any) -> bytes:
        """The body of a response, whole."""
        raise NotImplementedError

    def _may_take_whole(self) -> bool:
        sender = self.crawler.signals.sender
        wanted = (signals.headers_received, signals.bytes_received)
        has_listeners = any(True for signal in wanted for _ in liveReceivers(getAllReceivers(sender, signal)))
        return self._fail_on_dataloss and not (has_listeners or self._default_warnsize or self._tls_verbose_logging)

    def _bad_certificate(self, host: str, reason: str) -> BadCertificate:
        line = f"the certificate of {host} cannot be trusted ({reason}); if you know why, set DOWNLOAD_VERIFY_CERTIFICATES=0"
        if host not in self._distrusted:
            self._distrusted.add(host)
            logger.error("%s", line)
        return BadCertificate(line)


def _kind(headers: Headers, url: str, body: bytes) -> type[Response]:
    """The class of a response, as Scrapy finds it; most tell it by their media type alone."""
    types = dict.get(headers, b"Content-Type")
    if types and not dict.__contains__(headers, b"Content-Encoding"):
        kind = _kind_of_type(types[-1])
        if kind is not Response:
            return kind
    return responsetypes.from_args(headers=headers, url=url, body=body)


@lru_cache(maxsize=64)
def _kind_of_type(content_type: bytes) -> type[Response]:
    return responsetypes.from_content_type(content_type)


class _MappedRequest:
    """A request with another URL, which is sent as it is written; without the cost of a copy."""

    __slots__ = ("_request", "body", "headers", "meta", "method", "url")

    headers: Headers

    def __init__(self, request: Request, url: str) -> None:
        self._request = request
        self.url = url
        self.meta = request.meta | {"verbatim_url": True}
        self.method, self.headers, self.body = request.method, request.headers, request.body

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)
