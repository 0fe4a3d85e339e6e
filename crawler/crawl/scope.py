"""What a run never asks: hosts outside of the site's scope and, with ``ARCHIVE_ONLY``, any host at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.httpobj import urlparse_cached

from crawler.crawl.context import RunContext
from crawler.markup.links.address import split

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

#: What :class:`ScopeMiddleware` says of a redirect: where it leads.
_LED_AWAY = re.compile(
    r"(https?://[^\s()]{1,2000}?)(/robots\.txt)?+ is not on a host of the site \([^\s()]{1,2000} redirects there\)"
)


class OutOfScope(IgnoreRequest):
    """The request goes to a host that is not the site's."""


class NotArchived(IgnoreRequest):
    """The archive has no capture of the page, and ``ARCHIVE_ONLY`` forbids to ask the network."""


class ScopeMiddleware:
    """Lets requests pass to the spider's hosts (``scope``, else ``allowed_domains``) over HTTP(S), on their own ports.

    Scrapy's own off-site middleware lets requests with ``dont_filter`` pass, includes subdomains and ignores ports;
    an archive's scope is exact, whatever a page, a feed or a redirect says.
    """

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        """Make the component; not for a spider that declares no hosts (``scrapy shell``'s default)."""
        hosts = getattr(crawler.spider, "scope", None) or getattr(crawler.spidercls, "allowed_domains", None)
        if not hosts:
            raise NotConfigured
        return cls(frozenset(hosts))

    def process_request(self, request: Request) -> None:
        """Let a request in scope pass.

        :raises OutOfScope: for any other.
        """
        parts = urlparse_cached(request)
        if parts.netloc not in self._hosts or parts.scheme not in ("http", "https"):
            redirected = request.meta.get("redirect_urls")
            origin = f" ({redirected[0]} redirects there)" if redirected else ""
            raise OutOfScope(f"{request.url} is not on a host of the site{origin}")


def led_away_to(home: str, reason: str) -> str:
    """The home page on another host to which a redirect of the site leads, by the reason for a failure; empty if none does.

    >>> reason = "https://b.example/robots.txt is not on a host of the site (https://a.example/robots.txt redirects there)"
    >>> led_away_to("https://a.example/notes/", f"robots.txt could not be had ({reason})")
    'https://b.example/notes/'
    >>> led_away_to("https://a.example/", reason.replace("robots.txt", "")), led_away_to("https://a.example/", "HTTP 404")
    ('https://b.example/', '')
    """
    found = _LED_AWAY.search(reason)
    return found[1] + (split(home).path if found[2] else "") if found else ""


class ArchiveOnlyMiddleware:
    """Refuses every request. It is beyond Scrapy's HTTP cache (900), so the archive could not answer what comes here."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveOnlyMiddleware:
        """Make the component; only with ``ARCHIVE_ONLY``."""
        if not RunContext.of(crawler).archive_only:
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        """Refuse the request.

        :raises NotArchived: always.
        """
        raise NotArchived("not in the archive")
