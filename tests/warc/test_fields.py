"""Digests and dates in every spelling, and what a revisit repeats."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.intermediate import write_scan
from crawler.archive.catalog.new_catalog import NewCatalog
from crawler.warc.dates import utc
from crawler.warc.digests import canonical_digest, contradicts, same_algorithm
from crawler.warc.scan import ScannedCapture, scan
from tests.warc.others import PAGE, Made, b32

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")


@given(st.binary(), st.sampled_from(ALGORITHMS), st.booleans())
def test_digests_in_every_spelling(data: bytes, name: str, upper: bool) -> None:
    hashed = hashlib.new(name, data).digest()
    written = name.upper() if upper else name.replace("sha", "sha-").replace("sha-3_", "sha3-")
    base32 = base64.b32encode(hashed).decode()
    values = [hashed.hex(), hashed.hex().upper(), base32, base32.rstrip("="), base64.b64encode(hashed).decode()]
    spellings = {canonical_digest(f"{written}:{value}") for value in [*values, base64.urlsafe_b64encode(hashed).decode()]}
    assert len(spellings) == 1
    for value in values:
        assert not contradicts(f"{written}:{value}", [b"other", data])
        assert contradicts(f"{written}:{value}", [data + b"x"])
        assert same_algorithm(f"{written}:{value}", data) in spellings


@pytest.mark.parametrize(
    "text", ["", "sha1:", "sha1", "crc32:1234", "sha1:!!!", ":", "md5:zz", "xxh3:00", "sha256:ABC=", "é:é"]
)
def test_what_nobody_can_compute_is_no_contradiction(text: str) -> None:
    assert canonical_digest(text) == text or text.startswith(("crc32", "xxh3"))
    assert not contradicts(text, [b"x"])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2022", "2022-01-01T00:00:00.000000Z"),
        ("2022-03-03", "2022-03-03T00:00:00.000000Z"),
        ("2022-03-03T10:00Z", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03T10:00:00+08:00", "2022-03-03T02:00:00.000000Z"),
        ("2022-03-03T10:00:00.123456789Z", "2022-03-03T10:00:00.123456Z"),
        ("2022-03-03T10:00:00.5Z", "2022-03-03T10:00:00.500000Z"),
        ("20220303100000", "2022-03-03T10:00:00.000000Z"),
        ("20220303T100000Z", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03 10:00:00Z", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03t10:00:00z", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03T10:00:00", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03T10:00", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03T10Z", "2022-03-03T10:00:00.000000Z"),
        ("2022-03-03T10:00:00-0700", "2022-03-03T17:00:00.000000Z"),
        ("2022-03-03T10:00:00 UTC", "2022-03-03T10:00:00.000000Z"),
    ],
)
def test_dates_as_tools_write_them(text: str, right: str) -> None:
    assert utc(text) == right


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2022-W09-4", "2022-13-01T00:00:00Z", "2022-13-01T00:00:00.000000Z", "0001-01-01T00:00:00+01:00",
     "2022-10-294T05:21:46-0700", "2022030310000000", "2022-03-03T10:00:00+24:00", "20220", "２０２２"],
)  # fmt: skip
def test_and_no_others(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        utc(text)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))
def test_our_own_dates_stay(time: datetime) -> None:
    text = time.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert utc(text) == text


def resolved(tmp_path: Path, *made: Made) -> tuple[list[tuple[str, int]], list[str]]:
    """The URL of each capture with the number of the record whose payload it has, and what has none."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"".join(gzip.compress(one.content) for one in made))
    items = [item for item in scan(path) if isinstance(item, ScannedCapture)]
    assert len(items) == len(made)
    write_scan(tmp_path / "scan.sqlite", [(item, None) for item in items])
    with NewCatalog.created(tmp_path / "catalog.sqlite") as catalog:
        catalog.add_file("x.warc.gz", path.stat().st_size, [tmp_path / "scan.sqlite"])
        orphans = catalog.resolve()
        rows = catalog._db.execute("SELECT url, payload_id FROM captures ORDER BY id").fetchall()
    return [(url.rpartition("/")[2], number) for url, number in rows], orphans


def revisit(url: str, digest: str, *more: str, status: str = "HTTP/1.1 200 OK") -> Made:
    profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    made = Made(type="revisit", url=url, body=b"", date="2022-04-04T00:00:00Z", digest=digest, status=status)
    return replace(made, more=(*more, profile), block_digest=b32(b""))


A, B = "http://site.test/a", "http://site.test/b"


def test_a_revisit_finds_its_payload_whatever_the_spelling(tmp_path: Path) -> None:
    spelled = f"SHA-1:{hashlib.sha1(PAGE).hexdigest().upper()}"
    assert resolved(tmp_path, Made(url=A, digest=b32(PAGE)), revisit(B, spelled))[0] == [("a", 1), ("b", 1)]


def test_a_digest_of_another_algorithm_and_the_named_capture(tmp_path: Path) -> None:
    sha256 = f"sha256:{hashlib.sha256(PAGE).hexdigest()}"
    refers = (f"WARC-Refers-To-Target-URI: {A}", "WARC-Refers-To-Date: 2022-03-03T10:00:00.5Z")
    made = (Made(url=B, body=b"other"), Made(url=A), revisit(B, sha256, *refers))
    assert resolved(tmp_path, *made)[0] == [("b", 1), ("a", 2), ("b", 2)]
    assert resolved(tmp_path, made[0], revisit(B, sha256))[1] == [
        f"x.warc.gz: byte {len(gzip.compress(made[0].content))}: a revisit of {B} whose payload is in none of the inputs"
    ]


@pytest.mark.parametrize("digest", ["", b32(PAGE), b32(b"")])
def test_what_a_server_did_not_modify_is_of_its_own_address(tmp_path: Path, digest: str) -> None:
    made = (Made(url=A, digest=b32(PAGE)), Made(url=B, body=b"b", digest=b32(b"b")), Made(url="http://site.test/0", body=b""))
    not_modified = revisit(B, digest, status="HTTP/1.1 304 Not Modified")
    assert resolved(tmp_path, *made, not_modified)[0][-1] == ("b", 2)


def test_without_an_answer_the_profile_tells(tmp_path: Path) -> None:
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    head = f"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: {B}\r\nWARC-Date: 2022-04-04\r\n{profile}\r\nContent-Length: 0\r\n\r\n"
    path = tmp_path / "x.warc"
    path.write_bytes(head.encode() + b"\r\n\r\n")
    (found,) = scan(path)
    assert isinstance(found, ScannedCapture)
    assert (found.status, found.time) == (304, "2022-04-04T00:00:00.000000Z")
