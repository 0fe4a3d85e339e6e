"""Damage: what is lost is named with its byte, everything else is read, and no file takes more than its share of time."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.batch.input import BadInput
from crawler.batch.inputs import gather_inputs
from crawler.warc.content_encoding import UnreadableCoding, decoded, unchunked
from crawler.warc.listing import listing
from crawler.warc.members import pieces
from crawler.warc.reader import gunzip_member, parse
from crawler.warc.scan import ScannedCapture, scan
from crawler.warc.splitter import Splitter
from tests.warc.others import PACKINGS, PAGE, Made, by_fastwarc, by_warcio, chunked, chunks, ours

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = [Made(url=f"http://site.test/{number}", body=PAGE * 9).content for number in range(9)]
HEAD = b"WARC/1.0\r\nContent-Length: %d\r\n\r\n"


def read(path: Path, data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    path.write_bytes(data)
    found, faults = ours(path)
    return sorted(url.rpartition("/")[2] for url, _ in found), [(line.offset, line.fault or "") for line in faults]


@pytest.mark.parametrize("packing", ["not", "gzip", "gzip, whole", "bzip2, whole", "zstd"])
def test_a_file_cut_short(tmp_path: Path, packing: str) -> None:
    data = PACKINGS[packing](RECORDS)
    for length in range(len(data) // 3, len(data), len(data) // 50 + 1):
        found, faults = read(tmp_path / "x", data[:length])
        assert found == [str(number) for number in range(len(found))]
        is_whole = data[:length].strip(b"\r\n") == PACKINGS[packing](RECORDS[: len(found)]).strip(b"\r\n")
        assert len(faults) == (0 if is_whole else 1), (length, faults)
        if packing.endswith("whole"):
            assert f"byte {length}" in faults[0][1]


@pytest.mark.parametrize("packing", ["gzip", "gzip, whole", "not"])
def test_a_broken_place(tmp_path: Path, packing: str) -> None:
    records = list(RECORDS)
    if packing == "gzip, whole":
        data = bytearray(PACKINGS[packing](records))
        data[len(data) - 30] ^= 0x55
    else:
        records[4] = Made(url="http://site.test/4", length=10**6).content
        data = bytearray(PACKINGS[packing](records))
    found, faults = read(tmp_path / "x", bytes(data))
    if packing == "gzip, whole":
        assert found == [str(number) for number in range(len(found))]
        assert faults
    else:
        assert len(faults) == 1
        assert found == [str(number) for number in range(9) if number != 4]


@pytest.mark.parametrize("length", [10, 60, 800, 2000, 10**6])
def test_a_wrong_length_in_a_file_compressed_as_a_whole(tmp_path: Path, length: int) -> None:
    records = [*RECORDS[:4], Made(length=length).content, *RECORDS[5:]]
    found, faults = read(tmp_path / "x", gzip.compress(b"".join(records)))
    assert found == [str(number) for number in range(9) if number != 4]
    assert len(faults) == 1


def test_members_that_each_lack_their_end(tmp_path: Path) -> None:
    found, faults = read(tmp_path / "x", b"".join(gzip.compress(record)[:-6] for record in RECORDS))
    assert (found, len(faults)) == ([], 9)


def test_noise_and_zero_bytes_between_records(tmp_path: Path) -> None:
    data = b"".join(
        [*RECORDS[:3], bytes(9000), b"noise\n", *map(gzip.compress, RECORDS[3:6]), b"noise", *RECORDS[6:], bytes(50)]
    )
    found, faults = read(tmp_path / "x", data)
    assert found == [str(number) for number in range(9)]
    assert [reason for _, reason in faults] == ["no WARC record"] * 2


def nested(number: int) -> bytes:
    """Gzip members whose stored blocks hold the next ones: each could be read again for each of them."""
    block = struct.pack("<HH", 6, 6 ^ 0xFFFF) + b"WARC/\n\0" + struct.pack("<HH", 27, 27 ^ 0xFFFF)
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\3\0" + block) * number


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "beginnings of gzip": lambda number: b"\x1f\x8b\x08\0" * number,
    "beginnings of bzip2": lambda number: b"BZh91AY&SY" * number,
    "nested members": nested,
    "first lines": lambda number: b"WARC/1.0\r\n" * number,
    "lengths up to the end": lambda number: b"".join(HEAD % (40 * (number - one)) for one in range(number)),
    "the same, packed": lambda number: gzip.compress(b"".join(HEAD % (40 * (number - one)) for one in range(number))),
    "lengths beyond the end": lambda number: gzip.compress((HEAD % 10**7) * number),
    "empty members": lambda number: gzip.compress(b"") * number,
    "members of one byte": lambda number: gzip.compress(b"W") * number,
    "a head in many members": lambda number: gzip.compress(b"WARC/1.0\r\n") + gzip.compress(b"A: b\r\n") * number,
    "members without an end": lambda number: gzip.compress(HEAD % 0 + b"\r\n\r\n")[:-6] * number,
    "lines of ARC": lambda number: b"http://a/ 1.1.1.1 20200101000000 text/html 5\n" * number,
    "zero bytes": lambda number: bytes(100 * number),
}


class Counting(BytesIO):
    """A file that counts what is read of it."""

    steps = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.steps += 100 + len(data)
        return data


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_twice_as_long_takes_twice_the_steps(name: str) -> None:
    def steps(number: int) -> int:
        data = HOSTILE[name](number)
        file = Counting(data)
        assert sum(1 for _ in Splitter(file, len(data), 1 << 20).pieces(0)) <= 2 * number
        return file.steps

    assert steps(4000) <= 2.5 * steps(2000) + (1 << 20)


@pytest.mark.parametrize("packing", ["not", "gzip", "gzip, whole", "zstd"])
@pytest.mark.parametrize("kind", ["cut short", "length too small"])
def test_what_there_is_of_a_record_is_shown_with_its_fault_and_is_no_capture(tmp_path: Path, kind: str, packing: str) -> None:
    made = Made(url="http://site.test/last", body=PAGE * 9)
    whole = len(made.block)
    bad = replace(made, length=whole + 9 if kind == "cut short" else whole - 9)
    path = tmp_path / "x.warc"
    path.write_bytes(PACKINGS[packing]([*RECORDS[:2], bad.content]))
    (line,) = [line for line in listing(path, "x") if line.fault]
    shown = made.body[:-9] if kind == "length too small" else made.body + made.end
    assert (line.url, line.type) == ("http://site.test/last", "response")
    assert (line.sha1, line.bytes) == (hashlib.sha1(shown).hexdigest(), len(shown))
    for others in (by_warcio(path.read_bytes()), by_fastwarc(path.read_bytes())):
        given = [sha1 for url, sha1 in others if url == "http://site.test/last"]
        assert given in ([], [line.sha1])
    assert not [one for one in scan(path) if isinstance(one, ScannedCapture) and one.url == "http://site.test/last"]


def test_chunks_of_every_form() -> None:
    joined = chunked(Made()).body
    assert unchunked(chunks(joined)) == joined
    assert unchunked(chunks(joined, last=False)) == joined
    for other in (b"plain", b"-2\r\nxx\r\n", b"+3\r\nabc\r\n", b"0x3\r\nabc\r\n", b"1_0\r\nabc\r\n", b"\r\nabc", b""):
        assert unchunked(other) == other
    assert unchunked(b"1\r\nx\r\n-2\r\n-a\r\n") == b"x-2\r\n-a\r\n"
    assert unchunked(b"3;name=value\r\nabc\r\n00\r\nTrailer: x\r\n\r\n") == b"abc"
    assert unchunked(b"003 \r\nabc\r\n2\r\nd") == b"abcd"
    assert unchunked(b"3\r\nabc\r\n1f") == b"abc"


def test_many_small_members_are_one_body() -> None:
    body = b"".join(gzip.compress(b"%d," % number) for number in range(3000))
    assert decoded(body, [("Content-Encoding", "gzip")]).count(b",") == 3000


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "x-gzip", "none", "utf-8", "gzip, br"])
def test_a_body_that_is_not_in_the_encoding_of_its_header_is_the_body(coding: str) -> None:
    for body in (PAGE, "页面".encode("gbk") * 40, b"{}"):
        assert decoded(body, [("Content-Encoding", coding)]) == body


def test_what_is_compressed_and_damaged_is_no_body() -> None:
    damaged = bytearray(zlib.compress(bytes(range(256)) * 9))
    damaged[20] ^= 0xFF
    with pytest.raises(UnreadableCoding):
        decoded(bytes(damaged), [("Content-Encoding", "deflate")])
    with pytest.raises(UnreadableCoding, match="9 content encodings"):
        decoded(PAGE, [("Content-Encoding", "gzip")] * 9)


def test_a_record_in_two_members_has_no_member_for_itself(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(RECORDS[0][:50]) + gzip.compress(RECORDS[0][50:]) + gzip.compress(RECORDS[1]))
    assert [(one.is_alone, one.fault) for one in pieces(tmp_path / "x", 0, 1 << 20)] == [(False, ""), (True, "")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(PACKINGS)), st.data())
def test_whatever_is_done_to_a_file_what_is_read_can_be_read_by_its_offset(tmp_path: Path, packing: str, data) -> None:
    content = PACKINGS[packing](RECORDS[:4])
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 100)))
    path = tmp_path / "x.warc"
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=50)) + content[end:])
    good = sum(number for (url, _), number in ours(path)[0].items() if url[:4].lower() == "http")
    try:
        (one,) = gather_inputs([str(path)], tmp_path / "scratch")
    except BadInput:
        assert not good
        return
    whole = Path(one.path).read_bytes()
    found = [item for item in scan(Path(one.path)) if isinstance(item, ScannedCapture)]
    for item in found:
        record = parse(gunzip_member(whole[item.offset : item.offset + item.length]))
        assert record is not None
        assert record.url == item.url
    assert len(found) >= good


def test_a_response_without_an_address_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(RECORDS[0].replace(b"WARC-Target-URI", b"X-Target-URI") + RECORDS[1])
    found = list(scan(tmp_path / "x.warc"))
    assert [type(one).__name__ for one in found] == ["Problem", "ScannedCapture"]
    assert found[0].reason == "a response without an address"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("zstd", zstandard.compress(PAGE[:40]) + zstandard.compress(PAGE[40:])),
        ("gzip;q=1", gzip.compress(PAGE)),
        ("utf-8, GZIP ; x=y", gzip.compress(PAGE)),
        ("gzip", gzip.compress(PAGE[:40]) + gzip.compress(PAGE[40:])),
    ],
    ids=["zstd", "gzip;q=1", "utf-8, gzip", "gzip"],
)
def test_encodings_in_parts_and_with_parameters(coding: str, body: bytes) -> None:
    assert decoded(body, [("Content-Encoding", coding)]) == PAGE
