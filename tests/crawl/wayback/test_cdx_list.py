"""The whole list of a host, whatever parts its CDX server gives it in."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.crawl.wayback.cdx import CdxLine
from crawler.crawl.wayback.cdx_list import LIMIT, CaptureList, Refused
from crawler.crawl.wayback.time_spans import Span, split
from tests.crawl.wayback.cdx_server import CdxServer

MOST = 300


def read(server: CdxServer, span: Span = Span(), limit: int = LIMIT, most: int = MOST) -> CaptureList:  # noqa: B008
    found = CaptureList(server.ask, span, most, limit)
    asyncio.run(found.read())
    return found


def row(number: int, second: int = 0) -> CdxLine:
    return CdxLine(
        f"202203{1 + second // 86400:02}{second % 86400 // 3600:02}{second % 3600 // 60:02}{second % 60:02}",
        f"http://a/{number:05}",
        200,
        "D",
    )


#: Many at once, at a few times or at many.
ROWS = st.tuples(st.integers(0, 150), st.integers(1, 30), st.randoms(use_true_random=False)).map(
    lambda of: [row(number, of[2].randrange(of[1])) for number in range(of[0])]
)
SERVERS = st.builds(
    CdxServer,
    ROWS,
    own_limit=st.none() | st.integers(1, 15),
    times=st.sampled_from(["both", "from", "none", "refused"]),
    has_keys=st.booleans(),
    page_size=st.sampled_from([0, 0, 7, 40]),
    refuses_pages=st.booleans(),
    tells_pages=st.booleans(),
    by_time=st.booleans(),
)


@settings(deadline=None, max_examples=300)
@given(SERVERS, st.integers(2, 60), st.booleans())
def test_every_row_is_listed_once_or_it_is_said_that_some_may_be_missing(server: CdxServer, limit: int, spanned: bool) -> None:
    span = Span("20220201000000", "20220430235959") if spanned else Span()
    if server.page_size:
        server.own_limit, server.has_keys = None, False  # no server with pages has these
    if server.own_limit:  # of a round number, for no other can be told from a list that ends there
        server.own_limit *= max(2, limit // 10)
    found = read(server, span, limit)
    assert len(set(found.lines)) == len(found.lines)
    assert set(found.lines) <= set(server.rows)
    assert set(found.lines) == set(server.rows) or found.problems or found.doubts
    assert len(server.asked) <= 20 + 8 * len(server.rows)


@settings(deadline=None)
@given(ROWS, st.integers(2, 60), st.booleans(), st.booleans())
def test_a_server_that_heeds_limits_loses_nothing_and_nothing_is_said(
    rows: list[CdxLine], limit: int, has_keys: bool, is_array: bool
) -> None:
    assume(len(rows) not in [limit * 4**n for n in range(5)])  # a limit of the server's own would look so
    server = CdxServer(rows, has_keys=has_keys, is_array=is_array)
    found = read(server, limit=limit)
    assert (set(found.lines), found.problems) == (set(rows), [])
    assert len(server.asked) <= len(rows) // limit + 10


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("spanned", [True, False])
def test_pages_are_read_to_the_last(refuses: bool, tells: bool, spanned: bool) -> None:
    server = CdxServer([row(n, n) for n in range(100)], page_size=30, refuses_pages=refuses, tells_pages=tells)
    found = read(server, Span("20220301000000", "") if spanned else Span(), 50)
    assert (len(found.lines), found.problems) == (100, [])
    assert len(server.asked) < 10


@pytest.mark.parametrize("by_time", [True, False])
def test_a_server_s_own_limit_is_found_out_and_passed_by(by_time: bool) -> None:
    server = CdxServer([row(n, 977 * n % 3000) for n in range(3000)], own_limit=500, by_time=by_time)
    found = read(server)
    assert (len(found.lines), found.problems) == (3000, [])
    assert len(server.asked) < 40


def test_rows_of_one_second_are_had_with_a_higher_limit() -> None:
    server = CdxServer([row(n) for n in range(5120)])
    found = read(server)
    assert (len(found.lines), found.problems, found.doubts) == (5120, [], [])
    assert len(server.asked) <= 5


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (
            CdxServer([row(n, n) for n in range(6000)], own_limit=5000, times="none"),
            "cut at 5,000 rows: the server gives no resume",
        ),
        (CdxServer([row(n, n) for n in range(6000)], own_limit=5000, times="refused"), "cut at 5,000 rows: HTTP 400"),
        (
            CdxServer([row(n) for n in range(6000)], own_limit=5000),
            "cut at 5,000 rows: so many are of one second, 20220301000000",
        ),
        (
            CdxServer([row(n, n) for n in range(30_000)], own_limit=10, has_keys=True),
            "goes on after 300 requests and 3,000 rows",
        ),
    ],
)
def test_what_may_be_missing_is_named(server: CdxServer, told: str) -> None:
    found = read(server)
    assert len(found.problems) == 1
    assert told in found.problems[0]
    assert len(server.asked) <= MOST


def test_a_round_number_of_rows_is_no_loss() -> None:
    server = CdxServer([row(n, n) for n in range(1000)], is_array=True)
    assert (len(read(server).lines), read(server).problems) == (1000, [])
    alike = read(CdxServer([row(n) for n in range(1000)], is_array=True))
    assert (len(alike.lines), alike.problems) == (1000, [])
    assert "1,000 rows: so many are of one second" in alike.doubts[0]


def test_keys_end_with_a_page_that_has_no_new_row() -> None:
    pages = iter(range(1000))

    async def ask(_: dict[str, str]) -> bytes:
        number = min(next(pages), 3)
        return json.dumps([["timestamp", "original"], list(row(number)[:2]), [], [f"key {number}"]]).encode()

    found = CaptureList(ask, Span(), MOST)
    asyncio.run(found.read())
    assert len(found.lines) == 4
    assert found.problems == ["the list may go on: a page without a new row gives the resume key 'key 3'"]


def test_made_up_rows_end_at_the_setting() -> None:
    numbers = iter(range(10**9))

    async def ask(query: dict[str, str]) -> bytes:
        rows = [list(row(next(numbers))[:2]) for _ in range(1000 * min(5, int(query["limit"])))]
        return json.dumps([["timestamp", "original"], *rows, [], ["more"]]).encode()

    found = CaptureList(ask, Span(), 4)
    asyncio.run(found.read())
    assert "set WAYBACK_CDX_REQUESTS to more than 4" in found.problems[0]
    assert len(found.lines) == 4 * 5000


@pytest.mark.parametrize("status", [0, 429, 503])
def test_a_list_that_breaks_off_says_so(status: int) -> None:
    server = CdxServer([row(n, n) for n in range(10)], own_limit=5, has_keys=True)

    async def ask(query: dict[str, str]) -> bytes:
        if "resumeKey" in query:
            raise Refused("no answer", status)
        return await server.ask(query)

    found = CaptureList(ask, Span(), MOST)
    asyncio.run(found.read())
    assert (len(found.lines), found.problems) == (5, ["the list breaks off after 5 rows: no answer"])


def test_bad_rows_are_named_once_for_the_list() -> None:
    async def ask(query: dict[str, str]) -> bytes:
        rows = [["20220301120000", f"http://a/{number}"] for number in range(int(query["limit"]) * 2)]
        return json.dumps([["timestamp", "original"], ["-", "http://a/"], *rows[: int(query["limit"]) - 1]]).encode()

    found = CaptureList(ask, Span(), MOST, 10)
    asyncio.run(found.read())
    assert sum("cannot be read" in problem for problem in found.problems) == 1
    assert "1 row of the list cannot be read, the first: row 1: '-' is no time stamp" in found.problems


@given(st.lists(st.integers(0, 10**14 - 1).map(lambda number: f"{number:014}"), min_size=1))
def test_a_span_is_split_without_a_gap(timestamps: list[str]) -> None:
    spans, second = split(Span(), timestamps)
    for timestamp in timestamps:
        assert sum(timestamp in span for span in spans) == (timestamp != second)
    assert all(span.first <= span.last or not span.last for span in spans)
