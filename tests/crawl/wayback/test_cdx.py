"""Every form in which web archives list their captures."""

from __future__ import annotations

import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.wayback.cdx import CdxLine, UnreadableCdx, changes, complete, read_page

STAMPS = st.datetimes().map(lambda time: f"{time:%Y}".zfill(4) + f"{time:%m%d%H%M%S}")
LINES = st.builds(
    CdxLine, STAMPS, st.sampled_from(["http://a/1", "http://a/2"]), st.sampled_from([0, 200, 404]), st.sampled_from("XYZ")
)
HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def arrays(lines: list[CdxLine], key: str, *, numbers: bool = False, head: bool = True) -> bytes:
    """As the Wayback Machine writes it; with ``numbers``, as OutbackCDX does."""
    found = [
        [
            "k",
            int(line.timestamp) if numbers and line.timestamp[0] != "0" else line.timestamp,
            line.url,
            "text/html",
            (line.status if numbers else str(line.status)) if line.status else "-",
            line.digest,
            "1",
        ]
        for line in lines
    ]
    names = HEAD if not numbers else ["urlkey", "timestamp", "url", "mime", "status", "digest", "length"]
    return json.dumps([*([names] if head else []), *found, *([[], [key]] if key else [])]).encode()


def objects(lines: list[CdxLine]) -> list[dict[str, str]]:
    """With pywb's names."""
    return [
        {"timestamp": line.timestamp, "url": line.url, "mime": "x", "digest": line.digest}
        | ({"status": str(line.status)} if line.status else {})
        for line in lines
    ]


@given(st.lists(LINES), st.sampled_from(["", "com,a)/ 20220301"]))
def test_all_forms_say_the_same(lines: list[CdxLine], key: str) -> None:
    page = read_page(arrays(lines, key))
    assert (page.lines, page.key, page.faults, page.rows, page.is_array) == (lines, key, [], len(lines), True)
    many = [json.dumps(one) for one in objects(lines)]
    texts = ["k {} {} text/html {} {} 1".format(one.timestamp, one.url, one.status or "-", one.digest) for one in lines]
    cdxj = [f"k {one['timestamp']} {json.dumps(one)}" for one in objects(lines)]
    for body in (
        arrays(lines, "", numbers=True),
        arrays(lines, "", head=False),
        json.dumps(objects(lines)).encode(),
        "\n".join(many).encode(),
        "\r\n".join(many).encode() + b"\r\n",
        "\n".join(texts).encode(),
        "\n".join([" CDX N b a m s k S", *texts]).encode(),
        "\n".join(["!OpenWayback-CDXJ 1.0", *cdxj]).encode(),
        gzip.compress("\n".join(many).encode()),
    ):
        assert (read_page(body).lines, read_page(body).faults) == (lines, []), body


@pytest.mark.parametrize("body", [b"", b"\n", b"[]", b"[[]]", gzip.compress(b"", mtime=0), json.dumps([HEAD]).encode()])
def test_nothing(body: bytes) -> None:
    page = read_page(body)
    assert (page.lines, page.key, page.faults, page.rows) == ([], "", [], 0)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"url": "x"}',
        b'{"message": "no such collection"}',
        b'[["timestamp"],["1"]]',
        b"[1]",
        b"\xff",
        b"[[" * 100_000,
        b"\x1f\x8b\x08 and then no gzip",
        b"5",
        b"[",
        b"Limit 1000 exceeded",
        b'[["k", "20220301120000", "a/b"]]',
        b"x" * 1_000_000,
    ],
)
def test_what_is_none_is_named(body: bytes) -> None:
    with pytest.raises(UnreadableCdx, match="no CDX listing") as error:
        read_page(body)
    assert len(str(error.value)) < 400


@given(st.binary() | st.binary().map(gzip.compress) | st.text('[]{},:" 0123456789\naC', max_size=200).map(str.encode))
def test_nothing_else_is_raised(body: bytes) -> None:
    with contextlib.suppress(UnreadableCdx):
        read_page(body)


CAPTURE = CdxLine("20220301120000", "http://a/", 200, "X")


@pytest.mark.parametrize(
    "body",
    [
        b" CDX N b a m s k r M S V g\na)/ 20220301120000 http://a/ text/html 200 X - - 1 2 x.warc.gz\n",
        b" CDX b a s k\r\n20220301120000 http://a/ 200 X\r\n",
        b"a)/ 20220301120000 http://a/ text/html 200 X 812\n",
        b"a)/ 20220301120000 http://a/ text/html 200 X - - 812 0 x.warc.gz\n",
        b'!OpenWayback-CDXJ 1.0\na)/ 20220301120000 {"url": "http://a/", "status": "200", "digest": "X"}\n',
        b'(a,)/ 2022-03-01T12:00:00Z response {"uri": "http://a/", "status": 200, "digest": "X"}\n',
        b'a)/ 20220301120000123 {"url": "http://a/", "status": "200", "digest": "X"}\n',
        b'[["timestamp","original","statuscode","digest"],\n["20220301120000","http://a/","200","X"],\n',
        b'[["timestamp","original","statuscode","digest"]\n,["20220301120000","http://a/","200","X"]\n]',
    ],
)
def test_raw_cdx_and_cdxj(body: bytes) -> None:
    assert read_page(body).lines == [CAPTURE]


@pytest.mark.parametrize(
    ("rows", "lines", "faults"),
    [
        ('["20220301120000","http://a/","200","X"],["2022', 1, 1),
        ('["20220301120000","http://a/","200","X"]', 1, 1),
        ('["20220301120000","http://a/\\ud800","200","X"],["20220301120000","http://a/","200","X"]]', 1, 1),
        ('["20220301120000","http://a/\\u0000","200","X"],["20220301120000","http://a/","200","X"]]', 1, 1),
        ('["20220301120000",http://a/,"200","X"],["20220301120000","http://a/","200","X"]]', 1, 1),
        ('["20220301120000","http://a/","200","X"]] and more', 1, 1),
        ('["20220301120000",' * 200 + "]", 0, 101),
    ],
)
def test_a_damaged_array_is_read_row_by_row(rows: str, lines: int, faults: int) -> None:
    page = read_page(f'[["timestamp","original","statuscode","digest"],{rows}'.encode())
    assert (page.lines, len(page.faults)) == ([CAPTURE] * lines, faults)


@pytest.mark.parametrize("after", ["", ',["2022030', "\nwarning: output may be incomplete, error occurred processing captures"])
def test_a_list_that_is_cut_short_is_read_as_far_as_it_goes(after: str) -> None:
    rows = '[["timestamp","original","statuscode","digest"],\n["20220301120000","http://a/","200","X"],\n["2022' + after
    page = read_page(rows.encode())
    assert page.lines == [CAPTURE]
    assert page.faults


def test_a_resume_key_behind_lines() -> None:
    page = read_page(b"a)/ 20220301120000 http://a/ text/html 200 X 1\n\na%29%2F+2022\n")
    assert (page.lines, page.key, page.faults) == ([CAPTURE], "a%29%2F+2022", [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (b'["202","http://b/"]', "'202' is no time stamp"),
        (b'["20220301120000"]', "'20220301120000' is no row"),
        (b'["20220301120000","http://b/","200"]', "3 columns instead of 2"),
        (b'["x","http://b/"]', "'x' is no time stamp"),
        (b'["-","-"]', "'-' is no time stamp"),
        (b'["20220301120000",null]', "no address"),
        (b'["20220301120000","b/"]', "'b/' is no address"),
        (b"3", "'3' is no row"),
        (b"null", "'None' is no row"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row: bytes, told: str) -> None:
    good = b'["20220301120000","http://a/"]'
    page = read_page(b'[["timestamp","original"],' + good + b"," + row + b"," + good + b",[],[]]")
    assert (len(page.lines), page.key, page.faults, page.rows) == (2, "", [f"row 2: {told}"], 3)
    alone = read_page(b'[["timestamp","original"],' + row + b"]")
    assert (alone.lines, alone.faults) == ([], [f"row 1: {told}"])


@pytest.mark.parametrize("row", [["k", "20220301120000", "http://a/", "unk", "-", "-"], ["k", "20220301120000", "http://a/"]])
def test_rows_without_status_or_digest(row: list[str]) -> None:
    assert read_page(json.dumps([row]).encode()).lines == [CdxLine("20220301120000", "http://a/", 0, "")]


@pytest.mark.parametrize(
    ("stamp", "whole"),
    [
        ("2022", "20220101000000"),
        ("202203", "20220301000000"),
        ("20220301", "20220301000000"),
        ("2022030112", "20220301120000"),
        ("202203011230", "20220301123000"),
        ("20220301123059123", "20220301123059"),
        ("99991231235959", "99991231235959"),
    ],
)
def test_time_stamps_are_completed(stamp: str, whole: str) -> None:
    assert complete(stamp) == whole


def test_only_what_changed() -> None:
    def line(day: int, digest: str, status: int = 200) -> CdxLine:
        return CdxLine(f"202203{day:02}000000", "http://a/", status, digest)

    lines = [line(5, "A"), line(1, "A"), line(2, "A"), line(3, "B"), line(4, "X", 404), line(6, "A", 0)]
    kept = changes(("http://a/", one) for one in lines)
    assert [entry.timestamp[6:8] for _, entry in kept] == ["01", "03", "05"]


def test_twins_are_captures_of_one_address() -> None:
    twins = [
        ("https://a/%e6%96", CdxLine("20220301000000", "http://a/%e6%96", 200, "A")),
        ("https://a/%E6%96", CdxLine("20220301000001", "https://a:443/%E6%96", 200, "A")),
        ("https://a/~x", CdxLine("20220301000000", "http://a/~x", 200, "B")),
        ("https://a/%7Ex", CdxLine("20220302000000", "http://a/%7Ex", 0, "B")),
    ]
    assert [line.url for _, line in changes(twins)] == ["http://a/~x", "http://a/%e6%96"]
