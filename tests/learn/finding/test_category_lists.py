"""Names that only a feed has: categories, where the site has lists of them as such, and else tags, which is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import Exchange, Rejection
from crawler.learn.learn import learn
from crawler.learn.site_toml.toml import read, write
from crawler.markup.feeds.feed import read_feed
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import FeedMention
from tests.learn.made import MadeSite, site

CATEGORIES = ("North Sea", "Land")
#: Pages of lists by their paths; ``{names}`` are those of categories or tags, a list item each.
LISTS = {
    "a page each": {"category/north-sea/": "", "category/land/": ""},
    "files": {"blog/categories/north-sea.html": "", "blog/categories/land.html": ""},
    "one page with ids": {"categories/": '<h2 id="north-sea">North Sea</h2><h2 id="land">Land</h2>'},
    "one page with links": {"categories.html": '<a href="/categories/north-sea/">a</a><a href="/categories/land/">b</a>'},
}


def made_site(lists: dict[str, str]) -> MadeSite:
    """A site whose posts show neither categories nor tags, in addresses without categories; its feed has both alike."""
    made = site(categories=CATEGORIES, permalink="{year}/{slug}/", layouts=("boxed",))
    for path, inside in lists.items():
        made.answers.append(Exchange(made.home + path, 200, f"<!DOCTYPE html><html><body>{inside}</body></html>".encode()))
    return made


def names(made: MadeSite) -> list[tuple[list[str], list[str], bool]]:
    """Categories and tags of the posts that the feed has, and whether it is said that they are assumed."""
    learned = read(write(replace(learn("blog", made.home, made.answers), source="html")))
    built, found = LearnedSite.of(learned), []
    feed = next(answer for answer in made.answers if answer.url.endswith("feed.xml"))
    for entry in read_feed(feed.body, feed.url):
        parsed = built.parse_page(next(answer for answer in made.answers if answer.url == entry.url))
        assert not isinstance(parsed, Rejection)
        post = built.build_post(parsed, None, FeedMention(entry, None))
        found.append((post.categories, post.tags, "categories" in post.assumed))
    return found


def truth(made: MadeSite) -> list[tuple[list[str], list[str]]]:
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)[:10]
    return [(list(post.categories), list(post.tags)) for post in newest]


@pytest.mark.parametrize("lists", LISTS)
def test_names_with_lists_as_categories_are_categories(lists: str) -> None:
    made = made_site(LISTS[lists])
    assert names(made) == [(*one, False) for one in truth(made)]


@pytest.mark.parametrize("lists", [{}, {"tags/north-sea/": "", "tags/land/": ""}, {"category/hill/": ""}])
def test_names_without_such_lists_are_tags_and_it_is_said(lists: dict[str, str]) -> None:
    made = made_site(lists)
    assert names(made) == [([], [*categories, *tags], True) for categories, tags in truth(made)]


def test_a_name_with_lists_of_both_kinds_is_a_tag() -> None:
    made = made_site(LISTS["a page each"] | {"topics/": '<h2 id="land">Land</h2>'})
    told = names(made)
    assert {name for categories, _, _ in told for name in categories} == {"North Sea"}
    assert all(assumed == (categories == []) for categories, _, assumed in told)


def test_a_person_may_name_them() -> None:
    made = made_site({})
    learned = replace(learn("blog", made.home, made.answers), category_names=("land",))
    assert learned.evidence.get("category_names") is None
    assert read(write(learned)).category_names == ("land",)


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_the_folder_of_all_posts_is_a_category_if_the_feed_has_it_before_all_other_names(*, first: bool) -> None:
    """Of a site with ``/:categories/:title/``, and one category."""
    made = site(permalink="notes/{slug}/", layouts=("boxed",))
    for post in made.posts:
        post.categories = ("Notes",)
    feed = made.answers[-1]
    name, end = b'<category term="Notes"/>', b"<content"
    body = feed.body.replace(b"<updated>", name + b"<updated>") if first else feed.body.replace(end, name + end)
    made.answers[-1] = feed._replace(body=body)
    told = truth(made)
    assert any(tags for _, tags in told)
    found = names(made)
    assert ([(categories, tags) for categories, tags, _ in found] == told) == first
    assert any(is_assumed for _, _, is_assumed in found) != first


@pytest.mark.parametrize("as_tag", [False, True])
def test_names_that_the_rules_addresses_tell_are_categories_of_posts_with_other_addresses(*, as_tag: bool) -> None:
    made = site(categories=("sea",), permalink="{categories}{year}/{month}/{day}/{slug}/", layouts=("boxed",))
    own = sorted(made.posts, key=lambda post: post.day)[-3:]
    for post in own:
        old, new = post.path, post.path.rstrip("/")
        made.answers = [
            one._replace(url=one.url.replace(old, new), body=one.body.replace(f'{old}"'.encode(), f'{new}"'.encode()))
            for one in made.answers
        ]
    for post in own:
        post.path = post.path.rstrip("/")
    if as_tag:
        other = sorted(made.posts, key=lambda post: post.day)[-5]
        feed = next(number for number, answer in enumerate(made.answers) if answer.url.endswith("feed.xml"))
        path, elsewhere = other.path, other.path.replace("sea/", "land/")
        made.answers = [
            one._replace(url=one.url.replace(path, elsewhere), body=one.body.replace(path.encode(), elsewhere.encode()))
            for one in made.answers
        ]
        assert elsewhere.encode() in made.answers[feed].body
    told = names(made)[:3]
    categories = [] if as_tag else ["sea"]
    assert [one[0] for one in told] == [categories] * 3
    assert all(("sea" in tags) == as_tag for _, tags, _ in told)
