"""What verification computes: digests as other tools write them, and samples."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.upkeep.verify.posts import sample
from crawler.warc.reader import digest_matches


@given(st.binary())
def test_digests_of_other_tools(data: bytes) -> None:
    for name in ("sha1", "sha256"):
        hashed = hashlib.new(name, data).digest()
        for value in (hashed.hex(), hashed.hex().upper(), base64.b32encode(hashed).decode()):
            assert digest_matches(f"{name}:{value}", data)
            assert not digest_matches(f"{name}:{value}", data + b"x")
    with pytest.raises(ValueError, match="unknown kind"):
        digest_matches("crc32:1234", data)


@given(st.lists(st.integers(0, 255).map(lambda n: b"%d" % n), unique=True), st.integers(1, 20))
def test_a_sample(lines: list[bytes], number: int) -> None:
    chosen = sample(lines, number)
    assert len(chosen) == min(number, len(lines))
    assert [line for line in lines if line in chosen] == chosen
