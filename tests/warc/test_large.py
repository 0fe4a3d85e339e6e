"""Records that are larger than what memory should hold are read as all others are."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.batch import inputs
from crawler.warc import large, scan
from crawler.warc.chunked import Chunked
from crawler.warc.content_encoding import unchunked
from crawler.warc.listing import listing
from tests.replica.crawl import run
from tests.warc.others import PACKINGS, PAGE, Made, arc, b32, chunked, chunks
from tests.warc.test_against_others import KINDS

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"".join(b"<p>Line %d of a page.</p>\n" % number for number in range(300))
BROKEN = {
    "wrong block digest": Made(block_digest=b32(b"other")),
    "wrong payload digest": Made(digest=b32(b"other")),
    "wrong digest of chunks": replace(chunked(Made()), digest=b32(b"other")),
    "too short": Made(headers=("Content-Length: 99999",)),
    "no chunk behind the first": Made(headers=("Transfer-Encoding: chunked",), stored=chunks(BODY)[:-7] + b"more than chunks"),
    "length beyond the end": Made(length=10**6),
    "length before the end": Made(length=3000),
    "a resource": Made(type="resource", media="Content-Type: text/html"),
    "a segment": Made(more=("WARC-Segment-Number: 1",)),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("kind", [*KINDS, *BROKEN])
def test_what_goes_by_is_listed_as_what_is_held(
    tmp_path: Path, kind: str, packing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = (KINDS | BROKEN)[kind]
    one = replace(one, body=one.body and BODY, stored=chunks(BODY) if one.stored and kind in KINDS else one.stored)
    path = tmp_path / "x.warc"
    path.write_bytes(PACKINGS[packing]([one.content, Made(url="http://site.test/2").content, one.content]))
    held = list(listing(path, "x"))
    monkeypatch.setattr(scan, "HELD", 1000)
    monkeypatch.setattr(large, "_START", 512)
    assert list(listing(path, "x")) == held


def test_arc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.arc.gz"
    path.write_bytes(PACKINGS["gzip"](arc(Made(body=BODY), Made())))
    held = list(listing(path, "x"))
    monkeypatch.setattr(scan, "HELD", 1000)
    assert list(listing(path, "x")) == held


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_copy_in_which_each_is_compressed_by_itself(tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Made(body=BODY), Made(), Made(body=BODY, length=10**5), Made(body=BODY[::-1]), Made()]
    path = tmp_path / "x.warc"
    path.write_bytes(PACKINGS[packing]([one.content for one in made]))
    (held,) = inputs.gather_inputs([str(path)], tmp_path / "held")
    monkeypatch.setattr(inputs, "HELD", 1000)
    (one,) = inputs.gather_inputs([str(path)], tmp_path / "scratch")
    assert one.faults == held.faults
    assert [line.sha1 for line in listing(path.parent / one.path, "x")] == [
        line.sha1 for line in listing(path.parent / held.path, "x")
    ]


class Taken:
    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    def update(self, data: bytes) -> None:
        self.data += data

    def copy(self) -> Taken:
        return Taken(self.data)


PARTS = [b"3\r\nabc\r\n", b"0\r\n\r\n", b"5\r\nab", b"\r\n", b"\r", b"2", b"a;x=y\r\n0123456789\r\n", b"zz", b"1\r\nqX", b"ff"]


@given(st.lists(st.sampled_from(PARTS), max_size=9).map(b"".join), st.integers(1, 9))
def test_chunks_are_joined_part_by_part_as_they_are_at_once(body: bytes, size: int) -> None:
    rest_from: int | None = None
    for _ in range(2):  # the second reading is told where chunks end
        taken = Chunked(Taken(), rest_from)
        for start in range(0, len(body), size):
            taken.feed(body[start : start + size])
        taken.finish()
        rest_from = taken.rest_from
        assert isinstance(taken.taker, Taken)
        assert taken.taker.data == unchunked(body)


@pytest.mark.parametrize("kind", ["plain", "chunks", "chunks that end"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_import_stores_what_memory_does_not_hold(tmp_path: Path, pack: type[bytes], kind: str) -> None:
    body = PAGE * (scan.HELD // len(PAGE) + 999)
    one = Made(url="https://finews.withounder.com/large.bin", body=body)
    if kind != "plain":
        stored = chunks(body, 1 << 16) if kind == "chunks" else chunks(body, 1 << 16)[:-7] + b"no chunk"
        one = replace(one, stored=stored, headers=(*one.headers, "Transfer-Encoding: chunked"))
        body = unchunked(stored)
    (tmp_path / "x.warc").write_bytes(pack(one.content))
    for taken in ("1 capture taken", "0 captures taken, 1 was there already"):
        done = run("import", str(tmp_path / "x.warc"), "--site", "finews", "-s", f"ARCHIVE_ROOT={tmp_path}")
        assert (done.returncode, taken in done.stdout) == (0, True), done.stdout + done.stderr
    done = run("warc", str(tmp_path / "finews/captures"), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["sha1"], line["bytes"]) for line in lines if line["type"] == "response"] == [
        (hashlib.sha1(body).hexdigest(), len(body))
    ]
    assert "captures/" not in run("verify", "finews", "-s", f"ARCHIVE_ROOT={tmp_path}").stdout


def test_offsets_in_files_of_frames_are_those_of_the_frames(tmp_path: Path) -> None:
    for packing in ("zstd", "LZ4"):
        records = [Made(url=f"http://site.test/{number}", body=PAGE * number).content for number in range(5)]
        (tmp_path / "x.warc").write_bytes(PACKINGS[packing](records))
        lengths = [len(PACKINGS[packing]([record])) for record in records]
        assert [line.offset for line in listing(tmp_path / "x.warc", "x")] == [sum(lengths[:n]) for n in range(5)]


def test_frames_that_share_a_dictionary(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    records = [Made(url=f"http://site.test/{number}", body=b"%d" % number + PAGE).content for number in range(200)]
    shared = zstandard.train_dictionary(2048, records)
    content = shared.as_bytes()
    for packed in (content, zstandard.compress(content)):
        out = BytesIO(b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed)
        out.seek(0, 2)
        for record in records[:4]:
            out.write(zstandard.ZstdCompressor(dict_data=shared).compress(record))
        (tmp_path / "x.warc.zst").write_bytes(out.getvalue())
        lines = list(listing(tmp_path / "x.warc.zst", "x"))
        assert [(line.url, line.fault) for line in lines] == [(f"http://site.test/{number}", None) for number in range(4)]
