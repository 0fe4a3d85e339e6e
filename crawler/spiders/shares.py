"""From a post page to the share answer behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.archive.archive import Archive
from crawler.archive.catalog import CaptureRow
from crawler.archive.storage import CAPTURE, FROM_ARCHIVE
from crawler.items import Exchange
from crawler.sites.finews import facts, posts
from crawler.sites.finews.page import FinewsPage

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.extensions.report import RunReport


class ShareAnswers:
    """Asks the share hosts; with ``pages``, captures the share page a person would open, too."""

    def __init__(self, crawler: Crawler, report: RunReport, *, pages: bool) -> None:
        self._crawler = crawler
        self._report = report
        self._pages = pages

    async def answer(self, apart: FinewsPage) -> Exchange | None:
        """The share answer behind a post page: from the first host that has its text, else the archived one.

        Shares expire; a text that was captured once is not lost by asking again too late.
        """
        page, wanted = apart.page, apart.share
        if wanted is None:
            return None
        if self._pages:
            await self._fetch(facts.share_page_url(*wanted))
        urls = facts.answer_urls(*wanted)
        empty = None
        for url in urls:
            answer = await self._fetch(url, from_archive=self._is_newer(url, page))
            if answer is not None and posts.has_text(answer):
                return answer
            empty = empty or answer
        for url in urls:
            answer = await self._fetch(url, from_archive=True) if latest_capture(self._crawler, url) else None
            if answer is not None and posts.has_text(answer):
                return answer
        return empty

    def _is_newer(self, url: str, page: Exchange) -> bool:
        """Whether ``url`` was captured after the page: the run that should have made its post was cut short."""
        latest = latest_capture(self._crawler, url)
        return latest is not None and page.capture is not None and latest.time >= page.capture.time

    async def _fetch(self, url: str, *, from_archive: bool = False) -> Exchange | None:
        assert self._crawler.engine is not None
        try:
            request = Request(url, meta={FROM_ARCHIVE: from_archive})
            return exchange(await self._crawler.engine.download_async(request))
        except IgnoreRequest as error:
            self._report.failed(url, str(error) or "not allowed by robots.txt")
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            self._report.failed(url, short_reason(error))
        return None


def exchange(response: Response) -> Exchange:
    """A Scrapy response as the pure functions take it."""
    capture = response.meta.get(CAPTURE) if response.request is not None else None
    return Exchange(response.url, response.status, response.body, capture)


def latest_capture(crawler: Crawler, url: str, *, good: bool = True) -> CaptureRow | None:
    """The newest capture of ``url`` in this crawler's archive, if there is one."""
    archive = Archive.to_look_at(crawler)
    return archive.catalog.latest(url, good=good) if archive else None


def short_reason(error: BaseException) -> str:
    """An error in one line, for the run report."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
