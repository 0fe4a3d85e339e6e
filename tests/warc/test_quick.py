"""What is read quickly of a record is what is read of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.warc.reader import DamagedRecord, parse, quick_body
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
