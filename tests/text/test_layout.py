"""Simple HTML is laid out as Inscriptis does it; whatever else there is goes to Inscriptis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inscriptis import Inscriptis

from crawler.text.article import tree
from crawler.text.layout import simple_layout
from crawler.text.plain import _CONFIG

SIMPLE = ("p", "div", "b", "span", "h2", "section", "blockquote", "center", "figure", "article", "a", "br", "img")
OTHERS = ("li", "ul", "ol", "q", "pre", "td", "table")
TEXTS = st.sampled_from(["a", " ", "\n", "\u3000甲", "b c ", " d", "\u00a0", "\t\t", ""])


def element(tag: str, style: str, children: list[str], tail: str) -> str:
    if tag in ("br", "img"):
        return f"<{tag}>{tail}"
    return f"<{tag}{style}>{''.join(children)}</{tag}>{tail}"


def pages(tags: tuple[str, ...], styles: list[str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def nested(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(element, st.sampled_from(tags), st.sampled_from(styles), st.lists(children, max_size=4), texts)

    return st.lists(st.recursive(texts, nested, max_leaves=25), max_size=4).map("".join)


@given(pages(SIMPLE, ["", "", " style='text-align:left'", " align=right"], TEXTS))
def test_simple_html_is_laid_out_as_inscriptis_does_it(page: str) -> None:
    assert simple_layout(tree(page)) == Inscriptis(tree(page), _CONFIG).get_text()


@given(
    pages(SIMPLE + OTHERS, ["", " style='display:block'", " style='MARGIN-top:3em'"], TEXTS | st.sampled_from(["&amp;#11;"]))
)
def test_all_other_html_is_left_to_it(page: str) -> None:
    assert simple_layout(tree(page)) in (None, Inscriptis(tree(page), _CONFIG).get_text())


@pytest.mark.parametrize("page", ["<ul><li>a</ul>", "<pre>a\n b</pre>", "<p style='display:inline'>a", "<q>a</q>", "&amp;amp;"])
def test_what_is_not_simple(page: str) -> None:
    assert simple_layout(tree(page)) is None


def test_what_is_nested_deep_is_not_simple() -> None:
    assert simple_layout(tree("<b>" * 190 + "a")) == "a"
    assert simple_layout(tree("<b>" * 2000 + "a")) is None
