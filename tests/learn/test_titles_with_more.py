"""Heads that say more than the title: who made what the post shows."""

from __future__ import annotations

import re
from html import escape

import pytest

from crawler.items import Rejection
from crawler.learn.learn import learn
from crawler.sites.learned import LearnedSite
from tests.learn.made import WORDS, site


@pytest.mark.parametrize("layout", ["classed", "boxed"])
def test_the_heading_is_the_title_where_feeds_say_so_and_heads_begin_with_it(layout: str) -> None:
    made = site(layouts=(layout,), feed="few")
    for number, post in enumerate(made.posts):
        title = f"<title>{escape(post.title, quote=False)} by {WORDS[number].capitalize()} Smith</title>"
        answer = made.answers[number]
        made.answers[number] = answer._replace(body=re.sub(rb"<title>.*?</title>", title.encode(), answer.body))
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for number, post in enumerate(made.posts):
        parsed = built.parse_page(made.answers[number])
        assert not isinstance(parsed, Rejection)
        assert parsed.title == post.title
