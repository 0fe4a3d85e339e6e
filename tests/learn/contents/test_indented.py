"""What some pages of a layout show at the ends of contents is the layout's, by how it stands there."""

from __future__ import annotations

import pytest

from tests.learn.contents.test_lead import right
from tests.learn.made import site

BUTTON = '<p class="center">\n\n    <a href="https://other.example/{slug}" class="button">Listen</a>\n\n  </p>'


@pytest.mark.parametrize(("typed", "is_layouts"), [("\n  \n  ", True), ("\n\n", False)])
def test_what_a_layout_has_indented_behind_some_contents_is_no_part_of_them(typed: str, is_layouts: bool) -> None:
    """kramdown writes blocks at the beginning of a line, and of a line of blanks nothing."""
    made = site(feed="", layouts=("boxed",), count=24)
    for number, post in enumerate(made.posts[:20:5]):
        button = typed + BUTTON.format(slug=post.slug)
        body = made.answers[number * 5].body.replace(post.content.encode(), (post.content + button).encode())
        made.answers[number * 5] = made.answers[number * 5]._replace(body=body)
        post.content += "" if is_layouts else button
    assert right(made) == len(made.posts)
