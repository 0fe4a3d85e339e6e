"""What is read quickly of a record is what is read of it."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.warc.heads import read_head
from crawler.warc.reader import DamagedRecord, gunzip_member, parse, quick_body
from crawler.warc.record import RawExchange, record_id, request_record, response_record
from crawler.warc.scan import Problem, ScannedCapture, records, scan, scanned_capture
from tests.warc.others import Made

GOOD = Made(version="WARC/1.1", headers=("Content-Type: text/html", "Content-Encoding: gzip")).content
INSERTED = [
    b"\n\n", b"\r\n\n", b"\r\n \r\n", b"\r\nContent-Length : 7", b"\r\ncontent-length: 3", b"\r\nWARC-Type: resource", b"\r\n\r\n", b"\0",
    b"\r\nContent-Encoding: br", b"\r\n Content-Encoding: x", b"\r\nTransfer-Encoding: chunked", b"HTTP/1.1 200 OK\r\n", b"\n", b" ",
]  # fmt: skip


def test_an_ordinary_record_is_read_quickly() -> None:
    found, record = quick_body(GOOD), parse(GOOD)
    assert found is not None
    assert record is not None
    assert found[0] == record.payload


@given(st.sampled_from(INSERTED), st.integers(0, len(GOOD)), st.booleans())
def test_and_any_other_as_all_are(inserted: bytes, at: int, whole: bool) -> None:
    data = GOOD[:at] + inserted + GOOD[at:]
    if whole and at > GOOD.index(b"HTTP/1.1"):  # the block is longer
        stated = len(Made(headers=("Content-Type: text/html", "Content-Encoding: gzip")).block)
        data = data.replace(b"Content-Length: %d" % stated, b"Content-Length: %d" % (stated + len(inserted)))
    quick = quick_body(data)
    if quick is None:
        return
    try:
        record = parse(data)
    except DamagedRecord:
        return  # named when the file is scanned, and not read by its offset
    if record is not None:
        assert quick[0] == record.payload


@pytest.mark.parametrize("at", [b"\r\nWARC-Date", b"\r\nContent-Type: text"])
def test_a_blank_line_of_another_form_ends_a_head(at: bytes) -> None:
    assert quick_body(GOOD.replace(at, b"\n\n" + at, 1).replace(b"Length: 1", b"Length: 1", 1)) is None


OURS = RawExchange(
    "https://site.test/a", datetime(2022, 3, 1, tzinfo=UTC), b"GET / HTTP/1.1\r\n\r\n", 200, [(b"A", b"b")], b"body", ip="::1"
)
OUR_RECORDS = [gunzip_member(response_record(OURS, record_id())), gunzip_member(request_record(OURS, record_id()))]
IN_OUR_HEAD = [
    *INSERTED, b"WARC-Truncated: length\r\n", b"WARC-Date: 2022\r\n", b"x", b"9", b"Content-Length: 9\r\n", b"<", b"\xff", b"WARC-Type: request\r\n",
    b"WARC/1.1\r\n", b"WARC-Segment-Number: 1\r\n",
]  # fmt: skip


@given(st.sampled_from(OUR_RECORDS), st.sampled_from([b"", *IN_OUR_HEAD]), st.integers(0, 600), st.integers(0, 3))
def test_a_file_is_scanned_quickly_as_it_is_read(record: bytes, inserted: bytes, at: int, cut: int) -> None:
    member = gzipped(record[:at] + inserted + record[at + cut :])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc.gz"
        path.write_bytes(b"".join((gzipped(OUR_RECORDS[0]), member, gzipped(OUR_RECORDS[0]))))
        captures = [one for one in scan(path) if isinstance(one, ScannedCapture)]
        faults = [one.offset for one in scan(path) if isinstance(one, Problem)]
        segments = list(records(path))
    assert captures == [scanned_capture(one) for one in segments if one.record and one.is_alone and not one.fault]
    assert faults == [one.offset for one in segments if one.fault or (one.record and not one.is_alone)]


def test_a_day_that_no_month_has_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzipped(OUR_RECORDS[0].replace(b"2022-03-01T", b"2022-02-30T")))
    (found,) = scan(tmp_path / "a.warc.gz")
    assert isinstance(found, Problem)
    assert "2022-02-30" in found.reason


@given(st.sampled_from([GOOD, *OUR_RECORDS]), st.sampled_from(IN_OUR_HEAD), st.integers(0, 600))
def test_a_head_of_the_usual_form_is_the_head_that_any_reader_finds(record: bytes, inserted: bytes, at: int) -> None:
    data = record[:at] + inserted + record[at:]
    usual, any_other = read_head(data, 0, len(data)), read_head(data.replace(b"WARC/1.1", b"WARC/0.1", 1), 0, len(data))
    if isinstance(usual, str) or usual is None or isinstance(any_other, str) or any_other is None:
        assert usual == any_other
        return
    assert (usual.fields, usual.end, usual.length) == (any_other.fields, any_other.end, any_other.length)


def gzipped(content: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=31)
    return deflate.compress(content) + deflate.flush()
