"""What learning finds of small sites: contents, titles, times, names and zone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import CaptureRef, Exchange
from crawler.learn.fields.shown import seen
from crawler.learn.layouts.content import content_of
from crawler.learn.learn import learn
from tests.learn.found import assert_all_is_found, learned, pages, shown
from tests.learn.made import WORDS, site

KINDS = {
    "a class": {"layouts": ("classed",)},
    "nothing around it": {"layouts": ("bare",)},
    "constant elements around it": {"layouts": ("boxed",)},
    "a footer behind it": {"layouts": ("wide",)},
    "comments around it": {"layouts": ("commented",)},
    "two layouts": {"layouts": ("classed", "wide")},
    "two layouts, one bare": {"layouts": ("boxed", "bare")},
    "made small": {"compressed": True},
    "made small, nothing around it": {"compressed": True, "layouts": ("bare",)},
    "a base path": {"home": "https://people.example/blog/"},
    "Chinese": {"chinese": True},
    "files": {"permalink": "{year}/{month}/{day}/{slug}.html"},
    "few": {"count": 4},
}


@pytest.mark.parametrize("feed", ["whole", "few", "excerpt", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_posts_and_their_contents_are_found(kind: str, feed: str) -> None:
    assert_all_is_found(site(feed=feed, **KINDS[kind]))


@pytest.mark.parametrize("ends", [("", "", "\n\n<ul>\n  <li>one</li>\n</ul>"), ("\n\n<h2>Two</h2>", "", "\n\n<pre>x</pre>")])
def test_a_block_that_each_of_a_few_posts_has_once_is_no_layouts(ends: tuple[str, ...]) -> None:
    made = site(feed="", count=3, layouts=("wide",))
    made.answers = [one._replace(body=one.body.replace(b"<p>Made by hand.</p>", b"By hand.")) for one in made.answers]
    for number, (post, end) in enumerate(zip(made.posts, ends, strict=True)):
        text = f"<p>{' '.join(WORDS[number:])}</p>{end}"
        made.answers[number] = made.answers[number]._replace(
            body=made.answers[number].body.replace(post.content.encode(), text.encode())
        )
        post.content = text
    assert_all_is_found(made)


def test_times_tags_and_zone_are_found() -> None:
    made = site(offset="+08:00", feed="few")
    found = learned(made)
    assert found.zone == "Asia/Shanghai"
    assert "+08:00 in" in found.evidence["zone"]
    for path, page in pages(made).items():
        layout, *span = content_of(page, found.layouts) or (None, 0, 0)
        assert seen(page, layout.time[0], tuple(span)).first == made.truth[path].time
        assert shown(page, layout, tuple(span), "tags") == made.truth[path].tags


@pytest.mark.parametrize("told", ["categories", "tags"])
def test_a_feed_that_has_names_of_one_kind_alone_tells_nothing_of_the_other(told: str) -> None:
    made = site(categories=("sea", "land"))
    for number, post in enumerate(made.posts):
        line = f'<p class="post-categories"><a href="/categories/x/">{post.categories[0]}</a></p><div class="post-content'
        body = made.answers[number].body.replace(b'<div class="post-content', line.encode())
        made.answers[number] = made.answers[number]._replace(body=body)
    for name in WORDS[:8] if told == "categories" else ("sea", "land"):
        term = f'<category term="{name}"/>'.encode()
        made.answers[-1] = made.answers[-1]._replace(body=made.answers[-1].body.replace(term, b""))
    found = assert_all_is_found(made)
    for path, page in pages(made).items():
        layout, *span = content_of(page, found.layouts) or ()
        assert set(shown(page, layout, (span[0], span[1]), "tags")) == set(made.truth[path].tags)
        assert shown(page, layout, (span[0], span[1]), "categories") == made.truth[path].categories


def test_a_menu_of_tags_and_a_page_of_tags_are_no_tags_of_posts() -> None:
    made = site(layouts=("wide",))
    assert all(not layout.tags and not layout.categories for layout in learned(made).layouts)


def test_the_order_of_the_pages_makes_no_difference() -> None:
    made = site(layouts=("classed", "wide"), captured="2024-05-01T00:00:00.000000Z")
    assert learned(made) == learned(replace(made, answers=made.answers[::-1]))


def test_a_site_of_one_post_is_learned_by_what_marks_its_content() -> None:
    assert_all_is_found(site(count=1, feed=""))


@pytest.mark.parametrize("opening", ["Notes of <em>the harbour</em>: ", "<strong>Today</strong> ", "<em>a</em> <em>b</em> c "])
@pytest.mark.parametrize("layout", ["classed", "bare", "boxed", "wide"])
@pytest.mark.parametrize("count", [4, 24])
def test_a_content_begins_at_its_paragraph_though_all_begin_alike(opening: str, layout: str, count: int) -> None:
    assert_all_is_found(site(feed="", opening=opening, layouts=(layout,), count=count))


def test_nothing_comes_of_nothing() -> None:
    found = learn("blog", "https://blog.example/", [])
    assert (found.layouts, found.feeds, found.own_permalinks, found.zone) == ((), (), (), "UTC")
    gone = Exchange("https://blog.example/2020/01/02/a/", 404, b"<html>gone", CaptureRef("", "", "", 0, ""))
    assert learn("blog", "https://blog.example/", [gone]).layouts == ()
