"""From a post page to its companion: the further document that has the post's text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import as_written
from crawler.derive.redirects import may_answer, with_targets
from crawler.derive.visits import is_answer, likeliest_companion
from crawler.errors import short_reason
from crawler.items import Exchange

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.sites.parsed import ParsedPage


class Companions:
    """Requests the companions of posts; ``with_pages``: also the page that shows a companion to a person."""

    def __init__(self, crawler: Crawler, *, with_pages: bool) -> None:
        self._crawler = crawler
        self._context = RunContext.of(crawler)
        self._site = self._context.site
        self._report = self._context.report
        self._with_pages = with_pages

    async def fetch(self, parsed: ParsedPage, *, captured_now: bool = False, unchanged: bool = False) -> list[Exchange]:
        """Request the companion of a post, host after host, until one has the text.

        If the page is unchanged since an earlier visit, only the likeliest host is requested again: for a text that came late,
        or, when the post is old, to see whether the text is still there. While no host had the text, those that never answered
        are requested, too.

        :param captured_now: whether this run captured the page; if so, no companion can have been captured after it.
        :param unchanged: whether the page is unchanged since an earlier visit.
        :returns: the companions that were received; in a read-only run, first the one that the archive has.
        """
        urls, received = self._site.companions(parsed), list[Exchange]()
        if not urls:
            return []
        if self._context.archive_only:
            if self._archived(urls) is None:
                self._report.failed(urls[0], "not in the archive, nor a companion of another host")
        else:
            page = self._site.companion_page(parsed) if self._with_pages else None
            if page is not None:
                await self._download(page)
            to_request = self._once_more(parsed, urls) if unchanged else urls
            if not captured_now and not unchanged and self._was_cut_short(urls, parsed.page):
                to_request = []
            reasons: dict[str, str] = {}
            received = await self._until_text(to_request, reasons)
            if to_request and not received and not (unchanged and self._archived(urls)):
                self._report.failed(urls[0], reasons.get(urls[0]) or next(iter(reasons.values()), "no answer"))
        known = None if self._context.writes else self._archived(urls)
        return received if known is None else [known, *received]

    def _once_more(self, parsed: ParsedPage, urls: list[str]) -> list[str]:
        """The addresses to request for the companion of an unchanged page."""
        known = self._archived(urls)
        if known is None or not self._site.has_text(known):
            return urls[:1] + [url for url in urls[1:] if self._context.latest(url) is None]
        again = self._site.companions_again
        return urls[:1] if again is not None and clock.now() - parsed.published >= again else []

    async def _until_text(self, urls: list[str], reasons: dict[str, str]) -> list[Exchange]:
        """The companions at these addresses, up to the first that has the text; ``reasons`` gets why others gave none."""
        received = []
        for url in urls:
            companion = await self._download(url, reasons)
            if companion is not None:
                received.append(companion)
                if self._site.has_text(companion):
                    break
        return received

    def _archived(self, urls: list[str], since: str = "") -> Exchange | None:
        """The likeliest companion that the archive has of these addresses, captured at ``since`` or later."""
        archive = self._context.to_read
        if archive is None:
            return None
        catalog, payloads = archive.catalog, archive.captures.payloads
        urls = with_targets(self._site, urls, catalog.history, payloads.location)
        rows = [row for row in catalog.history(urls) if row.time >= since]
        return likeliest_companion(rows, urls, payloads.exchange, self._site.has_text)

    def _was_cut_short(self, urls: list[str], page: Exchange) -> bool:
        """Whether the text was captured after the page: an earlier run ended between this capture and the post."""
        companion = self._archived(urls, page.capture.time) if page.capture else None
        return companion is not None and self._site.has_text(companion) is True

    async def _download(self, url: str, reasons: dict[str, str] | None = None) -> Exchange | None:
        """The companion at ``url``, of any status; ``None`` if there is none, and why in ``reasons``."""
        assert self._crawler.engine is not None
        reasons = {} if reasons is None else reasons
        try:
            response = await self._crawler.engine.download_async(Request(url, meta=as_written(url) | self._cache_meta(url)))
        except IgnoreRequest as error:
            reasons[url] = str(error) or "not allowed by robots.txt"
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            reasons[url] = short_reason(error)
        else:
            companion = self._context.exchange(response)
            is_companion = is_answer(companion.status) and self._site.has_text(companion) is not None
            if is_companion and may_answer(self._site, [url], response.url):
                return companion._replace(url=url)  # a redirected answer is an answer to what was asked
            led = f"led to {response.url}, which is something else: " if response.url != url else ""
            reasons[url] = f"{led}HTTP {response.status}, and not the document asked for"
        return None

    def _cache_meta(self, url: str) -> dict[str, Any]:
        """Turns the cache off where the last capture is no companion, or a 304 would give the same capture again."""
        archive = self._context.to_read
        row = archive.catalog.latest(url, found=True) if archive else None
        if archive is None or row is None:
            return {}
        companion = archive.captures.payloads.exchange(row)
        return {"dont_cache": True} if companion is None or self._site.has_text(companion) is None else {}
