"""Scrapy's redirects, for a crawl that sends no ``Referer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import redirect

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Follows redirects; where they may lead is the off-site middleware's to say."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Nothing: requests have no such header here."""

    def _engine_started(self) -> None:
        """Scrapy looks for its referer middleware here and warns when there is none, overridden method or not."""
