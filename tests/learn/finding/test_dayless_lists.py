"""Pages of a portfolio, which look like undated posts and have a list of their own without any day."""

from __future__ import annotations

from html import escape
from itertools import zip_longest

import pytest

from crawler.items import Exchange
from crawler.learn.finding.posts import posts_of
from crawler.learn.pages import Captured
from tests.learn.made import MadeSite, content, site

_PAGE = (
    '<!DOCTYPE html><html><head><title>{title} | Shore</title></head><body><header class="top" id="top"><a href="/">Shore</a>'
    ' <a href="/works/">Works</a></header><main class="page"><h1 class="title">{title}</h1><div class="text">{content}</div></main>'
    '<p class="more">{more}</p></body></html>'
)
_WORKS = [f"work-{number}/" for number in range(6)]


def _link(path: str, day: str = "") -> str:
    return f'<li><a href="/{path}">{path.strip("/")}</a> <span>{day}</span></li>'


def _site(*, beside: str = "", next_post: bool = False) -> MadeSite:
    """Posts without days, a home page that has these, and works in a list of their own; ``beside``: what else that has."""
    made = site(count=14, layouts=("classed",), permalink="{slug}/", feed="")
    made.answers.clear()
    texts = {post.path: (post.title, post.content) for post in made.posts}
    texts |= {path: (f"Work of {number}", content(100 + number)) for number, path in enumerate(_WORKS)}
    order = [path for several in zip_longest(made.truth, _WORKS) for path in several if path]
    for path, other in zip(order, order[1:] + order[:1], strict=True):
        title, html = texts[path]
        page = _PAGE.format(title=escape(title), content=html, more=_link(other) if next_post else "")
        made.answers.append(Exchange(made.url(path), 200, page.encode()))
    lists = {"": [_link(post.path, post.day) for post in made.posts], "works/": [*map(_link, _WORKS), beside]}
    for path, items in lists.items():
        page = (
            f'<!DOCTYPE html><html><head><title>Shore</title></head><body class="list"><ul>{"".join(items)}</ul></body></html>'
        )
        made.answers.append(Exchange(made.url(path), 200, page.encode()))
    return made


def _found(made: MadeSite) -> set[str]:
    return set(posts_of(Captured.read(made.home, made.answers)).days)


def test_pages_that_no_list_has_with_a_day_are_no_posts() -> None:
    made = _site()
    assert _found(made) == set(made.truth)


@pytest.mark.parametrize("how", ["a list", "a neighbour"])
def test_what_is_listed_or_linked_among_posts_is_one(how: str) -> None:
    """A list of a tag may have no days, and posts of which no other list has any more."""
    made = _site(
        beside=_link(site(count=14, permalink="{slug}/").posts[0].path) if how == "a list" else "", next_post=how != "a list"
    )
    assert _found(made) == {*made.truth, *_WORKS}
