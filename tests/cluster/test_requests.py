"""Requests as JSON, and what is not taken for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.cluster.downloader import shared
from crawler.cluster.requests import BadRequest, from_json, is_again, key_of, to_json
from crawler.crawl.explore import ExploreLimits, Explorer
from crawler.crawl.request_meta import REQUEST_META, RequestMeta, request_meta
from crawler.spiders.finews import FinewsSpider
from crawler.spiders.jekyll import JekyllSpider


class Spider:
    """As much of a spider as requests name."""

    parse, parse_listing, failed = FinewsSpider.parse, FinewsSpider.parse_listing, FinewsSpider.failed
    page_failed, parse_page = JekyllSpider.page_failed, JekyllSpider.parse_page

    def __init__(self) -> None:
        self.explorer = Explorer("https://s/", str, ExploreLimits())


PARTS = st.text("abc/%?=&é公 ", max_size=20)


@given(PARTS, st.booleans(), st.booleans(), st.booleans(), st.integers(-10, 10), st.sampled_from(["parse", "parse_listing"]))
def test_a_request_comes_back_as_it_was(
    path: str, due: bool, completes: bool, from_archive: bool, priority: int, callback: str
) -> None:
    spider, own = Spider(), RequestMeta(due=due, completes=completes, from_archive=from_archive)
    request = Request(
        f"https://s/{path}",
        callback=getattr(spider, callback),
        errback=spider.failed,
        priority=priority,
        dont_filter=True,
        cb_kwargs={"guessed": True, "nested": 2} if callback == "parse_listing" else {},
        meta={REQUEST_META: own, "dont_cache": True, "download_slot": "s"},
    )
    data = to_json(request, spider)  # type: ignore[arg-type]
    found = from_json(data, spider)  # type: ignore[arg-type]
    assert to_json(found, spider) == data  # type: ignore[arg-type]
    assert (found.url, found.priority, found.cb_kwargs) == (request.url, priority, request.cb_kwargs)
    assert request_meta(found) == own
    assert "download_slot" not in found.meta
    assert is_again(found) == from_archive


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(lambda one: json.dumps(one).encode())
)
def test_nothing_else_is_taken_for_a_request(data: bytes) -> None:
    with pytest.raises(BadRequest):
        from_json(data, Spider())  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["start", "crawler.stop", "__class__", "assets.__init__", "site.canonical"])
def test_only_callbacks_of_ours_are_called(name: str) -> None:
    data = json.dumps({"url": "https://s/", "callback": name, "errback": "failed"}).encode()
    with pytest.raises(BadRequest):
        from_json(data, Spider())  # type: ignore[arg-type]


def test_where_exploring_is_goes_with_a_request() -> None:
    one, other = Spider(), Spider()
    one.explorer.resume("https://s/page/7/", 4, 2)
    data = to_json(Request("https://s/page/7/", callback=one.parse_page, errback=one.page_failed), one)  # type: ignore[arg-type]
    from_json(data, other)  # type: ignore[arg-type]
    assert other.explorer.reached("https://s/page/7/") == (4, 2)


def test_addresses_that_differ_in_anything_have_other_keys() -> None:
    urls = [
        "https://s/a",
        "https://s/a/",
        "https://s/a?b=1&c=2",
        "https://s/a?c=2&b=1",
        "https://s/%41",
        "https://s/A",
        "https://s/a#b",
    ]
    assert len(set(map(key_of, urls))) == len(urls)


@given(st.integers(1, 100), st.integers(1, 20))
def test_shares_make_the_whole(limit: int, workers: int) -> None:
    parts = [shared(limit, workers, place) for place in range(workers)]
    assert sum(parts) == limit
    assert max(parts) - min(parts) <= 1
