"""Pages that show more of something else than of their contents: a feed that cuts these tells where they stand."""

from __future__ import annotations

import random
import re
from html import escape

import pytest

from crawler.items import Exchange
from crawler.learn.layouts.begun import beginning
from crawler.learn.layouts.content import content_of
from crawler.markup.feeds.feed import read_feed
from tests.learn.found import learned, pages
from tests.learn.made import WORDS, MadeSite, opened, site


def with_notes(*, cut: int) -> MadeSite:
    """A site whose pages have long notes behind the content, and a feed with the first words of some posts' contents.

    :param cut: after so many characters; not at all if it is 0, and then the feed has none.
    """
    made = site(layouts=("wide",), feed="")
    entries = ""
    for number, post in enumerate(made.posts):
        chance = random.Random(1000 + number)
        notes = " ".join(chance.choice(WORDS) for _ in range(900))
        old, post.content = post.content, opened("", number)
        body = made.answers[number].body.decode().replace(old, post.content)
        body = body.replace("</section>", f'</section><div class="notes"><p>{escape(notes, quote=False)}</p></div>', 1)
        made.answers[number] = made.answers[number]._replace(body=body.encode())
        text = re.sub("<[^>]*>", "", post.content)
        if cut and number in (20, 21):
            entries += (
                f"<entry><title>{escape(post.title)}</title><link href='{made.url(post.path)}'/><published>{post.time}</published>"
                f"<content type='html'>{escape(text[:cut])}...</content></entry>"
            )
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    made.answers.append(Exchange(f"{made.home}feed.xml", 200, feed.encode()))
    return made


@pytest.mark.parametrize(("cut", "is_content"), [(80, True), (0, False)])
def test_contents_stand_where_a_feed_begins_them_and_not_where_most_text_is(cut: int, *, is_content: bool) -> None:
    made = with_notes(cut=cut)
    found = learned(made)
    for path, page in pages(made).items():
        placed = content_of(page, found.layouts)
        assert placed is not None
        assert (page[placed[1] : placed[2]].decode() == made.truth[path].content) == is_content


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("so " * 30 + "…", "so " * 29 + "so"),
        ("so " * 30, ""),
        ("so so...", ""),
    ],
)
def test_a_beginning_is_a_text_that_was_cut(content: str, text: str) -> None:
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/a'/><content type='html'>{escape(content)}</content></entry></feed>"
    assert beginning(read_feed(feed.encode(), "https://blog.example/feed.xml")) == text
