from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from crawler.crawl.capture import CaptureMiddleware
from crawler.crawl.context import RunContext
from crawler.crawl.download.adapted import RedirectMiddleware
from crawler.crawl.request_meta import REQUEST_META, RequestMeta, capture_of, request_meta, update_meta
from crawler.sites.finews import facts
from crawler.spiders.finews import FinewsSpider
from crawler.warc.record import RawExchange
from tests.crawl.parts.test_context import crawler_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.crawler import Crawler

    from crawler.archive.catalog.schema import CaptureRow

HOME, OTHER = facts.HOME, f"{facts.HOME}category/a.html"
SAID = RequestMeta(due=True, from_archive=False, image=True)


def begun(crawler: Crawler) -> Crawler:
    crawler.spider, crawler.stats = FinewsSpider.from_crawler(crawler), MemoryStatsCollector(crawler)
    return crawler


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    made = begun(crawler_of(FinewsSpider, tmp_path))
    yield made
    RunContext.of(made).archive.close()


class Way:
    """The way of a request through the middlewares that copy it, answer it and capture what comes."""

    def __init__(self, crawler: Crawler) -> None:
        self.retry, self.redirect = RetryMiddleware.from_crawler(crawler), RedirectMiddleware.from_crawler(crawler)
        self.cache, self.capture = HttpCacheMiddleware.from_crawler(crawler), CaptureMiddleware(crawler)
        self.cache.spider_opened(crawler.spider)

    def there(self, request: Request) -> Response | None:
        return asyncio.run(_given(self.cache.process_request(request)))

    def back(self, request: Request, response: Response) -> Response | Request:
        response = self.capture.process_response(request, response)
        response = asyncio.run(_given(self.cache.process_response(request, response)))
        found = self.redirect.process_response(request, response)
        return found if isinstance(found, Request) else self.retry.process_response(request, found)


async def _given(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


def answer(request: Request, status: int, **headers: str) -> Response:
    body = b"" if status == 304 else f"{request.url} {status}".encode()
    return Response(request.url, status, headers=dict(headers), body=body, request=request)


def stored(crawler: Crawler, url: str, status: int = 200) -> CaptureRow:
    headers = [(b"ETag", b'"1"')]
    captures = RunContext.of(crawler).archive.captures
    return captures.store(RawExchange(url, captures.time(), b"GET / HTTP/1.1\r\n\r\n", status, headers, url.encode() * 9))


def test_what_is_noted_of_a_copy_is_not_noted_of_the_original() -> None:
    first = Request(HOME, meta={REQUEST_META: SAID})
    copies = [first.copy(), first.replace(url=OTHER), pickle.loads(pickle.dumps(first))]
    for copy in copies:
        update_meta(copy, last_asked="2022")
    assert request_meta(first) == SAID
    assert {request_meta(copy) for copy in copies} == {RequestMeta(due=True, image=True, last_asked="2022")}
    assert request_meta(Request(HOME)) == request_meta(None) == RequestMeta()


@pytest.mark.parametrize("status", [500, 503])
def test_a_retried_request_keeps_what_it_asks_for_and_not_what_answered(crawler: Crawler, status: int) -> None:
    way, first = Way(crawler), Request(HOME, meta={REQUEST_META: SAID})
    assert way.there(first) is None
    again = way.back(first, answer(first, status))
    assert isinstance(again, Request)
    assert again.meta["retry_times"] == 1
    assert capture_of(answer(first, status)).status == status  # type: ignore[union-attr]
    assert way.there(again) is None
    assert (request_meta(again).due, request_meta(again).image) == (True, True)
    found = way.back(again, answer(again, 200))
    assert isinstance(found, Response)
    row = capture_of(found)
    assert row is not None
    assert (row.status, row.url) == (200, HOME)
    assert capture_of(answer(first, status)).status == status  # type: ignore[union-attr]


def test_a_304_that_nobody_asked_for_is_no_proof_of_the_answer_before_it(crawler: Crawler) -> None:
    way, first = Way(crawler), Request(HOME, meta={"dont_cache": True})
    way.there(first)
    again = way.back(first, answer(first, 503))
    assert isinstance(again, Request)
    way.there(again)
    found = way.back(again, answer(again, 304))
    assert isinstance(found, Response)
    assert capture_of(found) is None


def test_a_redirected_request_has_the_capture_of_where_it_led(crawler: Crawler) -> None:
    known = stored(crawler, OTHER)
    way, first = Way(crawler), Request(HOME, meta={REQUEST_META: SAID})
    way.there(first)
    led = way.back(first, answer(first, 302, Location=OTHER))
    assert isinstance(led, Request)
    assert (led.url, request_meta(led).due, request_meta(led).image) == (OTHER, True, True)
    assert way.there(led) is None
    assert led.headers["If-None-Match"] == b'"1"'
    found = way.back(led, answer(led, 304))
    assert isinstance(found, Response)
    assert ("cached" in found.flags, found.body) == (True, OTHER.encode() * 9)
    assert capture_of(Response(OTHER, request=led)) == known
    assert request_meta(led).last_asked == known.time
    assert request_meta(first).capture.url == HOME  # type: ignore[union-attr]


def test_where_a_certain_capture_redirects_to_the_newest_answers(tmp_path: Path) -> None:
    writing = crawler_of(FinewsSpider, tmp_path)
    old, new = stored(writing, OTHER), stored(writing, HOME)
    RunContext.of(writing).archive.close()
    crawler = begun(crawler_of(FinewsSpider, tmp_path, CAPTURE_ENABLED=False, ARCHIVE_ONLY=True))
    cache = HttpCacheMiddleware.from_crawler(crawler)
    cache.spider_opened(crawler.spider)
    for url, row in ((OTHER, old), (HOME, new)):
        request = Request(url, meta={REQUEST_META: RequestMeta(row=old.id)})
        assert asyncio.run(_given(cache.process_request(request))) is not None
        assert request_meta(request).capture == row
    RunContext.of(crawler).archive.close()
