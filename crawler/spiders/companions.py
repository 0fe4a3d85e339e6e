"""From a post page to its companion: the further document that has the post's text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.derive.visits import is_answer, likeliest
from crawler.errors import short_reason
from crawler.items import Exchange

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.sites.parsed import ParsedPage


class Companions:
    """Asks the hosts of companions; with ``pages``, captures the page that a person would open, too."""

    def __init__(self, crawler: Crawler, *, pages: bool) -> None:
        self._crawler = crawler
        self._context = RunContext.of(crawler)
        self._site = self._context.site
        self._report = self._context.report
        self._pages = pages

    async def ask(self, parsed: ParsedPage, *, fresh: bool = False, again: bool = False) -> list[Exchange]:
        """Ask for the companion of a post, host by host, until one gives its text.

        :param fresh: the page came just now, so that no companion can have been captured after it.
        :param again: the page was visited before, and is unchanged. The likeliest host is asked again then, for a text that
            came late, or whether one that is archived has vanished since, late in the post's life; as long as there is no text,
            also the hosts that never answered.
        :returns: what the archive had and what the hosts said, for a run that writes nothing into the archive.
        """
        urls, said = self._site.companions(parsed), list[Exchange]()
        if not urls:
            return []
        if self._context.archive_only:
            if self._archived(urls) is None:
                self._report.failed(urls[0], "not in the archive, nor a companion of another host")
        else:
            page = self._site.companion_page(parsed) if self._pages else None
            if page is not None:
                await self._fetch(page)
            asking = self._once_more(parsed, urls) if again else urls
            if not fresh and not again and self._was_cut_short(urls, parsed.page):
                asking = []
            silent: dict[str, str] = {}
            said = await self._until_text(asking, silent)
            if asking and not said and not again:
                self._report.failed(urls[0], silent.get(urls[0]) or next(iter(silent.values()), "no answer"))
        known = None if self._context.writes else self._archived(urls)
        return said if known is None else [known, *said]

    def _once_more(self, parsed: ParsedPage, urls: list[str]) -> list[str]:
        """The addresses to be asked for the companion of an unchanged page."""
        known = self._archived(urls)
        if known is None or not self._site.has_text(known):
            return urls[:1] + [url for url in urls[1:] if self._context.latest(url) is None]
        again = self._site.companions_again
        return urls[:1] if again is not None and clock.now() - parsed.published >= again else []

    async def _until_text(self, urls: list[str], silent: dict[str, str]) -> list[Exchange]:
        """What these addresses say, up to the first that has the text; why others say nothing, in ``silent``."""
        said = []
        for url in urls:
            companion = await self._fetch(url, silent)
            if companion is not None:
                said.append(companion)
                if self._site.has_text(companion):
                    break
        return said

    def _archived(self, urls: list[str], since: str = "") -> Exchange | None:
        """What the archive has of these addresses, captured at ``since`` or later."""
        archive = self._context.to_read
        if archive is None:
            return None
        rows = [row for row in archive.catalog.history(urls) if row.time >= since]
        return likeliest(rows, urls, archive.captures.payloads.exchange, self._site.has_text)

    def _was_cut_short(self, urls: list[str], page: Exchange) -> bool:
        """Whether the text was captured after the page: the run that should have made its post came no further."""
        companion = self._archived(urls, page.capture.time) if page.capture else None
        return companion is not None and self._site.has_text(companion) is True

    async def _fetch(self, url: str, silent: dict[str, str] | None = None) -> Exchange | None:
        """A companion, of any status; ``None`` if there is none, and the reason in ``silent``."""
        assert self._crawler.engine is not None
        reasons = {} if silent is None else silent
        try:
            response = await self._crawler.engine.download_async(Request(url, meta=self._anew(url)))
        except IgnoreRequest as error:
            reasons[url] = str(error) or "not allowed by robots.txt"
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            reasons[url] = short_reason(error)
        else:
            companion = self._context.exchange(response)
            if is_answer(companion.status) and self._site.has_text(companion) is not None:
                return companion
            reasons[url] = f"HTTP {response.status}, and not the document asked for"
        return None

    def _anew(self, url: str) -> dict[str, Any]:
        """For a companion that was none: asked for whole, or its host would say that it is unchanged."""
        archive = self._context.to_read
        row = archive.catalog.latest(url, found=True) if archive else None
        if archive is None or row is None:
            return {}
        companion = archive.captures.payloads.exchange(row)
        return {"dont_cache": True} if companion is None or self._site.has_text(companion) is None else {}
