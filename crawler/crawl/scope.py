"""Nothing outside a site's declared hosts is asked, whatever a page, a feed or a redirect says.

Scrapy's own off-site middleware lets pass what is not to be filtered as a duplicate, takes subdomains in, and
does not look at ports; an archive's scope is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class OutOfScope(IgnoreRequest):
    """A request to a host that is not the site's."""


class ScopeMiddleware:
    """Lets pass what goes to the spider's hosts (``scope``, else ``allowed_domains``) over HTTP(S), on their own ports."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        """Scrapy's way to make a component; not for a spider that declares no hosts (``scrapy shell``'s default)."""
        hosts = getattr(crawler.spider, "scope", None) or getattr(crawler.spidercls, "allowed_domains", None)
        if not hosts:
            raise NotConfigured
        return cls(frozenset(hosts))

    def process_request(self, request: Request) -> None:
        """Pass a request in scope.

        :raises OutOfScope: for any other.
        """
        parts = urlparse_cached(request)
        if parts.netloc not in self._hosts or parts.scheme not in ("http", "https"):
            redirected = request.meta.get("redirect_urls")
            origin = f" ({redirected[0]} redirects there)" if redirected else ""
            raise OutOfScope(f"{request.url} is not on a host of the site{origin}")
