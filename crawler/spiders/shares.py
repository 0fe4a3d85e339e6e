"""From a post page to the share answer behind it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler import clock
from crawler.archive.payloads import reference
from crawler.crawl.asked import capture_of
from crawler.crawl.context import RunContext
from crawler.derive.looks import choose, is_answer
from crawler.items import UNREACHABLE, Exchange, Post
from crawler.sites.finews import facts, posts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

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

    async def post(self, apart: FinewsPage, *, again: bool = False) -> Post:
        """The post on a page, with its share answer; ``again``: the page is one that was looked at before, unchanged.

        Where no host could be asked, the post is made of the page alone and ``notes`` has ``share-unreachable``:
        the next run asks again.
        """
        answer, unreachable = await self._answer(apart, again=again)
        post = posts.put_together(apart, answer)
        if unreachable:
            post.notes.append(UNREACHABLE)
        return post

    async def _answer(self, apart: FinewsPage, *, again: bool) -> tuple[Exchange | None, bool]:
        """The share answer from the first host that has its text, else the archived one; and whether no host said a word.

        Behind an unchanged page the share's own host is asked again, for a text that came late, or whether one that is
        archived has vanished since, late in the post's life; and as long as there is no text, hosts that never answered.
        """
        page, wanted = apart.page, apart.share
        if wanted is None:
            return None, False
        if self._context.archive_only:
            return self._archived_only(facts.answer_urls(*wanted))
        if self._pages:
            await self._fetch(facts.share_page_url(*wanted))
        urls = facts.answer_urls(*wanted)
        if again:
            return await self._once_more(apart, urls), False
        empty = None
        if not self._was_cut_short(urls, page):
            silent: dict[str, str] = {}
            for url in urls:
                answer = await self._fetch(url, silent)
                if answer is not None and posts.has_text(answer):
                    return answer, False
                empty = empty or answer
            if empty is None:
                self._report.failed(urls[0], silent.get(urls[0]) or next(iter(silent.values()), "no answer"))
        answer = self._archived(urls) or empty  # what is only looked at is not in the archive
        return answer, answer is None

    async def _once_more(self, apart: FinewsPage, urls: list[str]) -> Exchange | None:
        known = self._archived(urls)
        has_text = known is not None and posts.has_text(known)
        if has_text and clock.now() - _published(apart) < _LATE:
            return known
        never = (url for url in urls[1:] if latest_capture(self._context, url) is None)
        answer = None
        for url in (urls[0], *(() if has_text else never)):
            answer = await self._fetch(url, {})
            if answer is not None and posts.has_text(answer):
                break
        return self._archived(urls) or answer

    def _archived_only(self, urls: list[str]) -> tuple[Exchange | None, bool]:
        answer = self._archived(urls)
        if answer is None:
            self._report.failed(urls[0], "not in the archive, nor an answer of another share host")
        return answer, answer is None

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
            answer = exchange(await self._crawler.engine.download_async(Request(url, meta=self._anew(url))))
        except IgnoreRequest as error:
            reasons[url] = str(error) or "not allowed by robots.txt"
        except Exception as error:  # noqa: BLE001 - whatever the network does, the post is still made
            reasons[url] = short_reason(error)
        else:
            if is_answer(answer.status) and posts.has_text(answer) is not None:
                return answer
            reasons[url] = f"HTTP {answer.status}, and no share answer"
        return None

    def _anew(self, url: str) -> dict[str, Any]:
        """For an answer that was none: asked for whole, or its host would say that it is unchanged."""
        archive = self._context.to_read
        row = archive.catalog.latest(url, found=True) if archive else None
        if archive is None or row is None:
            return {}
        answer = archive.captures.payloads.exchange(row)
        return {"dont_cache": True} if answer is None or posts.has_text(answer) is None else {}


def _published(apart: FinewsPage) -> datetime:
    return apart.parts.local_time.replace(tzinfo=timezone(facts.ZONE))


def exchange(response: Response) -> Exchange:
    """A Scrapy response as the pure functions take it."""
    row = capture_of(response)
    return Exchange(response.url, response.status, response.body, None if row is None else reference(row))


def latest_capture(context: RunContext, url: str) -> CaptureRow | None:
    """The newest capture of ``url`` in this run's archive, if there is one."""
    archive = context.to_read
    return archive.catalog.latest(url) if archive else None


def short_reason(error: BaseException) -> str:
    """An error in one line, for the run report."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
