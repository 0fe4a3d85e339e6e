"""What our download handlers and middlewares do in place of Scrapy's code: it must come to the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, signals
from scrapy.http import Headers

from crawler.crawl.download.header_pairs import header_pairs, headers_of
from crawler.crawl.download.request_defaults import RequestDefaultsMiddleware
from crawler.crawl.download.reqwest_handler import ReqwestHandler
from crawler.spiders.finews import FinewsSpider
from tests.crawl.parts.test_context import crawler_of

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = st.text("abzABZ-09", min_size=1).map(str.encode)
_PAIRS = st.lists(st.tuples(_NAMES, st.binary(max_size=9)))


@given(_PAIRS)
def test_headers_are_those_that_scrapy_makes(pairs: list[tuple[bytes, bytes]]) -> None:
    assert headers_of(pairs) == Headers(pairs)
    assert list(headers_of(pairs)) == list(Headers(pairs)), "in the same order"
    assert header_pairs(Headers(pairs)) == [(name, one) for name, values in Headers(pairs).items() for one in values]


def test_a_request_gets_what_it_lacks_and_keeps_what_it_has(tmp_path: Path) -> None:
    crawler = crawler_of(FinewsSpider, tmp_path)
    middleware = RequestDefaultsMiddleware.from_crawler(crawler)
    plain, own = Request("https://a.b/"), Request("https://a.b/", headers={"Accept": "x/y"}, meta={"download_timeout": 1})
    for request in (plain, own):
        middleware.process_request(request)
    defaults = crawler.settings["DEFAULT_REQUEST_HEADERS"]
    assert plain.headers == Headers({**defaults, "User-Agent": crawler.settings["USER_AGENT"]})
    assert plain.meta["download_timeout"] == crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
    assert (own.headers["Accept"], own.meta["download_timeout"]) == (b"x/y", 1)
    plain.headers.appendlist("Accept", "z")
    again = Request("https://a.b/")
    middleware.process_request(again)
    assert again.headers["Accept"] == defaults["Accept"].encode(), "requests share no values"


def test_scrapys_signals_on_parts_are_sent_to_who_listens(tmp_path: Path) -> None:
    async def takes_whole(*, listening: bool) -> bool:
        crawler = crawler_of(FinewsSpider, tmp_path)
        handler = ReqwestHandler(crawler)

        def listens() -> None: ...

        if listening:
            crawler.signals.connect(listens, signal=signals.bytes_received)
        try:
            return handler._may_take_whole()
        finally:
            await handler.close()

    assert asyncio.run(takes_whole(listening=False))
    assert not asyncio.run(takes_whole(listening=True))
