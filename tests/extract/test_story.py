from __future__ import annotations

import pytest

from crawler.extract.story import same_story


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("<p>a</p>\n<p>b</p>", "<p>\u3000\u3000a</p>\n <p>b</p>"),
        ("<p>a<br />b</p>", "<p>a<br/>b</p>"),
        ('<p><a href="/?a=1&amp;b=2">x</a></p>', '<p><a href="/?a=1&b=2">x</a></p>'),
        ("<p>a<b>b&lt;/p&gt;\n <p>c</p>", "<p>a<b>b</p>\n <p>c</p>"),
        ("<p>\u2013\u201cx\u201d\u2026<em>y</em></p>", '--"x"...*y*'),
        ("<p>5 &lt; 6 &gt; 4</p>", "<p>5 < 6 > 4</p>"),
        ("<p>a</p><!-- EM -->", "<p>a</p>"),
        ("<ol>\n  <li>x</li>\n</ol>", "1. x"),
        ("<p>a</p>", "<p>a{{ site.x }}</p>"),
        ('<p><a href="http://a.b">http://a.b</a></p>', "<http://a.b>"),
    ],
)
def test_what_kramdown_changes_is_the_same_story(page: str, answer: str) -> None:
    assert same_story(page, answer)


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("<p>profit rose 3%</p>", "<p>profit rose 5%</p>"),
        ("<p>a</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p>", ""),
        ('<p>a<img src="1.png" /></p>', '<p>a<img src="2.png"/></p>'),
    ],
)
def test_an_edit_is_another_story(page: str, answer: str) -> None:
    assert not same_story(page, answer)
