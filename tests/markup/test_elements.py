from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.markup.elements import elements
from crawler.markup.selector import selector
from tests.markup.test_soup import HOSTILE, SIZE, SOUP

MINIMA = """<!DOCTYPE html><html><head><title>A <b>title</b></title><meta property="article:tag" content="x &amp; y"></head><body>
<header class=site-header><time datetime=2020></time></header>
<article class="post h-entry" itemscope><header class="post-header"><h1 class="post-title p-name" itemprop="name headline">T &gt; U</h1>
<p class="post-meta"><time class="dt-published" datetime="2022-03-01T10:00:00+08:00">Mar 1</time></p></header>
<div class="post-content e-content" itemprop="articleBody"><p>\u4e00</p><div>in <!-- </div> --> it</div>
<pre><code>&lt;/div></code></pre><script>"</div>"</script></div><a rel="category tag" href=/t>t</a><a rel=tagged>u</a></article></body></html>
""".encode()


def inner(query: str, page: bytes = MINIMA) -> list[str]:
    return [page[one.inner_start : one.inner_end].decode() for one in elements(page, query)]


CONTENT = """<p>\u4e00</p><div>in <!-- </div> --> it</div>
<pre><code>&lt;/div></code></pre><script>"</div>"</script>"""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("h1.post-title", ["T &gt; U"]),
        ("H1", ["T &gt; U"]),
        (".e-content", [CONTENT]),
        ("div[itemprop=articleBody]", [CONTENT]),
        ("div.post-content.e-content[ itemprop = 'articleBody' ]", [CONTENT]),
        ("div[itemprop=articlebody]", []),
        (".E-content", []),
        (".content", []),
        ("time[datetime]", ["", "Mar 1"]),
        ("header time", ["", "Mar 1"]),
        (" .post-header  time.dt-published ", ["Mar 1"]),
        (".e-content div", ["in <!-- </div> --> it"]),
        ("div div", ["in <!-- </div> --> it"]),
        ("article article", []),
        ("a[rel~=tag]", ["t"]),
        ('meta[property="article:tag"]', [""]),
        ("title", ["A <b>title</b>"]),
        ("[itemscope] h1", ["T &gt; U"]),
        ("b", []),
    ],
)
def test_what_a_stock_theme_is_read_with(query: str, found: list[str]) -> None:
    assert inner(query) == found


def test_attributes() -> None:
    (meta,) = elements(MINIMA, "meta[property]")
    assert meta.attributes == {"property": "article:tag", "content": "x & y"}
    assert meta.inner_start == meta.inner_end == meta.end
    assert [one.attributes for one in elements(b"<p ID=1 id=2 x y=''>", "p")] == [{"id": "1", "x": "", "y": ""}]


@pytest.mark.parametrize(
    ("page", "query", "found"),
    [
        (b"<div>a<div>b</div>c", "div", ["a<div>b</div>c", "b"]),
        (b"<p>a<p>b", "p", ["a<p>b", "b"]),
        (b"<p>a</b></p></p>", "p", ["a</b>"]),
        (b"<p/>a</p>", "p", ["a"]),
        (b"<br>a</br>", "br", [""]),
        (b"<svg/>a<svg><svg/>b</svg>", "svg", ["", "<svg/>b", ""]),
        (b"<textarea><p></textarea>", "textarea", ["<p>"]),
        (b"<style><p></p>", "style", ["<p></p>"]),
        (b"<plaintext><p></plaintext>", "plaintext", ["<p></plaintext>"]),
        (b"<!-- <p>a</p> --><p>b</P\n>", "p", ["b"]),
        (b"<p title='</p>'>a</p>", "p", ["a"]),
        (b"<x-y.z>a</x-y.z>", "[a]", []),
        (b"<p class='a\nb'>a</p>", ".b", ["a"]),
        (b"<p id=&#97;>a</p>", "#a", ["a"]),
        (b"<p", "p", []),
        (b"", "p", []),
    ],
)
def test_where_elements_end(page: bytes, query: str, found: list[str]) -> None:
    assert inner(query, page) == found


def test_a_selector_made_before() -> None:
    assert elements(MINIMA, selector(".post-header time")) == elements(MINIMA, ".post-header time") != []


def test_any_function_of_a_tag() -> None:
    assert [one.name for one in elements(MINIMA, lambda tag: "datetime" in tag.attributes)] == ["time", "time"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", 1),
        ("  ", 3),
        ("a:hover", 2),
        ("a > b", 3),
        ("a, b", 2),
        ("a b c", 5),
        ("*", 1),
        ("a[", 2),
        ("a[b^=c]", 2),
        ("a[b=c d]", 2),
        ("a[b='c]", 2),
        (".", 1),
        ("a.", 2),
        ("a..b", 2),
        ("#", 1),
        ("a[b]c", 5),
    ],
)
def test_what_a_selector_cannot_say_is_named_with_its_place(query: str, place: int) -> None:
    with pytest.raises(ValueError, match=f"character {place}: "):
        selector(query)


@given(SOUP, st.sampled_from(["div", "p", "a[href]", "b", "title", "svg", ".a", "div a", "script", "br"]))
def test_offsets_slice_to_what_they_say(html: str, query: str) -> None:
    body = html.encode()
    found = elements(body, query)
    assert [one.start for one in found] == sorted({one.start for one in found})
    for one in found:
        assert one.start < one.inner_start <= one.inner_end <= one.end <= len(body)
        assert body[one.start : one.inner_start].lower().startswith(b"<" + one.name.encode())
        assert body[one.inner_start - 1 : one.inner_start] == b">"
        ending = body[one.inner_end : one.end].lower()
        assert not ending or (ending.startswith(b"</" + one.name.encode()) and ending.endswith(b">"))
        assert ending or one.end in (one.inner_start, len(body))


_WHOLE = st.recursive(
    st.sampled_from(["x", "&amp;", "<!-- </div> -->", "<br>", "<script>'</div>'</script>", "<img alt='</div>'>"]),
    lambda inside: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["div", "section", "span"]),
        st.sampled_from(["", " class=a", " class='b a'", " class=aa", ' id="i"', " t='>' class = a", " CLASS=a class=b"]),
        st.lists(inside, max_size=4).map("".join),
    ),
    max_leaves=12,
)


@given(_WHOLE, st.sampled_from(["div", "span", ".a", "#i", "div.a", "[class]", "[class=a]", "[class~=a]", "div span", ".a .a"]))
def test_well_nested_elements_are_those_of_a_browser(html: str, query: str) -> None:
    body = html.encode()
    found = [LexborHTMLParser(body[one.start : one.end]).body for one in elements(body, query)]
    assert [one.inner_html for one in found if one] == [node.html for node in LexborHTMLParser(html).css(query)]


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_two_megabytes_made_to_take_long(piece: bytes) -> None:
    body = piece * (SIZE // len(piece))
    elements(body, "div")
    elements(body, ".a")
    elements(body, "svg a")
