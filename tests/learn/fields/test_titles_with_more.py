"""Heads that say more than the title: who made what the post shows."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest

from crawler.items import Rejection
from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
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


def test_the_heading_of_a_layout_that_no_feed_has_posts_of_is_what_it_is_in_another() -> None:
    made = site(feed="few", count=30)
    newest = sorted(made.posts, key=lambda post: post.day)[-12:]
    for number, post in enumerate(made.posts):
        title = f"<title>{escape(post.title, quote=False)} by {WORDS[number].capitalize()} Smith</title>"
        body = re.sub(rb"<title>.*?</title>", title.encode(), made.answers[number].body)
        if post not in newest and not number % 3:
            body = body.replace(b'<div class="post-content e-content">', b'<section class="text">')
            body = body.replace(f"{post.content}\n</div>".encode(), f"{post.content}\n</section>".encode())
        made.answers[number] = made.answers[number]._replace(body=body)
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for number, post in enumerate(made.posts):
        parsed = built.parse_page(made.answers[number])
        assert not isinstance(parsed, Rejection)
        assert unescape(parsed.title) == post.title
