"""Texts around contents that are those of some posts only are made shorter, and never so that a known content is lost."""

from __future__ import annotations

from typing import NamedTuple

from crawler.learn.layouts.content import between
from crawler.learn.layouts.shorter import shorter


class Page(NamedTuple):
    body: bytes


def page(content: bytes, links: bytes) -> Page:
    return Page(b'<body><p>by A</p>\n<div class="text">' + content + b'</div>\n<ul class="pager">' + links + b"</ul></body>")


WITH, WITHOUT = b'<li><a class="older">x</a></li>', b""
PAGES = [page(b"<p>a</p>", WITH), page(b"<p>b</p>", WITH), page(b"<p>c</p>", WITHOUT)]
LONG = (b'<div class="text">', b'</div>\n<ul class="pager"><li><a class="older">')


def found(texts: dict[tuple[bytes, bytes], int], pages: list[Page]) -> list[bytes | None]:
    spans = [next((span for pair in texts if (span := between(one.body, *pair))), None) for one in pages]
    return [one.body[slice(*span)] if span else None for one, span in zip(pages, spans, strict=True)]


def test_a_post_without_a_link_to_an_older_one_is_found_too() -> None:
    assert found({LONG: 0}, PAGES) == [b"<p>a</p>", b"<p>b</p>", None]
    texts = shorter({LONG: 0}, PAGES, {})
    assert found(texts, PAGES) == [b"<p>a</p>", b"<p>b</p>", b"<p>c</p>"]
    assert list(texts) == [(LONG[0], b'</div>\n<ul class="pager">')]


def test_texts_that_find_all_stay_as_they_are() -> None:
    assert shorter({LONG: 7}, PAGES[:2], {}) == {LONG: 7}


def test_no_text_is_shorter_if_a_feed_says_otherwise_of_the_page_it_would_find() -> None:
    assert shorter({LONG: 0}, PAGES, {2: (0, 5)}) == {LONG: 0}


def test_no_text_is_shorter_if_a_known_content_would_be_another() -> None:
    quoting = page(b'<p>a</p></div>\n<ul class="pager">q</ul><div>z', WITH)
    broken = Page(quoting.body.replace(b'<li><a class="older">', b'<li><a class="older"><ul class="pager">'))
    texts = shorter({LONG: 0}, [broken, PAGES[2]], {})
    assert found(texts, [broken]) == found({LONG: 0}, [broken])
