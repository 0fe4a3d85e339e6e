"""A title that a plug-in made curly comes back as the page shows it elsewhere."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.titles.typed import as_typed

MADE = {'"': "“", "'": "’", "...": "…", "---": "—", "--": "–"}


def smart(text: str) -> str:
    for plain, made in MADE.items():
        text = text.replace(plain, made)
    return text


def page(title: str, shown: str) -> bytes:
    return (
        f'<html><head><title>{escape(title)}</title></head><body><h2>\n {shown} <a href="/a/">#</a></h2><p>{title}</p></body>'
    ).encode()


@given(st.text(st.sampled_from("ab <&\"'.-’“…é市"), min_size=1, max_size=30).map(lambda text: " ".join(text.split())))
def test_what_was_typed_is_found(typed: str) -> None:
    title = smart(typed)
    for shown in (typed, escape(typed), escape(typed, quote=False)):
        found = as_typed(title, page(title, shown))
        assert found == typed or smart(found) == title


@pytest.mark.parametrize("typed", ['Jekyll 3 "Sam" is -- out', "It's...", "‘A’ --- 'b'", "A & B's <i>"])
def test_it_is_found_with_its_ascii(typed: str) -> None:
    title = smart(typed)
    assert as_typed(title, page(title, escape(typed))) == typed


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("It’s", b"<head><title>It's</title></head><p>no</p>"),
        ("It’s", b"<p>It's a long day</p>"),
        ("Plain", b"<h1>Plain</h1>"),
        ("It’s", "<h1>It’s</h1>".encode()),
        ("“" * 400, b"<h1>" + b'"' * 400 + b"</h1>"),
    ],
)
def test_a_title_stays_where_no_page_shows_another(title: str, body: bytes) -> None:
    assert as_typed(title, body) == title
