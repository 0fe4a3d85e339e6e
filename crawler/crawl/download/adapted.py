"""Scrapy's own downloader middlewares, each adapted in one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import redirect
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.markup.links.address import absolute, from_header
from crawler.warc.content_encoding import decoded, unsaid_coding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sites.site import Site

_REDIRECTS = (301, 302, 303, 307, 308)
#: Headers by which an address is asked whether its own page has changed.
_CONDITIONS = ("If-None-Match", "If-Modified-Since")


class BadRedirect(IgnoreRequest):
    """A redirect leads to what is no address."""


class RedirectLoop(IgnoreRequest):
    """Redirects lead in a circle; without cookies, no further round ends it."""


class DecodingMiddleware(HttpCompressionMiddleware):
    """Undoes content encodings with the function that reads captures, so that a crawl and a rebuild see the same bytes."""

    def _handle_encoding(self, body: bytes, content_encoding: Iterable[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        codings = [("content-encoding", value.decode("ascii", "replace")) for value in content_encoding]
        return decoded(body, codings, max_size), []

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Decode the body; one without a header is decoded if its first bytes tell how."""
        if b"Content-Encoding" not in response.headers:
            if not unsaid_coding(response.body):
                return response
            return response.replace(body=decoded(response.body, (), request.meta.get("download_maxsize", self._max_size)))
        return super().process_response(request, response)


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Follows redirects without a ``Referer`` header; :mod:`crawler.crawl.scope` decides where they may lead."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request for where a redirect leads, as a browser would make it; any other response, with its canonical address.

        :raises IgnoreRequest: if it leads to what is no address, or for the second time to one that was asked already.
        """
        location = response.headers.get("Location")
        if location is not None and response.status in _REDIRECTS and not request.meta.get("handle_httpstatus_all"):
            written = from_header(location)
            url = absolute(request.url, written)
            if url is None or not url.startswith(("http://", "https://")):
                raise BadRedirect(f"is redirected to {written[:200]!r}, which no browser can follow")
            if [*request.meta.get("redirect_urls", ()), request.url].count(url) > 1:
                raise RedirectLoop(f"is redirected in a circle, again and again to {url}")
            response = response.replace(headers={**response.headers, "Location": url})
        result = super().process_response(request, response)
        for name in _CONDITIONS if isinstance(result, Request) else ():  # another page's answer to them would be a 304
            result.headers.pop(name, None)
        site: Site | None = getattr(self.crawler.spidercls, "site", None)
        if site is not None and isinstance(result, Response) and "redirect_urls" in request.meta:
            return result.replace(url=site.canonical(result.url))
        return result

    def handle_referer(self, request: Request, response: Response) -> None:
        """Do nothing: requests have no such header here."""

    def _engine_started(self) -> None:
        """Do nothing: Scrapy looks for its referer middleware here, and warns if it is missing."""
