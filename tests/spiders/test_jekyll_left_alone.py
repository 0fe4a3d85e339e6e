"""A part of a site that fails for good: whatever comes behind it is requested all the same, in this run or the next."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from tests.serving import Reply
from tests.spiders.stranger import HOST, text

if TYPE_CHECKING:
    from tests.spiders.stranger import Crawled

_ONE_BY_ONE = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1", "RETRY_TIMES": "0"}
_REPLIES = {
    "500": Reply(500, b"x"),
    "no HTTP": Reply(200, raw=b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\nx"),
    "nothing": Reply(200, cut=-1),
}


def asked(shore: Crawled) -> set[str]:
    return {one.path for one in shore.site.log}


@pytest.mark.parametrize("reply", _REPLIES.values(), ids=_REPLIES)
def test_what_is_behind_pages_that_fail_for_good_is_requested_by_the_next_run(shore: Crawled, reply: Reply) -> None:
    site = shore.site
    site.posts = {number: text(number) for number in range(12)}
    site.build()
    broken = sorted(map(site.path, site.posts))[:6]
    site.replies |= {(HOST, path): [reply] for path in broken}
    shore.crawl(code=1, **_ONE_BY_ONE)
    seen = asked(shore)
    assert not {"/main.css", "/sand.png", *broken} <= seen  # the host was left alone after three of them
    shore.crawl("-a", "sweep=1", code=1, **_ONE_BY_ONE)
    assert {"/main.css", "/sand.png", "/pier.png"} <= seen | asked(shore)
    seen |= asked(shore)
    shore.run("crawl", "shore", **_ONE_BY_ONE)
    assert set(broken) <= seen | asked(shore)


def test_a_page_that_cannot_be_decoded_is_one_loss(shore: Crawled) -> None:
    bomb = gzip.compress(b"<p>x</p>" * 10_000_000, 1)
    shore.site.replies[HOST, shore.site.path(1)] = [Reply(200, bomb, {"Content-Type": "text/html", "Content-Encoding": "gzip"})]
    report = shore.crawl(code=1)
    assert (report["losses"], len(report["failures"]), report["rejections"]) == (1, 1, [])


@pytest.mark.parametrize("sweep", ["0", "1"])
def test_posts_that_wait_because_they_failed_are_told_with_the_time_when_they_are_due(shore: Crawled, sweep: str) -> None:
    site = shore.site
    site.feed_size = 20
    site.build()
    broken = [f"https://{HOST}{site.path(number)}" for number in (1, 2)]
    site.replies |= {(HOST, site.path(number)): [Reply(500, b"x")] for number in (1, 2)}
    for _ in range(2):
        assert shore.crawl(code=1)["losses"] == 2
    site.posts[90] = text(90)  # so that home page and feed are read
    site.build()
    done = shore.run("crawl", "shore", "-a", f"sweep={sweep}")
    assert done.returncode == 0, done.stderr
    assert shore.report["waiting"] == sorted(broken)
    due = f"{shore.report['rechecks']['next']}"
    lines = [line for line in done.stderr.splitlines() if "not asked for: 2 addresses, one is https://" in line]
    assert [line.partition(" due ")[2] for line in lines] == [f"for runs from {due[:10]} {due[11:19]} UTC on"]
