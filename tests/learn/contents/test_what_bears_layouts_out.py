"""The line above a layout in site.toml: what bears out where its contents stand."""

from __future__ import annotations

import re

from tests.learn.found import learned
from tests.learn.made import MadeSite, site


def lines(made: MadeSite) -> dict[str, str]:
    """What is said of each layout, by its name."""
    found = learned(made).evidence
    return {name.split(".")[1]: line for name, line in found.items() if name.startswith("layout.") and name.endswith(".start")}


def test_a_page_that_lacks_what_others_have_behind_the_content_is_told_as_such() -> None:
    made = site(layouts=("classed",), feed="")
    without = {post.path for post in made.posts if not post.tags}
    made.answers = [one for one in made.answers if one.url.removeprefix(made.home) not in without]
    made.posts = [post for post in made.posts if post.tags]
    first = made.answers[0]
    made.answers[0] = first._replace(body=re.sub(rb'<div class="post-tags">.*?</div>', b"", first.body))
    told = lines(made)
    assert told["post"] == "what differs between 17 posts stands between these texts; found in the pages of 16 posts"
    assert told["post-2"].startswith("these pages begin or end as those of another layout do, and show less or more")


def test_a_form_that_is_left_out_at_the_end_of_contents_is_told_as_such() -> None:
    made = site(layouts=("bare",), feed="")
    for number in range(0, len(made.posts), 3):
        form = f'<form action="/like/{number}"><button>Like {number}</button></form><ul class="tag-list">'.encode()
        body = made.answers[number].body
        made.answers[number] = made.answers[number]._replace(body=body.replace(b'<ul class="tag-list">', form))
    assert any(
        line.startswith("what stands at the ends of contents and is the layout's by its name") for line in lines(made).values()
    )
