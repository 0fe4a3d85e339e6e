"""What our download handlers and downloader do in place of Scrapy's code: it must come to the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, signals
from scrapy.http import Headers

from crawler.crawl.header_pairs import header_pairs, headers_of
from crawler.crawl.request_defaults import RequestDefaultsMiddleware
from crawler.crawl.reqwest_handler import ReqwestHandler
from crawler.spiders.finews import FinewsSpider
from tests.crawl.parts.test_context import crawler_of
from tests.replica.crawl import PROJECT

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
        asyncio.run(middleware.process_request(request))
    defaults = crawler.settings["DEFAULT_REQUEST_HEADERS"]
    assert plain.headers == Headers({**defaults, "User-Agent": crawler.settings["USER_AGENT"]})
    assert plain.meta["download_timeout"] == crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
    assert (own.headers["Accept"], own.meta["download_timeout"]) == (b"x/y", 1)
    plain.headers.appendlist("Accept", "z")
    again = Request("https://a.b/")
    asyncio.run(middleware.process_request(again))
    assert again.headers["Accept"] == defaults["Accept"].encode(), "requests share no values"


class Counting(BaseHTTPRequestHandler):
    """Answers after a moment, and notes how many requests are under way."""

    protocol_version = "HTTP/1.1"
    lock, now, most, times = threading.Lock(), 0, 0, []

    def do_GET(self) -> None:
        with self.lock:
            Counting.now += 1
            Counting.most = max(Counting.most, Counting.now)
            self.times.append(time.monotonic())
        time.sleep(0.05)
        with self.lock:
            Counting.now -= 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None: ...


_CRAWL = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Many(scrapy.Spider):
    name = "many"
    async def start(self):
        for number in range(20):
            yield scrapy.Request(f"{sys.argv[1]}/{number}")
    def parse(self, response):
        assert response.body == b"ok"

handler = "crawler.crawl.aiohttp_handler.AiohttpHandler"
process = AsyncCrawlerProcess({"DOWNLOADER": "crawler.crawl.downloader.Downloader", "TWISTED_REACTOR_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 3, "DOWNLOAD_DELAY": float(sys.argv[2]), "DOWNLOAD_DELAY_JITTER": 0, "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}})
process.crawl(Many)
process.start()
"""


@pytest.mark.parametrize(("delay", "least"), [(0.0, 2), (0.08, 1)])
def test_no_host_gets_more_requests_than_the_settings_say(delay: float, least: int) -> None:
    Counting.most, Counting.times = 0, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        command = [sys.executable, "-c", _CRAWL, address, str(delay)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        server.shutdown()
    assert "'downloader/response_status_count/200': 20" in done.stderr, done.stderr[-2000:]
    assert least <= Counting.most <= 3
    if delay:
        assert Counting.times[-1] - Counting.times[0] >= 19 * delay * 0.9, "one after the other, with the delay between them"


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
