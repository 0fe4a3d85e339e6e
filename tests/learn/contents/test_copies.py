"""Contents that a feed has stand in a page more than once, or with addresses that the feed made whole."""

from __future__ import annotations

from html import escape

import pytest

from crawler.learn.layouts.verbatim import verbatim
from tests.learn.contents.test_lead import right
from tests.learn.found import learned
from tests.learn.made import site

CONTENT = '<p>One two three, and <a href="/sea/">more</a>.</p>'
MARKED = f'<div class="post-content">\n{CONTENT}\n</div>'


@pytest.mark.parametrize(
    "copy", [f"<noscript>{CONTENT}</noscript>", f"<span>{CONTENT}</span>", f"<template><div>{CONTENT}</div></template>"]
)
def test_of_several_copies_the_marked_one_that_readers_see_is_the_content(copy: str) -> None:
    page = f"<body>{copy}{MARKED}</body>".encode()
    assert verbatim(page, CONTENT) == (page.rindex(CONTENT.encode()), page.rindex(b"\n</div></body>"))


def test_of_copies_that_nothing_tells_apart_none_is() -> None:
    assert verbatim(f"<body><div>{CONTENT}</div><div>{CONTENT}</div></body>".encode(), CONTENT) is None
    assert verbatim(f"<body>{MARKED}{MARKED}</body>".encode(), CONTENT) is None
    assert verbatim(f"<body>{MARKED * 2000}</body>".encode(), CONTENT) is None


def test_a_feed_with_whole_addresses_tells_the_contents_of_pages_with_two_copies() -> None:
    made = site(feed="whole")
    for number, post in enumerate(made.posts):
        own = f'{post.content}\n\n<p><img src="/a/{number}.png" alt="" /></p>'
        copy = f"<span>{own}</span></header>"
        body = made.answers[number].body.replace(post.content.encode(), own.encode()).replace(b"</header>", copy.encode())
        made.answers[number] = made.answers[number]._replace(body=body)
        feed = made.answers[-1]
        fed = f'{post.content}\n\n<p><img src="{made.home}a/{number}.png" alt="" /></p>'
        made.answers[-1] = feed._replace(body=feed.body.replace(escape(post.content).encode(), escape(fed).encode()))
        post.content = own
    assert right(made) == len(made.posts)
    assert "a feed has" in learned(made).evidence["layout.post.start"]
