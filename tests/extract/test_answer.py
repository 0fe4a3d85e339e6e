from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.answer import UnreadableAnswer, read_answer

KEYS = ("text", "content")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"text": "<p>a</p>", "content": "<p>b</p>"}, "<p>a</p>"),
        ({"text": "", "content": "<p>b</p>"}, "<p>b</p>"),
        ({"text": None, "content": 3}, None),
        ({"text": " \n"}, None),
        ({}, None),
        ({"data": {"text": "<p>a</p>"}}, "<p>a</p>"),
    ],
)
def test_first_key_with_text(answer: dict[str, object], text: str | None) -> None:
    assert read_answer(json.dumps(answer).encode(), KEYS) == text


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_answer(b'\xef\xbb\xbf{"text": "a"}', KEYS) == "a"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"text"', '{"text": "\u4e2d"}'.encode("gbk")])
def test_anything_else_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(body, KEYS)


@given(st.text(min_size=1).filter(str.strip))
def test_text_comes_back_as_it_is(text: str) -> None:
    assert read_answer(json.dumps({"text": text}, ensure_ascii=False).encode(), KEYS) == text
