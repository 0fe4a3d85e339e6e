from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.titles.markdown import escape_liquid, unrender


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("\u6570\u636e\u663e\u793a\uff0c40\u4ebf\u5143\u3002", "\u6570\u636e\u663e\u793a\uff0c40\u4ebf\u5143\u3002"),
        ("A &amp; B 5 &lt; 6 &gt; 4", "A & B 5 < 6 > 4"),
        ("<em>x</em> <strong>y</strong>", "*x* **y**"),
        ('<a href="http://a/?b=1&amp;c=2">http://a/?b=1&amp;c=2</a>', "<http://a/?b=1&c=2>"),
        ('<a href="http://a/">b</a>', "[b](http://a/)"),
        ('<code class="language-plaintext highlighter-rouge">c</code>', "`c`"),
        ("a<br />\nb", "a  \nb"),
        ("&lt;p class=&quot;x&quot;", '&lt;p class="x"'),
    ],
)
def test_unrendered(html: str, source: str) -> None:
    assert unrender(html)[0] == source


def test_plain_chinese_text_is_sure() -> None:
    assert (
        unrender("\u516c\u53f8\u516c\u544a\uff0c\u62df\u51cf\u6301\u4e0d\u8d85\u8fc71%\u3002\uff08\u8d22\u8054\u793e\uff09")[1]
        is False
    )


@given(st.text(st.sampled_from("a{}%' \n")))
def test_liquid_has_nothing_to_do(text: str) -> None:
    escaped = escape_liquid(text)
    assert escaped.replace("{{ '{{' }}", "{{").replace("{{ '{%' }}", "{%") == text


@pytest.mark.parametrize("piece", ['<a href="x">', '<a href="x" title="', "<em>", "<strong>", "<code>", "<"])
def test_what_is_never_closed_takes_no_quadratic_time(piece: str) -> None:
    unrender(piece * 100_000)
