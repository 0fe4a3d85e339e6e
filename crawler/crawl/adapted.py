"""Scrapy's own downloader middlewares, each adapted in one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import redirect
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from crawler.warc.content_encoding import decoded, unsaid_coding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.http import Response


class DecodingMiddleware(HttpCompressionMiddleware):
    """Undoes content encodings with the function that reads captures, so that a crawl and a rebuild see the same bytes."""

    def _handle_encoding(self, body: bytes, content_encoding: Iterable[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        codings = [("content-encoding", value.decode("ascii", "replace")) for value in content_encoding]
        return decoded(body, codings, max_size), []

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Decode the body; one without a header is decoded if its first bytes tell how."""
        if "Content-Encoding" not in response.headers and unsaid_coding(response.body):
            return response.replace(body=decoded(response.body, (), request.meta.get("download_maxsize", self._max_size)))
        return super().process_response(request, response)


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Follows redirects without a ``Referer`` header; :mod:`crawler.crawl.scope` decides where they may lead."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Do nothing: requests have no such header here."""

    def _engine_started(self) -> None:
        """Do nothing: Scrapy looks for its referer middleware here, and warns if it is missing."""
