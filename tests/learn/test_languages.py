"""Sites whose addresses begin with the language of each page, which is a category in some of them and in others not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
from crawler.sites.stock.names import told_names
from crawler.sites.stock.page import StockPage
from tests.learn.made import feed_of, site

if TYPE_CHECKING:
    from crawler.learn.learned import Learned
    from tests.learn.made import MadeSite

PERMALINK = "{categories}{year}/{month}/{day}/{slug}/"


def spoken(names: tuple[str, ...], feed: str = "") -> MadeSite:
    """A site whose posts have their language as the first folder, as a ``permalink`` of their own says."""
    made = site(categories=names, permalink=PERMALINK, count=40, feed="few" if feed else "")
    for number, post in enumerate(made.posts):
        name = post.categories[0]
        body = made.answers[number].body.replace(b'<html lang="en">', f'<html lang="{name.replace("_", "-")}">'.encode())
        made.answers[number] = made.answers[number]._replace(body=body)
        post.tags = (*post.tags, "harbour")
        if feed == "tags":
            post.categories = ()
    if feed:
        made.answers[-1] = made.answers[-1]._replace(body=feed_of(made, "few").encode())
    return made


def categories_of(made: MadeSite, learned: Learned) -> set[tuple[str, ...]]:
    built = LearnedSite.of(learned)
    pages = [built.parse_page(made.answers[number]) for number in range(len(made.posts))]
    return {told_names(built, page, None).categories for page in pages if isinstance(page, StockPage)}


@pytest.mark.parametrize(("names", "feed"), [(("en", "de", "zh_CN"), ""), (("en", "de", "fr"), "tags")], ids=["case", "feed"])
def test_languages_that_are_no_categories_are_the_rules_own(names: tuple[str, ...], feed: str) -> None:
    made = spoken(names, feed)
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink in {f"/{name}/:year/:month/:day/:title/" for name in names}
    assert categories_of(made, learned) == {()}
    assert "no categories" in learned.evidence["permalink"]
    mine = learned.permalink.split("/")[1]
    assert set(learned.own_permalinks) == {post.path for post in made.posts if not post.path.startswith(f"{mine}/")}


@pytest.mark.parametrize("feed", ["", "all"], ids=["no feed", "a feed that has them"])
def test_languages_that_may_be_categories_stay_such(feed: str) -> None:
    made = spoken(("en", "de", "fr"), feed)
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink == "pretty"
    assert categories_of(made, learned) == {("en",), ("de",), ("fr",)}


def test_an_address_that_the_rule_does_not_make_tells_no_category() -> None:
    made = site(categories=("Sea", "land", "sky"), permalink=PERMALINK, count=40, feed="")
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink == "pretty"
    assert set(learned.own_permalinks) == {post.path for post in made.posts if post.path.startswith("Sea/")}
    assert categories_of(made, learned) == {("land",), ("sky",), ()}
