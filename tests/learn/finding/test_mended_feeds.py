"""Feeds that are no well-formed XML, and addresses with two slashes, tell of posts like others; what was mended is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import Exchange
from crawler.learn.learn import learn
from crawler.learn.pages import Captured
from tests.learn.made import MadeSite, site


def changed(made: MadeSite, old: bytes, new: bytes) -> MadeSite:
    """The site with another text in its feed, in the first place that has it."""
    return replace(
        made,
        answers=[
            one._replace(body=one.body.replace(old, new, 1)) if one.url.endswith("feed.xml") else one for one in made.answers
        ],
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [(b"<title", b"<br><title", "entries were mended"), (b"</feed>", b"", "could not be read")],
    ids=["mended", "cut off"],
)
def test_it_is_said_that_a_feed_was_mended_or_could_not_be_read(old: bytes, new: bytes, said: str) -> None:
    made = site(layouts=("boxed",))
    as_ever, learned = learn("blog", made.home, made.answers), learn("blog", made.home, changed(made, old, new).answers)
    assert as_ever.feeds == ("feed.xml",)
    assert said not in as_ever.evidence["feeds"]
    assert f"feed.xml {'is not well-formed XML' if 'mended' in said else said}" in learned.evidence["feeds"]
    assert (learned.feeds == as_ever.feeds) == ("mended" in said)


def test_slashes_in_a_row_are_one() -> None:
    captured = Captured("https://s.example/blog/")
    for url in ("https://s.example/blog//posts/1/", "https://s.example//blog/posts//1/", "https://www.s.example/blog/posts/1/"):
        assert captured.relative(url) == captured.relative_anywhere(url) == "posts/1/"
    captured.add(Exchange("https://s.example/blog/sitemap.xml", 200, b"<urlset><url><loc>a & b < c</loc></url></urlset>"))
    assert "sitemap.xml is not well-formed XML" in captured.faults["sitemap.xml"]
