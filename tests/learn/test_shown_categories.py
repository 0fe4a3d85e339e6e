"""Folders in the addresses of posts that are none of the categories that the pages show."""

from __future__ import annotations

import re

import pytest

from crawler.learn.fields.shown_categories import ShownNames
from crawler.learn.learn import learn
from crawler.learn.rule import rule_of
from crawler.sites.learned import LearnedSite
from crawler.sites.stock_page import StockPage
from tests.learn.made import MadeSite, site

NAMES = ("Sea", "land", "sky")


def moved(*, to_own: bool) -> MadeSite:
    """A site whose pages show their categories; the last posts lie in other folders, or all in those of their categories."""
    made = site(categories=NAMES, permalink="posts/{year}/{month}/{day}/{slug}/", count=40, feed="few")
    folders = [
        post.categories[0].lower() if to_own else "posts" if number < 36 else "talks" for number, post in enumerate(made.posts)
    ]
    paths = {post.path: f"{folder}/{post.path.partition('/')[2]}" for post, folder in zip(made.posts, folders, strict=True)}
    for number, answer in enumerate(made.answers):
        url, body = answer.url, answer.body.decode()
        for old, new in paths.items():
            url, body = url.replace(old, new), body.replace(old, new)
        if number < len(made.posts):
            name = made.posts[number].categories[0]
            link = f'<a class="category" href="/categories/{name.lower()}/">{name}</a></header>\n<div'
            body = body.replace("</header>\n<div", link)
        made.answers[number] = answer._replace(url=url, body=body.encode())
    return made


def test_the_folder_of_most_posts_is_the_rules_own_where_pages_show_others() -> None:
    made = moved(to_own=False)
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink == "/posts/:year/:month/:day/:title/"
    assert len(learned.own_permalinks) == 4
    assert all(path.startswith("talks/") for path in learned.own_permalinks)
    built = LearnedSite.of(learned)
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert parsed.categories == post.categories


def test_folders_that_pages_show_are_categories() -> None:
    assert learn("blog", (made := moved(to_own=True)).home, made.answers).permalink == "pretty"


def test_folders_of_which_none_has_most_posts_are_categories_whatever_pages_show() -> None:
    posts = [f"{folder}/tide-{number}/" for number in range(9) for folder in ("sea", "land", "sky")]
    shown = ShownNames({path: frozenset({"salt"}) for path in posts})
    assert rule_of(posts, have_categories=True, names=shown).permalink == "/:categories/:title/"
    assert rule_of([*posts, *(f"notes/tide-{number}/" for number in range(30))], names=shown).permalink == "/notes/:title/"


@pytest.mark.parametrize("own", [True, False], ids=["of the address", "others"])
def test_names_shown_as_tags_that_are_the_folders_of_addresses_are_categories(*, own: bool) -> None:
    made = site(categories=NAMES, permalink="{categories}{year}/{month}/{day}/{slug}/", feed="")
    for number, post in enumerate(made.posts):
        further = NAMES[(NAMES.index(post.categories[0]) + 1) % 3] if number % 4 == 0 else ""
        names = [post.categories[0], *filter(None, [further])]
        path = "".join(f"{name.lower()}/" for name in names) + post.path.split("/", 1)[1]
        links = "".join(f'<a class="tag" href="/tags/{name}/">{name if own else name[::-1]}</a>' for name in names)
        for place, answer in enumerate(made.answers):
            url, body = (text.replace(post.path, path) for text in (answer.url, answer.body.decode()))
            if place == number:
                body = re.sub(r'<a class="tag".*?</a>', "", body).replace("</header>\n<div", f"{links}</header>\n<div")
            made.answers[place] = answer._replace(url=url, body=body.encode())
        post.categories = tuple(names)
    learned = learn("blog", made.home, made.answers)
    assert bool(learned.layouts[0].categories) == own
    assert bool(learned.layouts[0].tags) != own
    if own:
        assert "as tags, the categories of their addresses" in learned.evidence["layout.post.categories"]
        parsed = LearnedSite.of(learned).parse_page(made.answers[0])
        assert isinstance(parsed, StockPage)
        assert (parsed.categories, parsed.tags) == (made.posts[0].categories, ())
