"""The quick way to a payload says what the careful one says, or nothing."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.archive.captures import Captures
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.schema import CaptureRow
from crawler.archive.limits import Limits
from crawler.archive.payloads import Payloads
from crawler.crawl.download.adapted import DecodingMiddleware
from crawler.warc.content_encoding import UnreadableCoding, decoded
from crawler.warc.reader import DamagedRecord, gunzip_member, parse, quick_body
from crawler.warc.record import record_id, response_record
from tests.archive.conftest import wire
from tests.archive.test_scan import raw

HEADERS = st.lists(
    st.sampled_from([
        b"Content-Type: text/html", b"content-encoding: identity", b"Content-Encoding:gzip", b"Transfer-Encoding: chunked",
        b"X-Content-Encoding: br", b"folded: a\r\n b", b"no colon", b"Content-Encoding: identity, identity", b": x",
    ]),
    max_size=4,
)  # fmt: skip


@given(st.binary(max_size=500), st.sampled_from([200, 404, 999]))
def test_of_our_own_records(body: bytes, status: int) -> None:
    content = gunzip_member(response_record(wire(body=body, status=status), record_id()))
    assert quick_body(content) == (body, [])


@given(
    st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/2 200", b"HTTP/1.0 404", b"ICY 200", b"HTTP/1.1"]),
    HEADERS,
    st.binary(max_size=200) | st.sampled_from([gzip.compress(b"x"), b"1\r\nx\r\n0\r\n\r\n", b"\r\n\r\n"]),
    st.sampled_from([None, 0, 3, 10_000]),
)
def test_of_records_of_all_sorts(status: bytes, headers: list[bytes], body: bytes, length: int | None) -> None:
    content = raw(b"\r\n".join([status, *headers]) + b"\r\n\r\n" + body, length=length)
    quick = quick_body(content)
    if quick is None:
        return
    record = parse(content)
    assert record is not None
    assert quick[0] == record.payload

    def result(payload: bytes, given: list[tuple[str, str]]) -> bytes | str:
        try:
            return decoded(payload, given)
        except ValueError as error:
            return str(error)

    assert result(*quick) == result(record.payload, record.headers)


@given(st.binary(max_size=300))
def test_of_what_is_none(content: bytes) -> None:
    assert quick_body(content) is None


def rows(path: Path, number: int) -> list[CaptureRow]:
    found, offset = [], 0
    with path.open("wb") as file:
        for one in range(number):
            member = response_record(wire(f"https://s/{one}", b"%d" % one * (one * 37 % 4000 + 1)), record_id())
            file.write(member)
            found.append(CaptureRow(one, f"https://s/{one}", "t", 200, "response", path.name, offset, len(member), "", one))
            offset += len(member)
    return found


@given(order=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 79)), max_size=60))
def test_whatever_the_order_of_reading(tmp_path_factory: pytest.TempPathFactory, order: list[tuple[int, int]]) -> None:
    folder = tmp_path_factory.mktemp("order")
    files = [rows(folder / name, 80) for name in ("a", "b")]
    payloads = Payloads(lambda name: folder / name, lambda _: None)
    for file, number in order:
        exchange = payloads.exchange(files[file][number])
        assert exchange is not None
        assert exchange.body == b"%d" % number * (number * 37 % 4000 + 1)
    payloads.close()


def test_what_is_written_later_is_seen(tmp_path: Path) -> None:
    first = rows(tmp_path / "a", 3)
    payloads = Payloads(lambda name: tmp_path / name, lambda _: None)
    assert payloads.exchange(first[0]) is not None
    later = rows(tmp_path / "a", 6)
    assert payloads.exchange(later[5]) is not None
    gone = later[5]._replace(offset=10**6)
    assert payloads.exchange(gone) is None
    with pytest.raises(DamagedRecord, match="no whole response"):
        payloads.exchange_or_fault(gone)
    payloads.close()


_CODED = st.sampled_from([
    [], [(b"Content-Encoding", b"gzip")], [(b"content-encoding", b"x-gzip")], [(b"Content-Encoding", b" gzip ")],
    [(b"Content-Encoding", b"identity, gzip")], [(b"Content-Encoding", b"deflate")], [(b"Content-Encoding", b"no such")],
    [(b"Transfer-Encoding", b"chunked")], [(b"Transfer-Encoding", b"chunked"), (b"Content-Encoding", b"gzip")],
    [(b"X-Content-Encoding", b"gzip")], [(b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"gzip")],
    [(b"Content-Encoding", "g\u017aip".encode())],
])  # fmt: skip
_BODIES = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=40).map(gzip.compress),
    st.binary(max_size=40).map(gzip.compress).map(gzip.compress),
    st.binary(min_size=20, max_size=40).map(lambda body: gzip.compress(body)[:-12]),
    st.sampled_from([b"3\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n"]),
)


@given(st.lists(st.tuples(_BODIES, _CODED, st.sampled_from([200, 404])), min_size=1, max_size=4))
def test_a_crawl_reads_a_response_as_a_rebuild_reads_its_capture(said: list[tuple[bytes, list[Any], int]]) -> None:
    decoding = DecodingMiddleware.from_crawler(get_crawler())
    with tempfile.TemporaryDirectory() as name:
        catalog = Catalog(Path(name) / "catalog.sqlite")
        captures = Captures(Path(name) / "captures", "s", catalog, Limits(), {})
        for number, (body, coded, status) in enumerate(said):
            url, headers = f"https://s/{number}", [(b"Content-Type", b"text/html"), *coded]
            row = captures.store(replace(wire(url, body, status), headers=headers))
            response = Response(url, status, body=body)
            for key, value in headers:
                response.headers.appendlist(key, value)
            exchange = captures.payloads.exchange(row)
            if row.type == "revisit":
                continue
            try:
                read = decoding.process_response(Request(url), response)
            except UnreadableCoding:
                assert exchange is None
            else:
                assert isinstance(read, Response)
                assert exchange is not None
                assert read.body == exchange.body
        captures.close()
        catalog.close()


def test_little_is_kept(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    captures = Captures(tmp_path / "captures", "s", catalog, Limits(), {})
    for number in range(300):
        captures.payloads.keep(captures.store(wire(f"https://s/{number}", str(number).encode())), b"x")
    assert 0 < len(captures.payloads._kept) < 200
    for number in range(9):
        captures.payloads.keep(captures.store(wire(f"https://s/large/{number}")), bytes(8 << 20))
    assert len(captures.payloads._kept) < 4
    captures.close()
    assert not len(captures.payloads._kept)
