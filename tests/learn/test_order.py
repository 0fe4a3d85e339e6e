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
