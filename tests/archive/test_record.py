"""What is written by hand, read back by warcio."""

from __future__ import annotations

import zlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.warc.members import iter_members
from crawler.warc.reader import gunzip_member, parse
from crawler.warc.record import (
    IDENTICAL_PAYLOAD,
    NOT_MODIFIED,
    RefersTo,
    digest,
    info_record,
    record_id,
    request_record,
    response_record,
)
from tests.archive.conftest import NOW, wire

OLD = RefersTo("https://s/old", "2022-03-01T00:00:00.000000Z", digest(b"old"))


def only(member: bytes) -> tuple[Any, bytes]:
    """The one record of a member, and its payload; warcio compares the digests on the way."""
    records = [(record, record.raw_stream.read()) for record in ArchiveIterator(BytesIO(member), check_digests="raise")]
    assert len(records) == 1
    return records[0]


@given(st.binary(max_size=2000), st.sampled_from([200, 304, 404, 500, 999]))
def test_a_response_comes_back_with_its_digests(body: bytes, status: int) -> None:
    identifier = record_id()
    exchange = wire(body=body, status=status)
    record, payload = only(response_record(exchange, identifier))
    assert payload == body
    assert record.rec_headers.get_header("WARC-Record-ID") == identifier
    assert record.rec_headers.get_header("WARC-Date") == "2022-03-03T15:30:00.123456Z"
    assert record.rec_headers.get_header("WARC-Payload-Digest") == digest(body)
    assert record.rec_headers.get_header("WARC-IP-Address") == "192.0.2.1"
    assert record.http_headers.get_statuscode() == str(status)
    assert record.http_headers.get_header("Transfer-Encoding") is None


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_record_of_any_length_is_no_larger_than_with_the_whole_window(piece: bytes, times: int) -> None:
    exchange = wire(body=piece * times)
    member = response_record(exchange, record_id())
    assert only(member)[1] == exchange.body
    whole = zlib.compressobj(6, zlib.DEFLATED, 31)
    assert len(member) <= 1.02 * len(whole.compress(gunzip_member(member)) + whole.flush()) + 16


_NAME = st.text("!#$%&'*+-.^_`|~09azAZ", min_size=1).map(str.encode)
_VALUE = st.binary(max_size=50).filter(lambda value: not {10, 13} & set(value)).map(bytes.strip)


@given(_VALUE, st.lists(st.tuples(_NAME, _VALUE)))
def test_a_head_comes_back_byte_for_byte(reason: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    exchange = replace(wire(), headers=headers, reason=reason)
    member = gunzip_member(response_record(exchange, record_id()))
    assert b"\r\n\r\nHTTP/1.1 200 " + reason + b"\r\n" in member
    found = parse(member)
    assert found is not None
    assert [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found.headers] == headers


def test_a_length_beside_chunks_that_were_joined_is_left_out() -> None:
    headers = [(b"content-length", b"7"), (b"A", b"b"), (b"TRANSFER-encoding", b"chunked")]
    found = parse(gunzip_member(response_record(replace(wire(), headers=headers), record_id())))
    assert found is not None
    assert found.headers == [("A", "b")]


@pytest.mark.parametrize(("status", "profile"), [(304, NOT_MODIFIED), (200, IDENTICAL_PAYLOAD)])
def test_a_revisit_says_of_what(status: int, profile: str) -> None:
    record, _ = only(response_record(wire(status=status), record_id(), OLD))
    assert record.rec_type == "revisit"
    assert record.rec_headers.get_header("WARC-Profile") == profile
    assert record.rec_headers.get_header("WARC-Refers-To-Target-URI") == OLD.url
    assert record.rec_headers.get_header("WARC-Refers-To-Date") == OLD.time
    assert record.rec_headers.get_header("WARC-Payload-Digest") == OLD.payload_digest


def test_a_request_belongs_to_its_response() -> None:
    record, _ = only(request_record(wire(), "<urn:uuid:1>"))
    assert record.rec_type == "request"
    assert record.rec_headers.get_header("WARC-Concurrent-To") == "<urn:uuid:1>"


def test_a_file_opens_with_what_made_it() -> None:
    record, payload = only(info_record("f.warc.gz", NOW, {"software": "Backfile"}))
    assert record.rec_type == "warcinfo"
    assert record.rec_headers.get_header("WARC-Filename") == "f.warc.gz"
    assert payload == b"software: Backfile\r\n"


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(min_value=0, max_value=4000))
def test_whole_members_are_found_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], cut: int
) -> None:
    records = [response_record(wire(body=body), record_id()) for body in bodies]
    ends = [sum(map(len, records[: number + 1])) for number in range(len(records))]
    path = tmp_path_factory.mktemp("cut") / "f.warc.gz"
    path.write_bytes(b"".join(records)[:cut])
    found = [piece for piece in iter_members(path, 0, 10**6) if not isinstance(piece[2], str)]
    assert [offset + length for offset, length, _ in found] == [end for end in ends if end <= cut]
    for (_, _, content), body in zip(found, bodies, strict=False):
        record = parse(content)
        assert record is not None
        assert record.payload == body


def test_warcio_check_finds_nothing(tmp_path) -> None:
    exchange = wire()
    path = tmp_path / "f.warc.gz"
    path.write_bytes(
        info_record("f.warc.gz", NOW, {"software": "Backfile"})
        + response_record(exchange, "<urn:uuid:1>")
        + request_record(exchange, "<urn:uuid:1>")
        + response_record(wire(status=304, body=b""), record_id(), OLD)
    )
    checker = Checker(type("Given", (), {"inputs": [str(path)], "verbose": True})())
    checker.process_all()
    assert checker.exit_value == 0
