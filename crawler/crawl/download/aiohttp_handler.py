"""The download handler of aiohttp; a module of its own, so that a run imports the library of its own handler alone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from aiohttp.http_exceptions import HttpProcessingError
from scrapy.exceptions import DownloadFailedError
from scrapy_download_handlers_incubator.handlers.aiohttp import AiohttpDownloadHandler

from crawler.crawl.download.errors import innermost
from crawler.crawl.download.handler import OriginsMixin
from crawler.crawl.download.header_pairs import headers_of
from crawler.crawl.request_meta import update_meta
from crawler.warc.record import ResponseHead

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from crawler.crawl.download.reqwest_handler import ReqwestHandler

#: The longest header, and the most headers, of a response: aiohttp's own limits are below what some sites send.
_LONGEST_HEADER, _MOST_HEADERS = 256 * 1024, 10_000


class AiohttpHandler(OriginsMixin, AiohttpDownloadHandler):  # type: ignore[misc]
    """Uses aiohttp, which passes on every header as it came, and the IP address (see docs/settings.md)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session._max_line_size = self._session._max_field_size = _LONGEST_HEADER  # noqa: SLF001 - the base makes it
        self._session._max_headers = _MOST_HEADERS  # noqa: SLF001
        #: The addresses whose heads aiohttp refuses; a retry asks for them with reqwest, which refuses others.
        self._refused: set[str] = set()

    @cached_property
    def _other(self) -> ReqwestHandler:
        from crawler.crawl.download.reqwest_handler import ReqwestHandler  # noqa: PLC0415 - few sites need it

        return ReqwestHandler(self.crawler)

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
    def _extract_headers(response: Any) -> Headers:
        return headers_of(response.raw_headers)

    async def _body(self, response: Any) -> bytes:
        body: bytes = await response.content.read()
        return body

    @staticmethod
    def _build_base_response_args(response: Any, request: Request, headers: Headers) -> Any:
        """Note the head as it came, too: Scrapy's headers change the case of names, and the order."""
        reason = (response.reason or "").encode("utf-8", "surrogateescape")
        update_meta(request, head=ResponseHead(reason, list(response.raw_headers)))
        return AiohttpDownloadHandler._build_base_response_args(response, request, headers)  # noqa: SLF001 - this overrides it
