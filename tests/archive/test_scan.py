"""Reading a WARC file past whatever is damaged: a clear line for each place, and nothing else lost."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.warc import reader, scan
from crawler.warc.record import RawExchange, digest, info_record, record_id, request_record, response_record
from crawler.warc.scan import Problem, ScannedCapture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIME = datetime(2022, 3, 1, tzinfo=UTC)


def wire(number: int, body: bytes | None = None) -> RawExchange:
    headers = [(b"Content-Type", b"text/html")]
    return RawExchange(f"https://s/{number}", TIME, b"GET / HTTP/1.1\r\n\r\n", 200, headers, body or b"<p>%d</p>" % number * 50)


def members(number: int) -> list[bytes]:
    made = [info_record("f.warc.gz", TIME, {"software": "x"})]
    for one in range(number):
        identifier = record_id()
        made += [response_record(wire(one), identifier), request_record(wire(one), identifier)]
    return made


def raw(block: bytes, *, kind: str = "response", length: int | None = None, more: str = "", version: str = "WARC/1.0") -> bytes:
    """A record as other archivers may write it, not compressed."""
    head = (
        f"{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <https://s/x>\r\nWARC-Date: 2022-03-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n{more}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def scanned(path: Path, data: bytes) -> tuple[list[str], list[Problem]]:
    path.write_bytes(data)
    items = list(scan.scan(path))
    assert [item.offset for item in items] == sorted(item.offset for item in items)
    for item in items:
        if isinstance(item, ScannedCapture):
            whole = data[item.offset : item.offset + item.length]
            record = reader.parse(reader.gunzip_member(whole))
            assert record is not None
            assert record.url == item.url
    return [item.url for item in items if isinstance(item, ScannedCapture)], [
        item for item in items if isinstance(item, Problem)
    ]


MADE = members(4)


def urls(*numbers: int) -> list[str]:
    return [f"https://s/{number}" for number in numbers]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "f.warc.gz"


def test_a_whole_file(path: Path) -> None:
    assert scanned(path, b"".join(members(5))) == (urls(0, 1, 2, 3, 4), [])


@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_a_damaged_member_is_named_and_the_others_are_read(path: Path, where: str) -> None:
    made = members(3)
    number = {"start": 1, "middle": 3, "end": 5}[where]
    broken = bytearray(made[number])
    broken[-6] ^= 1
    found, problems = scanned(path, b"".join([*made[:number], bytes(broken), *made[number + 1 :]]))
    assert found == urls(*{0, 1, 2} - {(number - 1) // 2})
    assert [problem.offset for problem in problems] == [sum(map(len, made[:number]))]
    assert "gzip" in problems[0].reason


def test_a_file_cut_short(path: Path) -> None:
    data = b"".join(members(3))
    found, problems = scanned(path, data[:-200])
    assert found == urls(0, 1, 2) or found == urls(0, 1)
    assert len(problems) == 1
    assert "cuts short" in problems[0].reason


@given(data=st.data())
def test_whatever_is_done_to_a_file_the_records_around_it_are_found(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    path = tmp_path_factory.mktemp("scan") / "f.warc.gz"
    made = MADE
    whole = b"".join(made)
    start = data.draw(st.integers(1, len(whole) - 1))
    end = data.draw(st.integers(start, min(len(whole), start + 2000)))
    noise = data.draw(st.binary(max_size=300))
    found, problems = scanned(path, whole[:start] + noise + whole[end:])
    position, untouched = 0, []
    for number, member in enumerate(made):
        if (position + len(member) <= start or position >= end) and number % 2:
            untouched.append(f"https://s/{number // 2}")
        position += len(member)
    assert set(untouched) <= set(found)
    assert problems or (not noise and start == end) or set(found) <= set(urls(0, 1, 2, 3))


def test_chunks_another_status_line_and_no_digest(path: Path) -> None:
    data = raw(b"HTTP/2 200\r\n:status: 200\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n") + raw(
        b"", kind="revisit"
    )
    path.write_bytes(data)
    found = list(scan.scan(path))
    assert all(isinstance(item, ScannedCapture) for item in found)
    assert [(item.status, item.type) for item in found] == [(200, "response"), (0, "revisit")]
    assert found[0].url == "https://s/x"
    assert found[0].time == "2022-03-01T00:00:00.000000Z"
    assert found[0].payload_digest == digest(b"body")


@pytest.mark.parametrize("length", [10, 60, 5000])
def test_wrong_lengths(path: Path, length: int) -> None:
    wrong = gzip.compress(raw(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", length=length))
    found, problems = scanned(path, b"".join([*members(2), wrong, *members(1)]))
    assert found == urls(0, 1, 0)
    assert len(problems) == 1


def test_wrong_lengths_in_a_file_that_is_not_compressed(path: Path) -> None:
    good = raw(b"HTTP/1.1 200 OK\r\n\r\nbody")
    wrong = raw(b"HTTP/1.1 200 OK\r\n\r\nbody", length=10**6)
    assert len(scanned(path, good + wrong + good)[1]) == 1
    assert scanned(path, good + good)[0] == ["https://s/x"] * 2


def test_no_http_no_date_and_no_record(path: Path) -> None:
    good, bad = raw(b"HTTP/1.1 200 OK\r\n\r\nbody"), raw(b"nonsense")
    undated = good.replace(b"2022-03-01T00:00:00Z", b"yesterday")
    found, problems = scanned(path, good + bad + undated + good)
    assert found == ["https://s/x"] * 2
    assert [problem.reason for problem in problems] == [
        "a response that does not begin as HTTP does",
        "WARC-Date 'yesterday' is no date",
    ]


def test_a_gigantic_record_goes_by(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "HELD", 100_000)
    made = members(2)
    bomb = response_record(wire(7, bytes(5_000_000)), record_id())
    found, problems = scanned(path, b"".join([*made[:3], bomb, *made[3:]]))
    assert (found, problems) == ([*urls(0), *urls(7), *urls(1)], [])
    broken = b"garbage"  # and the same when the file has to be read piece by piece
    found, problems = scanned(path, b"".join([*made[:3], broken, bomb, *made[3:]]))
    assert found == [*urls(0), *urls(7), *urls(1)]
    assert len(problems) == 1


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_no_record_of_a_file_packed_as_a_whole_can_be_read_by_its_offset(path: Path, pack: Callable[[bytes], bytes]) -> None:
    path.write_bytes(pack(raw(b"HTTP/1.1 200 OK\r\n\r\nbody") * 3))
    assert [one.record.payload for one in scan.records(path) if one.record and not one.is_alone] == [b"body"] * 3
    assert [problem.reason for problem in scan.scan(path)] == ["a record of https://s/x that is not compressed by itself"] * 3


@pytest.mark.parametrize("data", [b"", b"hello, I am no WARC file", b"PK\x03\x04" * 100])
def test_what_is_no_warc_file_is_one_problem(path: Path, data: bytes) -> None:
    found, problems = scanned(path, data)
    assert not found
    assert len(problems) == 1
