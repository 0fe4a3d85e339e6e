from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites.finews.answer import UnreadableAnswer, place_of, read_answer

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


@given(
    st.text(min_size=1).filter(lambda text: text.strip()),
    st.dictionaries(st.text(), st.text()),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 2]),
)
def test_a_text_is_found_where_it_stands(text: str, others: dict, inside: bool, ascii_only: bool, indent: int | None) -> None:
    fields = {**others, "text": text}
    answer = {"before": '"text": "', **({"data": fields} if inside else fields)}
    body = json.dumps(answer, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    try:
        read = read_answer(body, KEYS)
    except UnreadableAnswer:
        return  # half a surrogate
    if read != text:
        return  # another field's
    place = place_of(body, text)
    assert place is not None
    key, start, end = place
    assert body[start - 1 : start] == body[end : end + 1] == b'"'
    assert json.loads(b'"' + body[start:end] + b'"') == text
    assert key in {"text", *(name for name, value in others.items() if value == text)}


def test_a_text_that_is_not_there_has_no_place() -> None:
    assert place_of(b'{"text": "a"}', "b") is None
    assert place_of(b'{"text": "\xff"}', "b") is None
    assert place_of(b'"' * 100_001 + b"\\" * 100_001, "b") is None
