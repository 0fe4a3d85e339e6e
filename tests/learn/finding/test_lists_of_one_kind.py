"""Lists of categories on a site whose feed has the tags of posts alone, which says nothing of categories."""

from __future__ import annotations

from html import escape

import pytest

from crawler.items import Exchange, Rejection
from crawler.learn.learn import learn
from crawler.markup.feeds.feed import read_feed
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import FeedMention
from tests.learn.made import MadeSite, feed_of, site


def with_lists(*, in_feed: str) -> MadeSite:
    """A site whose pages show tags; its feed has these, or categories, or both; a page has posts by category."""
    made = site(layouts=("tagged",), permalink="{slug}/", categories=("Sea", "Land"))
    made.answers = [one for one in made.answers if "/tags/" not in one.url]
    for post in made.posts:
        post.tags = post.tags or ("tide",) if in_feed == "tags" else post.tags
    told = [(post, post.categories, post.tags) for post in made.posts]
    for post, categories, tags in told:
        post.categories, post.tags = (() if in_feed == "tags" else categories), (() if in_feed == "others" else tags)
        if in_feed == "others":
            post.categories = ("elsewhere",)
    feed = feed_of(made, "whole").encode()
    made.answers = [one._replace(body=feed) if one.url.endswith("feed.xml") else one for one in made.answers]
    parts: dict[str, str] = {}
    for number, (post, categories, tags) in enumerate(told):
        post.categories, post.tags = categories, tags
        link = f'<li><a href="/{post.path}">{escape(post.title)}</a></li>'
        parts[categories[0]] = parts.get(categories[0], "") + link
        if tags == ("tide",) and b'class="tag"' not in made.answers[number].body:
            shown = b'</time>\n<a class="tag" href="/tags/tide/">#tide</a>'
            made.answers[number] = made.answers[number]._replace(body=made.answers[number].body.replace(b"</time>", shown, 1))
    inside = "".join(f"<h1>❖ &nbsp; {name}</h1><ul>{links}</ul>" for name, links in parts.items())
    page = f"<!DOCTYPE html><html><head><title>All</title></head><body>{inside}</body></html>"
    made.answers.append(Exchange(f"{made.home}categories/", 200, page.encode()))
    return made


@pytest.mark.parametrize(("in_feed", "are_told"), [("tags", True), ("both", True), ("others", False)])
def test_a_feed_with_tags_alone_says_nothing_against_lists_of_categories(in_feed: str, *, are_told: bool) -> None:
    made = with_lists(in_feed=in_feed)
    told = learn("blog", made.home, made.answers).listed_categories
    assert told == ({post.path: post.categories for post in made.posts} if are_told else {})


def test_posts_of_such_a_feed_get_the_categories_of_lists_too() -> None:
    made = with_lists(in_feed="tags")
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    feed = next(answer for answer in made.answers if answer.url.endswith("feed.xml"))
    for entry in read_feed(feed.body, feed.url):
        parsed = built.parse_page(next(answer for answer in made.answers if answer.url == entry.url))
        assert not isinstance(parsed, Rejection)
        post = built.build_post(parsed, None, FeedMention(entry, None))
        truth = made.truth[entry.url.removeprefix(made.home)]
        assert (tuple(post.categories), set(post.tags)) == (truth.categories, set(truth.tags))
        assert "categories.lists" in post.assumed
