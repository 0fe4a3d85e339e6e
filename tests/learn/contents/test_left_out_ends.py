"""End tags that HTML can do without, which layouts leave out of their pages: ``</li>``, or ``</p>``, too."""

from __future__ import annotations

import re

import pytest

from crawler.reconstruct import Converter, Habits, compressed, give_back, kind_of, of_blanks, with_ends
from crawler.reconstruct.end_tags import ITEMS, PARAGRAPHS, without_ends
from tests.learn.found import assert_all_is_found, pages
from tests.learn.made import MadeSite, site


def made(kind: str, **options: str | tuple[str, ...]) -> MadeSite:
    """A site with a layout that leaves end tags of this kind out, and white space beside the tags of blocks."""
    found = site(**options)
    for number, answer in enumerate(found.answers):
        if not answer.url.endswith(".xml"):
            found.answers[number] = answer._replace(body=compressed(answer.body.decode(), f"blocks without {kind}").encode())
    for post in found.posts:
        post.content = compressed(post.content, f"blocks without {kind}")
    return found


@pytest.mark.parametrize("feed", ["", "whole", "few"])
@pytest.mark.parametrize("kind", [ITEMS, PARAGRAPHS])
def test_contents_stand_where_they_do_with_all_end_tags(kind, feed):
    for layout in ("classed", "section"):
        assert_all_is_found(made(kind, feed=feed, layouts=(layout,)))


@pytest.mark.parametrize("kind", [ITEMS, PARAGRAPHS])
def test_pages_tell_which_end_tags_are_left_out(kind):
    found = made(kind)
    both = [(page.decode(), found.truth[path].content) for path, page in pages(found).items()]
    assert kind_of(both) == f"blocks without {kind}"


def test_contents_alone_that_were_typed_without_end_tags_are_as_they_were_typed():
    found = site(compressed=True)
    both = [(page.decode(), found.truth[path].content) for path, page in pages(found).items()]
    bare = [(page.replace(content, without_ends(content, PARAGRAPHS)), content) for page, content in both]
    assert kind_of([(page, without_ends(content, PARAGRAPHS)) for page, content in bare]) == kind_of(both) == "single"


MARKDOWN = (
    "One *two*.\n\nThree.\n\n* a\n  * b\n\n    c\n* d\n\n> Quote\n>\n> two\n\n"
    "| h | i |\n| --- | --- |\n| j | k |\n\n1. e\n\n   ```ruby\n   f = 1\n   ```\n2. g\n\nTerm\n: What it means\n"
)


@pytest.mark.usefixtures("jekyll")
@pytest.mark.parametrize("end", [ITEMS, PARAGRAPHS])
def test_markdown_comes_back_of_contents_without_end_tags(end):
    kind = f"blocks without {end}"
    with Converter({}) as converter:
        (content,) = converter.convert([MARKDOWN])
        assert content is not None
        shown = compressed(content, kind)
        assert not re.search("</li>|</td>|</dd>", shown)
        assert ("</p>" in shown) == (end == ITEMS)
        body = give_back(with_ends(shown, kind), converter, Habits(compressed=of_blanks(kind)))
        assert body.extension == ".md"
        assert body.failed is None
        (again,) = converter.convert([body.text])
    assert compressed(again or "", kind) == shown
