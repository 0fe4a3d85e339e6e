"""Lists of captures that are not as they should be: none, late, with other forms of addresses, without end."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tests.archives import index, report
from tests.crawl.wayback.web_archive import PAGES, STAMP, Captured, WebArchive
from tests.serving import Reply

if TYPE_CHECKING:
    from pathlib import Path


def test_twins_and_other_forms_of_an_address_are_asked_for_once(archive: WebArchive, tmp_path: Path) -> None:
    for number, page in enumerate(archive.pages):
        page.digest = f"D{number}"
        forms = (
            page.url.replace("https://", "http://"),
            page.url.replace("https://finews.withounder.com", "http://FINEWS.withounder.com:80"),
            page.url.replace("/NW", "/%4EW").replace("/2022", "/202%32"),
        )
        for second, url in enumerate(forms):
            archive.captured[url] = Captured(url, page.body, page.kind, f"{STAMP[:-1]}{second + 1}", digest=page.digest)
    more = archive.pages[0]
    rows = [
        [STAMP, "dns:finews.withounder.com", "200", "X"],
        [STAMP, "http://www.finews.withounder.com/", "200", "X"],
        [STAMP, "http://[finews.withounder.com/", "200", "X"],
        ["20220304000000", more.url, "-", more.digest],
        ["99991231235959", "http://elsewhere.example/", "200", "X"],
    ]

    def listing(query: dict[str, str]) -> Reply:
        found = [list(map(str, line)) for line in archive.lines(query["url"])]
        return Reply(200, json.dumps([["timestamp", "original", "statuscode", "digest"], *found, *rows]).encode())

    archive.listing = listing
    done = archive.crawl(tmp_path)
    assert done.returncode == 0, done.stderr
    asked = [path for path in archive.asked if "GetNewsText" not in path]
    assert len(asked) == len(set(asked)) == PAGES
    assert len(index(tmp_path / "finews")) == PAGES
    assert any("2 listed captures" in line or "4 listed captures" in line for line in report(tmp_path)["warnings"])
    archive.crawl(tmp_path)
    assert archive.asked == []


LISTS: dict[str, tuple[Reply, int, str]] = {
    "a page": (Reply(200, b"<html>busy</html>"), 1, "no CDX listing, but what begins with '<html>busy</html>'"),
    "no rights": (Reply(403, b"Blocked Site Error"), 1, "HTTP 403: Blocked Site Error"),
    "an error": (Reply(500, b"<html>oops</html>"), 1, "HTTP 500"),
    "nothing": (Reply(200, b""), 0, "0 new"),
    "no captures": (Reply(404, b'{"message": "No Captures found for: finews"}'), 0, "0 new"),
    "no server": (Reply(404, b"<html>none</html>"), 1, "HTTP 404"),
    "cut off": (Reply(200, b"[" * 1000, cut=10), 1, "failed: "),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_are_none(archive: WebArchive, tmp_path: Path, name: str) -> None:
    reply, code, told = LISTS[name]
    archive.listing = lambda _: Reply(reply.status, reply.body, dict(reply.headers), reply.cut)
    done = archive.crawl(tmp_path, RETRY_ENABLED="0")
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_list_is_had_after_the_rest_that_the_server_asks_for(archive: WebArchive, tmp_path: Path) -> None:
    body = gzip.compress(json.dumps([["timestamp", "original"], *([one.stamp, one.url] for one in archive.pages)]).encode())
    replies = [Reply(429, b"slow down", {"Retry-After": "1"}), Reply(503, b"slow down", {"Retry-After": "1"})]
    archive.listing = lambda _: replies.pop(0) if replies else Reply(200, body, {"Content-Encoding": ""})
    done = archive.crawl(tmp_path)
    assert (done.returncode, replies) == (0, []), done.stderr
    assert len(index(tmp_path / "finews")) == PAGES


@pytest.mark.parametrize("times", ["refused", "none", "both"])
def test_a_span_that_a_server_does_not_take(archive: WebArchive, tmp_path: Path, times: str) -> None:
    archive.cdx.times = times
    done = archive.crawl(tmp_path, "-a", "since=2022-01", "-a", "until=2022-12")
    assert done.returncode == 0, done.stderr
    assert len(index(tmp_path / "finews")) == PAGES


def test_rows_without_end_are_named(archive: WebArchive, tmp_path: Path) -> None:
    numbers = iter(range(10**9))

    def listing(_: dict[str, str]) -> Reply:
        rows = [[STAMP, f"https://finews.withounder.com/{next(numbers)}.txt", "404", "X"] for _ in range(5)]
        return Reply(200, json.dumps([["timestamp", "original", "statuscode", "digest"], *rows, [], [str(numbers)]]).encode())

    archive.listing = listing
    done = archive.crawl(tmp_path, WAYBACK_CDX_REQUESTS="7")
    assert done.returncode == 1
    assert "the list goes on after 7 requests and 35 rows; set WAYBACK_CDX_REQUESTS to more than 7" in done.stderr
