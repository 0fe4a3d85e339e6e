"""Scrapy's own downloader middlewares, each adapted in one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import redirect
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.warc.content_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request, Spider
    from scrapy.http import Response


class DecodingMiddleware(HttpCompressionMiddleware):
    """Undoes content encodings with the function that reads captures, so that a crawl and a rebuild see the same bytes."""

    def _handle_encoding(self, body: bytes, content_encoding: Iterable[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        codings = [("content-encoding", value.decode("ascii", "replace")) for value in content_encoding]
        return decoded(body, codings, max_size), []


class BadRedirect(IgnoreRequest):
    """A redirect leads to no web address."""


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Follows redirects without a ``Referer`` header; :mod:`crawler.crawl.scope` decides where they may lead."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """The request that a redirect leads to.

        :raises BadRedirect: if it leads to no web address.
        """
        try:
            return super().process_response(request, response)
        except ValueError as error:
            location = str(response.headers.get("Location"))[1:][:100]
            raise BadRedirect(f"redirects to {location}, which is no web address: {error}") from error

    def handle_referer(self, request: Request, response: Response) -> None:
        """Do nothing: requests have no such header here."""

    def _engine_started(self) -> None:
        """Do nothing: Scrapy looks for its referer middleware here, and warns if it is missing."""
