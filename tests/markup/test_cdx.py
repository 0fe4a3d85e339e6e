from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.cdx import CdxLine, UnreadableCdx, changes, read_page

STAMPS = st.datetimes().map(lambda time: f"{time:%Y}".zfill(4) + f"{time:%m%d%H%M%S}")
LINES = st.builds(
    CdxLine, STAMPS, st.sampled_from(["http://a/1", "http://a/2"]), st.sampled_from([0, 200, 404]), st.sampled_from("XYZ")
)


def rows(lines: list[CdxLine], key: str) -> bytes:
    """As the Wayback Machine writes it."""
    head = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    found = [
        ["k", line.timestamp, line.url, "text/html", str(line.status) if line.status else "-", line.digest, "1"]
        for line in lines
    ]
    return json.dumps([head, *found, *([[], [key]] if key else [])]).encode()


def objects(lines: list[CdxLine]) -> bytes:
    """As pywb writes it."""
    return b"".join(
        json.dumps(
            {"timestamp": line.timestamp, "url": line.url, "mime": "x", "digest": line.digest}
            | ({"status": str(line.status)} if line.status else {})
        ).encode()
        + b"\n"
        for line in lines
    )


@given(st.lists(LINES), st.sampled_from(["", "com,a)/ 20220301"]))
def test_both_forms_say_the_same(lines: list[CdxLine], key: str) -> None:
    assert read_page(rows(lines, key)) == (lines, key, [])
    assert read_page(objects(lines)) == (lines, "", [])


@pytest.mark.parametrize("body", [b"", b"\n", b"[]"])
def test_nothing(body: bytes) -> None:
    assert read_page(body) == ([], "", [])


@pytest.mark.parametrize(
    "body",
    [b"<html>", b'{"url": "x"}', b'[["timestamp"],["1"]]', b'[["timestamp","original"],["20220301120000"]]', b"[1]", b"\xff"],
)
def test_what_is_none_is_named(body: bytes) -> None:
    with pytest.raises(UnreadableCdx, match="no CDX listing"):
        read_page(body)


@given(st.binary())
def test_nothing_else_is_raised(body: bytes) -> None:
    with contextlib.suppress(UnreadableCdx):
        read_page(body)


def test_only_what_changed() -> None:
    def line(day: int, digest: str, status: int = 200) -> CdxLine:
        return CdxLine(f"202203{day:02}000000", "http://a/", status, digest)

    lines = [line(5, "A"), line(1, "A"), line(2, "A"), line(3, "B"), line(4, "X", 404), line(6, "A", 0)]
    assert [entry.timestamp[6:8] for entry in changes(lines)] == ["01", "03", "05"]


CAPTURE = CdxLine("20220301120000", "http://a/", 200, "X")


@pytest.mark.parametrize(
    "body",
    [
        b" CDX N b a m s k r M S V g\na)/ 20220301120000 http://a/ text/html 200 X - - 1 2 x.warc.gz\n",
        b" CDX b a s k\r\n20220301120000 http://a/ 200 X\r\n",
        b"a)/ 20220301120000 http://a/ text/html 200 X 812\n",
        b"a)/ 20220301120000 http://a/ text/html 200 X - - 812 0 x.warc.gz\n",
        b'!OpenWayback-CDXJ 1.0\na)/ 20220301120000 {"url": "http://a/", "status": "200", "digest": "X"}\n',
    ],
)
def test_raw_cdx_and_cdxj(body: bytes) -> None:
    assert read_page(body) == ([CAPTURE], "", [])


def test_a_resume_key_behind_lines() -> None:
    page = read_page(b"a)/ 20220301120000 http://a/ text/html 200 X 1\n\na%29%2F+2022\n")
    assert page == ([CAPTURE], "a%29%2F+2022", [])


@pytest.mark.parametrize("row", [b'["20220301","http://b/"]', b'["20220301120000"]', b'["x","http://b/"]'])
def test_a_bad_row_is_named_and_the_others_are_read(row: bytes) -> None:
    good = b'["20220301120000","http://a/"]'
    page = read_page(b'[["timestamp","original"],' + good + b"," + row + b"," + good + b",[],[]]")
    assert (len(page.lines), page.key, len(page.faults)) == (2, "", 1)
    assert page.faults[0].startswith("row 2: ")
