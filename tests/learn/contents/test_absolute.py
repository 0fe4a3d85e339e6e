"""Addresses that a layout made whole are given back as the feed has them, and only where no page tells against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.learn.layouts.absolute import BEFORE, absolute, absolute_of, relative
from crawler.learn.learned import Layout, Learned
from crawler.sites.learned.site import LearnedSite

HOME = "https://blog.example/notes/"
_LAYOUT = Layout(name="post", start="<main>", end="</main>")
_TEXT = '<p><a href="/a">a</a> <img src="/b.png" alt=""></p>\n<p>Words.</p>'


def page(content: str) -> bytes:
    return f"<body><main>\n{content}\n</main></body>".encode()


def whole(content: str, before: str) -> str:
    return content.replace(f"{before}/", f"{before}https://blog.example/")


@pytest.mark.parametrize("before", ['<img src="', 'href="', '="'])
def test_the_narrowest_text_that_makes_the_feed_of_the_page_is_learned(before: str) -> None:
    told = [(page(whole(_TEXT, before).replace("\n", "")), ["Other.", _TEXT]), (page("<p>Words.</p>"), ["<p>Words.</p>"])]
    assert absolute_of(HOME, told, [_LAYOUT]) == (before, 1)


@pytest.mark.parametrize(
    "pages",
    [
        [(page(_TEXT), [_TEXT])],
        [(page(whole(_TEXT, 'src="')), [])],
        [(page(whole(_TEXT, 'src="')), [whole(_TEXT, 'src="')])],
        [(page(whole(_TEXT, 'src="')), [_TEXT]), (page('<p><img src="/c"></p>'), ['<p><img src="/c"></p>'])],
        [(page(whole(_TEXT, 'src="')), ["<p>Something else.</p>"])],
        [(b"<p>No such layout.</p>", [_TEXT])],
    ],
)
def test_nothing_is_learned_without_a_feed_or_against_a_page(pages: list[tuple[bytes, list[str]]]) -> None:
    assert absolute_of(HOME, pages, [_LAYOUT]) == ("", 0)


@given(
    st.lists(st.sampled_from(['<img src="', 'href="', "/a", "//b/c", '"', "<p>"])).map("".join), st.sampled_from(["", *BEFORE])
)
def test_what_a_layout_does_is_taken_back(text: str, before: str) -> None:
    assert relative(absolute(text, before, HOME), before, HOME) == text


def test_a_post_is_given_back_with_the_addresses_of_its_source() -> None:
    site = LearnedSite.of(Learned("blog", HOME, absolute='<img src="', source="html"))
    assert site.source_body(whole(_TEXT, '<img src="'), {}).text.strip() == _TEXT
