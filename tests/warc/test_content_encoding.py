"""Content encodings that headers do not tell, or tell wrongly."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.warc.content_encoding import decoded, real_codings

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = "<html><p>南屿</p></html>".encode()
ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
CODINGS = st.lists(st.sampled_from(sorted(ENCODE)), max_size=3)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("headers", [[], [("Content-Encoding", "")], [("Content-Type", "text/html")]])
def test_the_first_bytes_tell_what_no_header_does(coding: str, headers: list[tuple[str, str]]) -> None:
    assert decoded(ENCODE[coding](PAGE), headers) == PAGE


@pytest.mark.parametrize("body", [b"\x1f\x8b and text", b"\x28\xb5\x2f\xfd and text", b"PK\x03\x04", b"x^2", b""])
def test_what_only_begins_so_is_left(body: bytes) -> None:
    assert decoded(body, []) == body


def test_what_would_be_too_large_is_left() -> None:
    packed = gzip.compress(bytes(5000))
    assert decoded(packed, [], 4999) == packed
    assert decoded(packed, [], 5000) == bytes(5000)


#: No text has most control characters; one of four bytes with such may as well be the beginning of a raw deflate stream.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)


@given(TEXTS.map(lambda text: f"<p>{text}".encode()), CODINGS, CODINGS)
def test_the_encodings_that_a_body_really_has(body: bytes, applied: list[str], more: list[str]) -> None:
    encoded = body
    for coding in applied:
        encoded = ENCODE[coding](encoded)
    assert real_codings(encoded, applied) == (body, applied)
    headers = [("Content-Encoding", coding) for coding in applied]
    assert decoded(encoded, headers) == body
    plain, found = real_codings(body, more)
    assert (plain, found) == (body, [])


@pytest.mark.parametrize("coding", ENCODE)
def test_a_text_that_does_not_look_like_one_is_tried_with_each(coding: str) -> None:
    page = PAGE * 20
    assert real_codings(ENCODE[coding](page), [], is_text=True) == (page, [coding])
    assert real_codings(page, [], is_text=True) == (page, [])


@given(st.binary(), CODINGS, st.booleans())
def test_anything_is_taken(body: bytes, claimed: list[str], is_text: bool) -> None:
    plain, found = real_codings(body, claimed, is_text=is_text)
    assert plain == body or found
