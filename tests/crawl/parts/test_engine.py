"""Signals of a crawl, which take no time where nobody waits for them; all else of the engine is seen in whole crawls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from pydispatch import dispatcher
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings

from crawler.crawl.download.handler import _kind
from crawler.crawl.engine import OneTaskCrawler, crawler_of
from crawler.spiders.finews import FinewsSpider

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def crawler() -> Iterator[OneTaskCrawler]:
    made = OneTaskCrawler(FinewsSpider, Settings())
    yield made
    made.signals.disconnect_all(signals.response_received)


def test_another_release_of_scrapy_has_its_own_engine() -> None:
    assert type(crawler_of(FinewsSpider, Settings(), (2, 19, 3))) is OneTaskCrawler
    assert type(crawler_of(FinewsSpider, Settings(), (2, 20, 0))) is Crawler


def test_signals_reach_whoever_waits_for_them(crawler: OneTaskCrawler) -> None:
    heard: list[object] = []

    def listen(request: Request) -> str:
        heard.append(request)
        return "heard"

    request = Request("https://a.b/")
    assert crawler.signals.send_catch_log(signals.response_received, request=request) == []
    crawler.signals.connect(listen, signals.response_received)
    assert crawler.signals.send_catch_log(signals.response_received, request=request) == [(listen, "heard")]
    assert asyncio.run(crawler.signals.send_catch_log_async(signals.response_received, request=request)) == [(listen, "heard")]
    assert crawler.signals.send_catch_log(signals.response_downloaded, request=request) == []
    crawler.signals.disconnect(listen, signals.response_received)
    assert crawler.signals.send_catch_log(signals.response_received, request=request) == []
    assert heard == [request, request]


def test_signals_reach_whoever_waits_for_any(crawler: OneTaskCrawler) -> None:
    def listen(signal: object) -> object:
        return signal

    dispatcher.connect(listen, dispatcher.Any, dispatcher.Any)
    try:
        assert crawler.signals.send_catch_log(signals.response_received) == [(listen, signals.response_received)]
    finally:
        dispatcher.disconnect(listen, dispatcher.Any, dispatcher.Any)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/html; charset=utf-8"}, b""),
        ({"Content-Type": ["text/plain", "text/html"]}, b""),
        ({"Content-Type": "application/xml"}, b"<a/>"),
        ({"Content-Type": "nonsense"}, b"<html>"),
        ({"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
        ({"Content-Disposition": "attachment; filename=a.html"}, b""),
        ({}, b"<html>"),
        ({}, b"\x00\x01"),
    ],
)
def test_the_class_of_a_response_is_the_one_that_scrapy_finds(headers: dict[str, str], body: bytes) -> None:
    made = Headers(headers)
    expected = responsetypes.from_args(headers=made, url="https://a.b/c.txt", body=body)
    assert _kind(made, "https://a.b/c.txt", body) is expected
