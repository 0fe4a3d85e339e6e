"""A text of the layout's own in an element that is called as those of tags are."""

from __future__ import annotations

import pytest

from tests.learn.found import learned
from tests.learn.made import site


@pytest.mark.parametrize("feed", ["", "whole"])
def test_a_label_of_the_layout_in_two_languages_is_no_tag_where_links_lead_to_tags(feed: str) -> None:
    made = site(layouts=("classed",), feed=feed)
    for number, post in enumerate(made.posts):
        text = "Summary" if number % 3 else "R\u00e9sum\u00e9"
        label = f'<p class="box"><span class="summary-label">{text}</span></p><div class="post-content'.encode()
        assert made.answers[number].url == made.url(post.path)
        made.answers[number] = made.answers[number]._replace(
            body=made.answers[number].body.replace(b'<div class="post-content', label, 1)
        )
    with_tags, without = learned(made).layouts
    assert with_tags.tags == ("a.tag-link",)
    assert without.tags == ()
