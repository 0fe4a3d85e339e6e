"""Descriptions and images that the heads of pages have."""

from __future__ import annotations

import pytest

from tests.learn.found import learned
from tests.learn.made import MadeSite, site

_IMAGE = '<meta property="og:image" content="https://blog.example/{}.png">'
_DESCRIPTION = '<meta name="description" content="{}">'


def with_heads(made: MadeSite, heads: dict[str, str]) -> MadeSite:
    """The site with something in the heads of the pages of these paths; that of ``*`` in all others."""
    for number, answer in enumerate(made.answers):
        head = heads.get(answer.url.removeprefix(made.home), heads.get("*", ""))
        made.answers[number] = answer._replace(body=answer.body.replace(b"</head>", f"{head}</head>".encode(), 1))
    return made


@pytest.mark.parametrize("count", [4, 12, 40])
def test_what_one_post_alone_has_is_its_own(count: int) -> None:
    made = site(count=count)
    found = learned(with_heads(made, {made.posts[1].path: _IMAGE.format("a") + _DESCRIPTION.format("What the tide does")}))
    assert found.layouts[0].image == ('meta[property="og:image"]',)
    assert found.layouts[0].description == ('meta[name="description"]',)


@pytest.mark.parametrize("home", ["", _IMAGE.format("site") + _DESCRIPTION.format("A harbour")])
def test_what_all_posts_have_alike_is_none_of_theirs(home: str) -> None:
    heads = {"": home, "*": _IMAGE.format("site") + _DESCRIPTION.format("A harbour")}
    found = learned(with_heads(site(count=12), heads))
    assert not any(layout.image or layout.description for layout in found.layouts)


def test_what_the_home_page_has_too_is_none_of_a_post_that_has_it_alone() -> None:
    made = site(count=12)
    heads = {"": _IMAGE.format("site"), made.posts[2].path: _IMAGE.format("site")}
    assert not any(layout.image for layout in learned(with_heads(made, heads)).layouts)


@pytest.mark.parametrize("other", ["What the tide does in {}", "{}"])
def test_another_description_is_looked_at_where_it_says_something_else(other: str) -> None:
    """A theme has an excerpt of the content in one of them, and the post's own description in the other."""
    made = site(count=12)
    social = '<meta property="og:description" content="{}">'
    heads = {post.path: _DESCRIPTION.format(post.slug) + social.format(other.format(post.slug)) for post in made.posts}
    found = learned(with_heads(made, heads)).layouts[0].description
    assert found == ('meta[name="description"]', 'meta[property="og:description"]')[: 1 + (other != "{}")]
