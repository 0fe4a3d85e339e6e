"""The download handler of reqwest; a module of its own, so that a run imports the library of its own handler alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy_download_handlers_incubator.handlers.pyreqwest import PyreqwestDownloadHandler

from crawler.crawl.download.handler import OriginsMixin
from crawler.crawl.download.header_pairs import headers_of

if TYPE_CHECKING:
    from scrapy.http import Headers


class ReqwestHandler(OriginsMixin, PyreqwestDownloadHandler):  # type: ignore[misc]
    """Uses reqwest, which is faster and knows HTTP/2; it drops headers that are not ASCII, and IP addresses."""

    @staticmethod
    def _extract_headers(response: Any) -> Headers:
        try:
            return headers_of((name.encode(), value.encode()) for name, value in response.headers.items())
        except ValueError:  # a value that is not ASCII: the base leaves out that header alone
            return PyreqwestDownloadHandler._extract_headers(response)  # noqa: SLF001 - this overrides it

    async def _body(self, response: Any) -> bytes:
        return bytes(await response.bytes())
