"""What is learned is the same in whatever order the captures are read, and in every process."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from crawler.learn.learn import learn
from crawler.learn.site_toml import toml
from tests.learn.made import site


@pytest.mark.parametrize("feed", ["few", "excerpt", ""])
def test_the_order_of_captures_makes_no_difference(feed: str) -> None:
    made = site(count=30, layouts=("classed", "wide"), feed=feed, categories=("sea", "land"), captured="2024-05-11T10:00:00Z")
    older = [
        one._replace(
            body=one.body.replace(b"</h1>", b"!</h1>"), capture=replace(one.capture, time=f"2023-05-{day:02}T10:00:00Z")
        )
        for one in made.answers[:5]
        if one.capture
        for day in (11, 12)
    ]
    captures = [*made.answers, *older]
    told = toml.write(learn("blog", made.home, captures))
    for seed in range(3):
        random.Random(seed).shuffle(captures)
        assert toml.write(learn("blog", made.home, captures)) == told


def test_the_generator_is_that_of_most_captures_and_it_is_said_of_how_many() -> None:
    """The first capture that was read told it: one page of years ago, or an old file of a newer Jekyll, as it came."""
    made = site(count=12, captured="2024-05-11T10:00:00Z")
    named = [b'<meta name="generator" content="Jekyll v%s">' % version for version in (b"3.8.5", b"4.2.0", b"4.2.0", b"4.2.0")]
    pages = [one for one in made.answers if b"</head>" in one.body and b"<generator" not in one.body]
    generated = {
        one.url: one._replace(body=one.body.replace(b"</head>", b"<!-- Begin Jekyll SEO tag -->" + made_by + b"</head>"))
        for one, made_by in zip(pages, named, strict=False)
    }
    captures = [generated.get(one.url, one) for one in made.answers if b"<generator" not in one.body]
    for order in (captures, captures[::-1]):
        learned = learn("blog", made.home, order)
        assert learned.generator == "Jekyll v4.2.0"
        assert learned.evidence["generator"] == "3 of 4 captures of pages and feeds that name a Jekyll"
        assert learned.evidence["plugins"].endswith(", jekyll-seo-tag in 4")
