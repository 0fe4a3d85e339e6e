"""A list for a site's own search tells dates, categories and tags where pages and feeds do not, if it agrees where they do."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import CaptureRef, Exchange, Rejection
from crawler.learn.learn import learn
from crawler.learn.site_toml.toml import BrokenToml, read, write
from crawler.markup.feeds.feed import read_feed
from crawler.markup.search_list import read_search_list
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import FeedMention, with_others
from crawler.sites.search_lists import read_listed
from tests.learn.made import MadePost, MadeSite, site

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Post
    from crawler.learn.learned import Learned

CATEGORIES = ("North Sea", "Land")
REF = CaptureRef("", "", "f", 0, "")
Entry = "Callable[[MadePost], str]"


def joined(names: tuple[str, ...]) -> str:
    return escape(", ".join(names))


def day(post: MadePost, between: str = "/") -> str:
    year, month, number = post.day.split("-")
    return between.join((month, number, year))


def jekylls(post: MadePost) -> str:
    """The date as Jekyll writes it into a text."""
    return post.time.replace("T", " ").replace("+00:00", " +0000")


def simple(post: MadePost) -> str:
    return (
        f'{{ "title": "A "quoted" word",\n "category": "{escape(post.categories[0])}", "tags": "{joined(post.tags)}",\n'
        f' "url": "/{post.path}", "date": "{jekylls(post)}" }}'
    )


def several(post: MadePost) -> str:
    return (
        f'{{"url": "/{post.path}", "categories": "{joined(post.categories)}",'
        f' "tags": "{joined(post.tags)}", "date": "{jekylls(post)}", "content": "a\\"}}b{{"}}'
    )


def arrays(post: MadePost) -> str:
    told = {"title": post.title, "categories": post.categories, "tags": post.tags, "url": f"https://blog.example/{post.path}"}
    return json.dumps(told)


def days(post: MadePost) -> str:
    return json.dumps({"link": f"/{post.path}", "date": day(post)})


def of(made: MadeSite, entry: Callable[[MadePost], str], path: str = "search.json") -> Learned:
    """What is learned of a site with such a list, as its file says it."""
    entries = ",\n".join(map(entry, made.posts))
    text = f"var store = [{entries}]" if path.endswith(".js") else f"[{entries},]"
    made.answers.append(Exchange(made.home + path, 200, text.encode()))
    learned = replace(learn("blog", made.home, made.answers), source="html")
    again = read(write(learned))
    assert {key: list(map(list, rule.values())) for key, rule in again.search_lists.items()} == {
        key: list(map(list, rule.values())) for key, rule in learned.search_lists.items()
    }
    return again


def built(made: MadeSite, learned: Learned) -> dict[str, Post]:
    """The posts by their paths, with what feed and lists tell."""
    blog, pages = LearnedSite.of(learned), {page.url: page for page in made.answers}
    entries = {entry.url: entry for url in blog.feed_urls for entry in read_feed(pages[url].body, url)}
    told = {url: one for at, rule in blog.list_urls.items() for url, one in read_listed(pages[at].body, at, rule, blog.zone)}
    found = {}
    for post in made.posts:
        url = made.url(post.path)
        parsed = blog.parse_page(pages[url])
        assert not isinstance(parsed, Rejection)
        mention = FeedMention(entries[url], REF) if url in entries else None
        listed = (told[url], REF) if url in told else None
        found[post.path] = blog.build_post(parsed, None, with_others(url, mention, listed, ()))
    return found


def made_site() -> MadeSite:
    """A site whose pages show a day alone, and whose feed has times and names of the newest posts, both kinds alike."""
    return site(categories=CATEGORIES, permalink="{year}/{slug}/", layouts=("boxed",), feed="few", count=30)


@pytest.mark.parametrize(
    ("entry", "path"), [(simple, "search.json"), (several, "assets/data/search.json"), (arrays, "store.js")]
)
def test_each_post_gets_what_only_the_list_tells(entry: Callable[[MadePost], str], path: str) -> None:
    made = made_site()
    learned = of(made, entry, path)
    assert learned.search_lists.keys() == {path}
    posts = built(made, learned)
    for one in made.posts:
        post = posts[one.path]
        assert (tuple(post.categories), sorted(post.tags)) == (one.categories, sorted(one.tags))
        wrong = {"tags", "categories", "date.day"} | ({"date.time"} if entry is not arrays else set())
        assert wrong.isdisjoint(post.assumed), post.assumed
        assert ("categories.first" in post.assumed) == (entry is simple)
        if entry is not arrays:
            assert post.date.isoformat() == one.time
    assert "agree" in learned.evidence[f"search_lists.{path}"]


def test_without_the_list_it_is_said_that_nothing_tells() -> None:
    made = made_site()
    learned = of(made, lambda post: json.dumps({"url": f"/{post.path}", "title": post.title}))
    assert learned.search_lists == {}
    posts = built(made, learned)
    assert {"categories", "tags", "date.time"} <= {name for post in posts.values() for name in post.assumed}


def test_what_contradicts_pages_and_feeds_is_not_believed() -> None:
    made = made_site()

    def wrong(post: MadePost) -> str:
        told = {
            "url": f"/{post.path}",
            "tags": ["salt", post.slug],
            "categories": [post.slug],
            "date": "2026-11-26 10:00:00 +0000",
        }
        return json.dumps(told)

    assert of(made, wrong).search_lists == {}


def test_days_in_two_orders_are_read_by_those_that_are_known() -> None:
    made = made_site()
    assert of(made, days).search_lists == {"search.json": {"date": ["date", "%m/%d/%Y"]}}
    made = made_site()
    turned = of(made, lambda post: json.dumps({"link": f"/{post.path}", "date": "/".join(reversed(post.day.split("-")))}))
    assert turned.search_lists == {"search.json": {"date": ["date", "%d/%m/%Y"]}}


def test_where_nothing_else_shows_any_the_name_of_the_key_decides_and_it_is_said() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", layouts=("boxed",), feed="")
    learned = of(made, lambda post: json.dumps({"url": f"/{post.path}", "tags": ", ".join(post.tags), "keywords": "x"}))
    assert learned.search_lists == {"search.json": {"tags": ["tags", ","]}}
    assert "its name says so" in learned.evidence["search_lists.search.json"]
    assert all(sorted(post.tags) == sorted(one.tags) for one in made.posts for post in [built(made, learned)[one.path]])
    made = site(permalink="{year}/{month}/{day}/{slug}/", layouts=("boxed",), feed="")
    assert of(made, lambda post: json.dumps({"url": f"/{post.path}", "keywords": "x, y"})).search_lists == {}


def page(title: str, inside: str) -> bytes:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{inside}</p></main></body></html>"
    return text.encode()


def test_a_post_that_nothing_but_the_list_shows_is_one() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", feed="few")
    others = {
        "plans.html": (page("Plans", "What comes."), "2019-03-06 00:00:00 +0000"),
        "boats/one/": (page("One", "A boat."), "2026-11-26 10:11:12 +0000"),  # documents of a collection: the build's time
        "boats/two/": (page("Two", "A boat, too."), "2026-11-26 10:11:12 +0000"),
        "shop.html": (page("Shop", "Buy."), ""),
    }
    for path, (body, _) in others.items():
        made.answers.append(Exchange(made.home + path, 200, body))
    entries = [{"url": f"/{post.path}", "date": jekylls(post)} for post in made.posts]
    entries += [{"url": f"/{path}", "date": time} for path, (_, time) in others.items()]
    made.answers.append(Exchange(made.home + "search.json", 200, json.dumps(entries).encode()))
    learned = learn("blog", made.home, made.answers)
    assert learned.own_permalinks == ("plans.html",)
    assert learned.days["plans.html"] == "2019-03-06"


@pytest.mark.parametrize("rule", ['"tags"', '{ tags = "tags" }', '{ title = ["title", ""] }', '{ tags = ["tags"] }'])
def test_a_rule_that_is_none_is_named(rule: str) -> None:
    text = write(learn("blog", "https://blog.example/", made_site().answers))
    with pytest.raises(BrokenToml, match=r"search\.json = .* is not allowed; write which key has"):
        read(text.replace("\n[[layouts]]", f'\n[search_lists]\n"search.json" = {rule}\n\n[[layouts]]', 1))


PIECES = st.sampled_from(["{", "}", "[", "]", ":", ",", '"', '"url"', '"/a/"', '"tags"', "\\", "\n", "null", '"\\ud800"', "潮"])


@given(st.lists(PIECES, max_size=60))
def test_whatever_a_list_is_what_it_tells_is_text(pieces: list[str]) -> None:
    body = "".join(pieces).encode()
    for one in read_search_list(body, "https://s/search.json"):
        assert one.url.startswith("https://s/")
        json.dumps(dict(one.told)).encode()


@given(
    st.lists(st.dictionaries(st.sampled_from(["tags", "category", "date", "x"]), st.text(max_size=20), max_size=4), max_size=5)
)
def test_strict_json_is_read_as_it_is(entries: list[dict[str, str]]) -> None:
    body = json.dumps([{**one, "url": f"/{number}/"} for number, one in enumerate(entries)]).encode()
    found = list(read_search_list(body, "https://s/"))
    assert [one.url for one in found] == [f"https://s/{number}/" for number in range(len(entries))]
    for one, told in zip(entries, found, strict=True):
        assert told.told.keys() == one.keys() - {"x"} - {
            key for key, value in one.items() if "\ud800" <= max(value, default="") <= "\udfff"
        }
