"""Content codings undone in a crawl just as they are for a rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from crawler.warc.content_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable


class DecodingMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, but for how a body is decoded: what exists twice differs, over an unknown coding for one."""

    def _handle_encoding(self, body: bytes, content_encoding: Iterable[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        codings = [("content-encoding", value.decode("ascii", "replace")) for value in content_encoding]
        return decoded(body, codings, max_size), []
