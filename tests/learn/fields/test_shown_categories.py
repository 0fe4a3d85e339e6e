"""Folders in the addresses of posts that are none of the categories that the pages show."""

from __future__ import annotations

import pytest

from crawler.learn.fields.shown_categories import ShownNames
from crawler.learn.learn import learn
from crawler.learn.rule import rule_of
from crawler.sites.learned.site import LearnedSite
from crawler.sites.stock.page import StockPage
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


@pytest.mark.parametrize("href", ["/categories/{}/", "/categories#{}", "/category/{}.html"])
@pytest.mark.parametrize("words", [{"sea": "Die See", "land": "Land und Leute", "sky": "Sky"}, {}], ids=["other", "own"])
def test_where_links_show_other_words_for_the_folders_of_posts_the_folders_are_the_categories(
    href: str, words: dict[str, str]
) -> None:
    """A theme may have words for categories in a file of data; most posts are of one category."""
    made = moved(to_own=True)
    for number, post in enumerate(made.posts):
        name = post.categories[0]
        old = f'href="/categories/{name.lower()}/">{name}<'
        new = f'href="{href.format(name.lower())}">{words.get(name.lower(), name)}<'
        made.answers[number] = made.answers[number]._replace(body=made.answers[number].body.replace(old.encode(), new.encode()))
    built = LearnedSite.of(learned := learn("blog", made.home, made.answers))
    assert learned.permalink == "pretty"
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert parsed.categories == tuple(name.lower() if words else name for name in post.categories)


def test_one_folder_that_feeds_have_as_a_name_of_each_post_is_their_category() -> None:
    made = site(categories=("daily",), feed="few")
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink == "pretty"
    built = LearnedSite.of(learned)
    pages = [built.parse_page(page) for page in made.answers[: len(made.posts)]]
    assert [page.categories for page in pages if isinstance(page, StockPage)] == [("daily",)] * len(made.posts)


def test_one_folder_is_the_rules_own_where_a_feed_does_not_have_it_of_all_or_other_pages_fit_as_well() -> None:
    posts = [f"blog/daily/2020/01/{number:02}/tide-{number}/" for number in range(1, 28)]
    daily, salt = frozenset({"daily", "salt"}), frozenset({"salt"})
    assert rule_of(posts, names=ShownNames(by_feed=dict.fromkeys(posts[:9], daily))).permalink == (
        "/blog/:categories/:year/:month/:day/:title/"
    )
    fixed = "/blog/daily/:year/:month/:day/:title/"
    assert rule_of(posts, names=ShownNames(by_feed=dict.fromkeys(posts[:9], daily) | {posts[4]: salt})).permalink == fixed
    assert rule_of(posts, names=ShownNames(by_feed=dict.fromkeys(posts[:2], daily))).permalink == fixed
    notes = [f"notes/tide-{number}/" for number in range(30)]
    by_feed = dict.fromkeys(notes, frozenset({"notes"}))
    assert rule_of(notes, names=ShownNames(by_feed=by_feed)).permalink == "/:categories/:title/"
    assert rule_of(notes, ["about/", "land/a/"], ShownNames(by_feed=by_feed)).permalink == "/notes/:title/"
