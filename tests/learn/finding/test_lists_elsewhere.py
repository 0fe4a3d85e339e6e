"""Tags that nothing but a page with a part for each tells, whose address does not say what it has: feeds bear it out."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest

from crawler.items import Exchange
from crawler.learn.learn import learn
from tests.learn.made import MadePost, MadeSite, site

Names = Callable[[MadePost], tuple[str, ...]]


def with_page(names: Names, *, feed: str = "whole", permalink: str = "{year}/{month}/{day}/{slug}/") -> MadeSite:
    """A site whose posts show no tags, with a page for its search that has posts by these names."""
    made = site(layouts=("boxed",), feed=feed, permalink=permalink, categories=("sea", "land", "sky", "moor"))
    made.answers = [one for one in made.answers if "/tags/" not in one.url]
    parts: dict[str, str] = {}
    for post in made.posts:
        for name in names(post):
            link = f'<li><a href="/{post.path}">{escape(post.title)} - {post.day}</a></li>'
            parts[name] = parts.get(name, "") + link
    inside = "".join(f'<h2 id="{name}">{name.capitalize()}</h2><ul>{parts[name]}</ul>' for name in sorted(parts))
    page = f"<!DOCTYPE html><html><head><title>Search</title></head><body><h1>Search</h1>{inside}</body></html>"
    made.answers.append(Exchange(f"{made.home}search/", 200, page.encode()))
    return made


@pytest.mark.parametrize("feed", ["whole", "few"])
def test_a_page_by_tags_tells_those_of_old_posts(feed: str) -> None:
    made = with_page(lambda post: post.tags, feed=feed)
    learned = learn("blog", made.home, made.answers)
    assert learned.listed_tags == {post.path: post.tags for post in made.posts if post.tags}
    assert "agree with page or feed" in learned.evidence["listed_tags"]


@pytest.mark.parametrize(
    ("names", "permalink"),
    [
        (lambda post: (post.day[:4],), "{year}/{month}/{day}/{slug}/"),
        (lambda post: (*post.tags, "newest"), "{year}/{month}/{day}/{slug}/"),
        (lambda post: post.categories, "{categories}{year}/{month}/{day}/{slug}/"),
    ],
    ids=["years", "a part that is no tag", "folders"],
)
def test_a_page_by_something_else_tells_none(names: Names, permalink: str) -> None:
    made = with_page(names, permalink=permalink)
    assert learn("blog", made.home, made.answers).listed_tags == {}


def test_a_page_by_what_posts_show_as_categories_tells_no_tags() -> None:
    """An archive by categories gave each post its categories as tags, too."""
    made = with_page(lambda post: post.categories)
    for number, one in enumerate(made.answers):
        post = made.truth.get(one.url.removeprefix(made.home))
        if post is not None:
            links = "".join(f'<a rel="category" href="/search/#{name}">{name}</a>' for name in post.categories)
            shown = one.body.replace(b"</h1>", f'</h1><p class="filed">{links}</p>'.encode(), 1)
            made.answers[number] = one._replace(body=shown)
    learned = learn("blog", made.home, made.answers)
    assert any(layout.categories for layout in learned.layouts)
    assert learned.listed_tags == {}
