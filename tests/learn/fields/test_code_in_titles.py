"""Titles that a theme gives to kramdown, which makes code of what stands between backticks."""

from __future__ import annotations

import pytest

from crawler.items import Rejection
from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
from tests.learn.made import site


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ('Say <code class="language-plaintext highlighter-rouge">a &lt; b</code> &amp; go', "Say `a < b` & go"),
        ('<code class="highlighter-rouge">rope</code>', "`rope`"),
        ("Say <code>rope</code>", "Say rope"),
        ('Say <code class="language-plaintext highlighter-rouge">rope</code> <em>so</em>', "Say rope so"),
    ],
)
def test_code_in_a_title_comes_back_in_backticks_where_kramdown_wrote_it(shown: str, title: str) -> None:
    made = site(layouts=("classed",))
    old = made.posts[3].title.replace("&", "&amp;").encode()
    answer = made.answers[3]
    made.answers[3] = answer._replace(body=answer.body.replace(old, shown.encode()))
    parsed = LearnedSite.of(learn("blog", made.home, made.answers)).parse_page(made.answers[3])
    assert not isinstance(parsed, Rejection)
    assert parsed.title == title
