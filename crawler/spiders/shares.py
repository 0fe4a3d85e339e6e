"""From a post page to the share answer behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.derive.looks import choose, is_answer
from crawler.items import Exchange
from crawler.sites.finews import facts, posts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.archive.schema import CaptureRow
    from crawler.sites.finews.page import FinewsPage

#: The age of a post from which on its share is asked for again although its text is archived.
_LATE = timedelta(hours=60)


class ShareAnswers:
    """Asks the share hosts; with ``pages``, captures the share page a person would open, too."""

    def __init__(self, crawler: Crawler, *, pages: bool) -> None:
        self._crawler = crawler
        self._context = RunContext.of(crawler)
        self._report = self._context.report
        self._pages = pages

    async def ask(self, apart: FinewsPage, *, fresh: bool = False, again: bool = False) -> list[Exchange]:
        """Ask the hosts for the share answer behind a page, until one gives its text.

        :param fresh: the page came just now, so that no answer can have been captured after it.
        :param again: the page was looked at before, and is unchanged. Its share's own host is asked again then, for a text that
            came late, or whether one that is archived has vanished since, late in the post's life; and as long as there is no
            text, hosts that never answered.
        :returns: what the archive had and what the hosts said, for who only looks: nothing of it is in the archive.
        """
        wanted = apart.share
        if wanted is None:
            return []
        urls, said = facts.answer_urls(*wanted), list[Exchange]()
        if self._context.archive_only:
            if self._archived(urls) is None:
                self._report.failed(urls[0], "not in the archive, nor an answer of another share host")
        else:
            if self._pages:
                await self._fetch(facts.share_page_url(*wanted))
            asking = self._once_more(apart, urls) if again else urls
            if not fresh and not again and self._was_cut_short(urls, apart.page):
                asking = []
            silent: dict[str, str] = {}
            said = await self._until_text(asking, silent)
            if asking and not said and not again:
                self._report.failed(urls[0], silent.get(urls[0]) or next(iter(silent.values()), "no answer"))
        known = None if self._context.writes else self._archived(urls)
        return said if known is None else [known, *said]

    def _once_more(self, apart: FinewsPage, urls: list[str]) -> list[str]:
        """The addresses to be asked behind an unchanged page."""
        known = self._archived(urls)
        if known is None or not posts.has_text(known):
            return urls[:1] + [url for url in urls[1:] if latest_capture(self._context, url) is None]
        return urls[:1] if clock.now() - posts.published(apart) >= _LATE else []

    async def _until_text(self, urls: list[str], silent: dict[str, str]) -> list[Exchange]:
        """What these addresses say, up to the first that has the text; why others say nothing, in ``silent``."""
        said = []
        for url in urls:
            answer = await self._fetch(url, silent)
            if answer is not None:
                said.append(answer)
                if posts.has_text(answer):
                    break
        return said

    def _archived(self, urls: list[str], since: str = "") -> Exchange | None:
        """What the archive has of these addresses, captured at ``since`` or later."""
        archive = self._context.to_read
        if archive is None:
            return None
        rows = [row for row in archive.catalog.history(urls) if row.time >= since]
        return choose(rows, urls, archive.captures.payloads.exchange, posts.has_text)

    def _was_cut_short(self, urls: list[str], page: Exchange) -> bool:
        """Whether the text was captured after the page: the run that should have made its post came no further."""
        answer = self._archived(urls, page.capture.time) if page.capture else None
        return answer is not None and posts.has_text(answer) is True

    async def _fetch(self, url: str, silent: dict[str, str] | None = None) -> Exchange | None:
        """An answer of any status; ``None`` if there is none, and the reason in ``silent``."""
        assert self._crawler.engine is not None
        reasons = {} if silent is None else silent
        try:
            response = await self._crawler.engine.download_async(Request(url, meta=self._anew(url)))
        except IgnoreRequest as error:
            reasons[url] = str(error) or "not allowed by robots.txt"
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            reasons[url] = short_reason(error)
        else:
            answer = self._context.exchange(response)
            if is_answer(answer.status) and posts.has_text(answer) is not None:
                return answer
            reasons[url] = f"HTTP {response.status}, and no share answer"
        return None

    def _anew(self, url: str) -> dict[str, Any]:
        """For an answer that was none: asked for whole, or its host would say that it is unchanged."""
        archive = self._context.to_read
        row = archive.catalog.latest(url, found=True) if archive else None
        if archive is None or row is None:
            return {}
        answer = archive.captures.payloads.exchange(row)
        return {"dont_cache": True} if answer is None or posts.has_text(answer) is None else {}


def latest_capture(context: RunContext, url: str) -> CaptureRow | None:
    """The newest capture of ``url`` in this run's archive, if there is one."""
    archive = context.to_read
    return archive.catalog.latest(url) if archive else None


def short_reason(error: BaseException) -> str:
    """An error in one line, for the run report."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
