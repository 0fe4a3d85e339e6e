"""Lists of a content's headings that a layout puts before it, without a class that says what they are."""

from __future__ import annotations

import re

import pytest

from tests.learn.found import assert_all_is_found, pages
from tests.learn.made import MadeSite, feed_of, site

HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')


def made(start: str = "<ul>", *, feed: str = "whole") -> MadeSite:
    found = site(feed=feed, layouts=("classed",))
    for number, post in enumerate(found.posts):
        headings = HEADING.findall(post.content)
        items = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in headings)
        answer = found.answers[number]
        if len(headings) > 1:
            body = answer.body.decode().replace(post.content, f"{start}{items}</ul>\n{post.content}")
            found.answers[number] = answer._replace(body=body.encode())
    return found


@pytest.mark.parametrize("start", ["<ul>", '<ul class="list">'])
@pytest.mark.parametrize("feed", ["whole", "few"])
def test_a_list_that_a_feed_has_not_is_the_layouts(start, feed):
    found = assert_all_is_found(made(start, feed=feed))
    assert any(layout.toc for layout in found.layouts)


def test_a_list_that_a_feed_has_is_the_posts():
    written = made()
    for post in written.posts:
        listed = re.search(rf"<ul>(?:(?!</ul>).)*</ul>\n{re.escape(post.content)}", pages(written)[post.path].decode())
        post.content = listed[0] if listed else post.content
    written.answers[-1] = written.answers[-1]._replace(body=feed_of(written, "whole").encode())
    found = assert_all_is_found(written)
    assert not any(layout.toc for layout in found.layouts)
