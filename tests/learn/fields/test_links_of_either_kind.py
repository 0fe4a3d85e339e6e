"""Links with one class to categories or to tags, of which a page has one kind alone; and pages that had no date to show."""

from __future__ import annotations

import pytest

from crawler.learn.layouts.content import content_of
from tests.learn.found import learned, pages, posts_of, shown
from tests.learn.made import site


def test_links_to_categories_in_other_pages_are_no_tags():
    made = site(permalink="{year}/{month}/{day}/{slug}/", categories=("sea", "shore"), feed="")
    for number, post in enumerate(made.posts):
        kind, names = ("tag", post.tags or ("tide",)) if number % 2 else ("category", post.categories)
        links = "".join(f'<span class="tag"><a href="/{kind}/{name}">#{name}</a></span>' for name in names)
        answer = made.answers[number]
        body = answer.body.decode().replace('<a class="tag-link"', "<a").replace('<div class="post-tags">', "<div>")
        body = body.replace("</h1>", f'</h1><div class="names">{links}</div>', 1)
        made.answers[number] = answer._replace(body=body.encode())
    found = learned(made)
    for number, post in enumerate(made.posts):
        page = pages(made)[post.path]
        placed = content_of(page, found.layouts)
        assert placed is not None
        names = {kind: set(shown(page, placed[0], placed[1:], kind)) for kind in ("tags", "categories")}
        own = {f"#{name}" for name in (post.tags or ("tide",) if number % 2 else post.categories)}
        assert names == ({"tags": own, "categories": set()} if number % 2 else {"tags": set(), "categories": own})


@pytest.mark.parametrize("time", ["1970-01-01T00:00:00+00:00", "1969-12-31T16:00:00-08:00", "1970-01-01T00:00:00Z"])
def test_a_page_with_the_layout_of_posts_and_no_date_is_none(time):
    made = site(permalink="{slug}/")
    of_post = next(answer for answer in made.answers if answer.url == made.url(made.posts[-1].path))
    body = of_post.body.decode().replace(made.posts[-1].time, time)
    home = next(number for number, answer in enumerate(made.answers) if answer.url == made.home)
    listed = made.answers[home].body.decode().replace("<ul>", '<p><a href="/bets/">Bets</a></p><ul>', 1)
    made.answers[home] = made.answers[home]._replace(body=listed.encode())
    made.answers.append(of_post._replace(url=made.url("bets/"), body=body.encode()))
    found = learned(made)
    assert posts_of(found, made) == {made.url(path) for path in made.truth}
