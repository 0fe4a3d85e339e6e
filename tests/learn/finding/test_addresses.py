"""Which addresses are those of posts: by the permalink rule, by lists and feeds, by folders, and by what pages look like."""

from __future__ import annotations

import re

import pytest

from crawler.learn.learn import learn
from tests.learn.found import assert_all_is_found, learned, posts_of, replace_path
from tests.learn.made import MadeSite, site


@pytest.mark.parametrize("feed", ["whole", ""])
@pytest.mark.parametrize(
    ("permalink", "rule"),
    [
        ("{slug}/", "/:title/"),
        ("blog/{slug}/", "/blog/:title/"),
        ("{year}/{month}/{slug}", "/:year/:month/:title"),
        ("{slug}.html", "none"),
        ("notes/{year}-{month}-{day}-{slug}.html", "/notes/:year-:month-:day-:title.html"),
        ("{year}/{month}/{day}/{slug}/", "pretty"),
        ("{year}/{month}/{day}/{slug}.html", "date"),
        ("notes/{year}/{month}/{day}/{slug}/", "/notes/:year/:month/:day/:title/"),
    ],
)
def test_the_permalink_rule_is_found(permalink: str, rule: str, feed: str) -> None:
    found = assert_all_is_found(site(permalink=permalink, feed=feed))
    assert (found.permalink, found.own_permalinks) == (rule, ())
    assert "24 of 24 posts" in found.evidence["permalink"]


@pytest.mark.parametrize(
    ("permalink", "rule"),
    [
        ("archive/{slug}.html", "/archive/:title.html"),
        ("tag/{slug}/", "/tag/:title/"),
        ("archives/{year}/{month}/{day}/{slug}/", "/archives/:year/:month/:day/:title/"),
        ("categories/{year}/{month}/{slug}.html", "/categories/:year/:month/:title.html"),
    ],
)
def test_posts_in_a_folder_that_is_called_as_those_of_lists_are_found(permalink: str, rule: str) -> None:
    """Most of what a feed has lies in that folder, or addresses have dates: the feed has five posts alone."""
    made = site(permalink=permalink, feed="few")
    made.answers.append(made.answers[-2]._replace(url=f"{made.home}{permalink.partition('/')[0]}/page2/"))
    found = assert_all_is_found(made)
    assert (found.permalink, found.own_permalinks) == (rule, ())


def test_posts_of_a_category_that_is_called_as_a_list_have_permalinks_of_their_own() -> None:
    made = site(permalink="{categories}{slug}/", categories=("sea", "archive", "land"), feed="whole", count=10)
    found = assert_all_is_found(made)
    assert found.permalink == "/:categories/:title/"
    assert found.own_permalinks == tuple(sorted(path for path in made.truth if path.startswith("archive/")))
    assert "like those of lists" in found.evidence["own_permalinks"]


@pytest.mark.parametrize(
    ("permalink", "rule"), [("{categories}{year}/{month}/{day}/{slug}/", "pretty"), ("{categories}{slug}.html", "none")]
)
def test_folders_that_differ_are_categories(permalink: str, rule: str) -> None:
    assert assert_all_is_found(site(permalink=permalink, categories=("news", "sea"))).permalink == rule


def test_a_post_with_a_permalink_of_its_own_is_found_by_the_feed_and_told_apart() -> None:
    made = site()
    newest = max(made.posts, key=lambda post: post.day)
    own = [replace_path(answer, newest.path, "of-its-own/") for answer in made.answers]
    newest.path = "of-its-own/"
    found = assert_all_is_found(MadeSite(made.home, made.posts, own))
    assert found.own_permalinks == ("of-its-own/",)


@pytest.mark.parametrize("layout", ["classed", "wide", "boxed"])
@pytest.mark.parametrize("own", [("of-its-own/",), ("essays/one/", "essays/two.html", "three/")])
def test_posts_with_permalinks_of_their_own_that_no_feed_has_are_found_beside_the_others(
    layout: str, own: tuple[str, ...]
) -> None:
    """The lists have them among other posts, and their pages look the same."""
    made = site(layouts=(layout,), feed="few")
    for post, path in zip(made.posts[2:], own, strict=False):
        made.answers = [replace_path(answer, post.path, path) for answer in made.answers]
        post.path = path
    found = assert_all_is_found(made)
    assert found.own_permalinks == tuple(sorted(own))


@pytest.mark.parametrize("is_among", [True, False], ids=["among posts", "in a row"])
def test_several_pages_of_one_folder_are_posts_where_lists_have_them_among_posts(*, is_among: bool) -> None:
    """As those of which an import had no date (``-0001/11/30/``); documents of a collection have a place of their own in lists."""
    made = site(feed="few", layouts=("classed",))
    made.answers = [
        answer._replace(body=re.sub(rb'<nav class="pager">.*?</nav>', b"", answer.body, flags=re.DOTALL))
        for answer in made.answers
    ]
    for number in (2, 5, 8, 9) if is_among else (5, 6, 7, 8):
        post = made.posts[number]
        path = f"-0001/11/30/{post.slug}/"
        made.answers = [replace_path(answer, post.path, path) for answer in made.answers]
        post.path = path
    own = {post.path for post in made.posts if post.path.startswith("-")}
    found = learned(made)
    assert set(found.own_permalinks) == (own if is_among else set())
    assert posts_of(found, made) == {made.url(path) for path in made.truth if is_among or path not in own}


def test_a_page_with_a_time_that_lists_lead_to_is_no_post_where_it_looks_otherwise() -> None:
    made = site(feed="few")
    page = (
        b"<html><body class='site'><main class='page' id='of-a-person'><h1>Mara</h1><time datetime='2020-01-01'></time></main>"
    )
    made.answers = [
        answer._replace(body=answer.body.replace(b"</li>", b"</li><li><a href='/mara/'>Mara</a></li>", 3))
        if answer.url == made.home
        else answer
        for answer in made.answers
    ]
    made.answers.append(made.answers[0]._replace(url=made.home + "mara/", body=page))
    assert assert_all_is_found(made).own_permalinks == ()


@pytest.mark.parametrize("path", ["archiv/", "alle-beitraege.html", "目录/"])
def test_posts_with_permalinks_of_their_own_are_found_by_lists_whatever_these_are_called(path: str) -> None:
    made = site(feed="few")
    own = made.posts[3]
    made.answers = [replace_path(answer, own.path, "of-its-own/") for answer in made.answers]
    own.path = "of-its-own/"
    whole, pages = made.answers[len(made.posts)], len(made.posts)
    newest = [answer._replace(body=answer.body.replace(b'<a href="/of-its-own/">', b"<a>")) for answer in made.answers[pages:]]
    made.answers[pages:] = [*newest, whole._replace(url=made.url(path))]
    assert assert_all_is_found(made).own_permalinks == ("of-its-own/",)


def test_a_list_with_few_posts_makes_no_posts_of_the_pages_that_it_leads_to() -> None:
    made = site(feed="few")
    page = made.answers[2]._replace(url=made.home + "of-a-project/")
    links = b"".join(b'<a href="/%s">x</a>' % path for path in (b"of-a-project/", b"about/", b"tags/tide/", b"page2/"))
    links += b"".join(b'<a href="/%s">x</a>' % post.path.encode() for post in made.posts[:2])
    made.answers += [page, page._replace(url=made.home + "projekte/", body=b"<html><body>" + links)]
    assert assert_all_is_found(made).own_permalinks == ()


@pytest.mark.parametrize("told", ["list", "feed"])
def test_the_one_page_of_a_collection_that_has_the_time_of_the_build_is_no_post(told: str) -> None:
    """Others of it are lists, which are no posts by their addresses, or there are none, and the feed has that time."""
    head = '<meta property="article:published_time" content="{post.time}">'
    made = site(feed="few", head=head, permalink="posts/{slug}/")
    build = b'<meta property="article:published_time" content="2026-11-26T17:21:00-06:00"></head>'
    made.answers = [
        answer._replace(body=answer.body.replace(b"</head>", build))
        if answer.url.endswith(("/about/", "/tags/") if told == "list" else "/about/")
        else answer
        for answer in made.answers
    ]
    if told == "feed":
        updated = b"<updated>2026-11-26T17:21:00-06:00</updated><entry>"
        made.answers = [answer._replace(body=answer.body.replace(b"<entry>", updated, 1)) for answer in made.answers]
    assert assert_all_is_found(made).permalink == "/posts/:title/"


def test_a_stray_folder_is_no_category() -> None:
    made = site(permalink="{slug}/", count=40)
    newest = max(made.posts, key=lambda post: post.day)
    answers = [replace_path(answer, newest.path, "talks/of-its-own/") for answer in made.answers]
    newest.path = "talks/of-its-own/"
    found = assert_all_is_found(MadeSite(made.home, made.posts, answers))
    assert (found.permalink, found.own_permalinks) == ("/:title/", ("talks/of-its-own/",))


def test_a_page_that_sends_elsewhere_is_no_post_though_its_address_is_like_one() -> None:
    assert learned(site()).pages == ("2017/01/01/moved/",)


def test_the_source_that_pages_name_tells_posts_without_days_from_documents() -> None:
    made = site(head="<!-- _posts/{post.day}-{post.slug}.md -->", feed="whole")
    sample = made.answers[3]
    document = sample._replace(url=f"{made.home}docs/a/", body=sample.body.replace(b"_posts/", b"_docs/"))
    odd = sample._replace(url=f"{made.home}odd/")
    feed = made.answers.pop()
    feed = feed._replace(body=feed.body.replace(made.posts[-1].path.encode(), b"docs/a/"))
    found = learned(MadeSite(made.home, made.posts, [*made.answers, feed, document, odd]))
    assert found.own_permalinks == ("odd/",)
    assert "docs/a/" not in (*found.own_permalinks, *found.pages)


def test_dated_documents_of_a_collection_are_no_posts() -> None:
    made = site()
    events = [
        answer._replace(url=made.url(f"events/{post.path}"))
        for answer, post in zip(made.answers, made.posts, strict=False)
        if post.day > "2020"
    ]
    found = learned(MadeSite(made.home, made.posts, [*made.answers, *events]))
    assert posts_of(found, made) == {made.url(path) for path in made.truth}
    assert {made.url(path) for path in found.pages} >= {answer.url for answer in events}
    assert found.permalink == "pretty"


def test_categories_with_folders_of_their_own_stay_posts_though_one_is_in_no_feed() -> None:
    made = site(categories=("news", "sea", "weather"), count=40, feed="few")
    assert_all_is_found(made)


def test_an_old_folder_that_no_list_has_any_more_stays_one_of_posts() -> None:
    made = site(feed="few", categories=("news",))
    for post in made.posts[:4]:
        old = post.path
        post.path = post.path.replace("news/", "travel/")
        made.answers = [answer._replace(url=answer.url.replace(old, post.path)) for answer in made.answers]
    gone = {made.url(path) for path in ("", "page2/", "tags/", "tags/tide/")}
    made.answers = [answer for answer in made.answers if answer.url not in gone]
    assert_all_is_found(made)


def test_posts_of_before_their_permalinks_changed_stay_posts_though_the_feed_has_none_of_them() -> None:
    """The newest have ``2021/2021-06-07/title/``, and are all that the feed has."""
    made = site(feed="few")
    for post in sorted(made.posts, key=lambda post: post.day)[-5:]:
        old = post.path
        post.path = f"{post.day[:4]}/{post.day}/{post.slug}/"
        made.answers = [
            answer._replace(
                url=answer.url.replace(old, post.path), body=answer.body.replace(b"/" + old.encode(), b"/" + post.path.encode())
            )
            for answer in made.answers
        ]
    found = learned(made)
    assert posts_of(found, made) == {made.url(path) for path in made.truth}


@pytest.mark.parametrize("feed", ["few", ""])
def test_a_page_at_several_addresses_is_one_post(feed: str) -> None:
    made = site(feed=feed)
    again = [answer._replace(url=answer.url + "index.html") for answer in made.answers[:5]]
    again += [answer._replace(url=answer.url.rstrip("/")) for answer in made.answers[:24]]
    assert learn("blog", made.home, [*again, *made.answers]) == learned(made)


@pytest.mark.parametrize("feed", ["whole", ""])
@pytest.mark.parametrize(
    ("permalink", "rule"),
    [
        ("blog/{year}/{month}/{day}/{categories}{slug}/", "/blog/:year/:month/:day/:categories/:title/"),
        ("{year}/{month}/{categories}{slug}.html", "/:year/:month/:categories/:title.html"),
        ("{year}-{month}-{day}/notes/{slug}/", "/:year-:month-:day/notes/:title/"),
    ],
)
def test_folders_behind_the_date_are_categories_if_they_differ(permalink: str, rule: str, feed: str) -> None:
    found = assert_all_is_found(site(permalink=permalink, feed=feed, categories=("news", "sea")))
    assert (found.permalink, found.own_permalinks) == (rule, ())


@pytest.mark.parametrize(("path", "is_post"), [("sitemap/", False), ("all-of-it/", True)])
def test_a_page_that_only_a_list_of_all_pages_leads_to_is_no_post(path: str, *, is_post: bool) -> None:
    """It may look like a post, and show a day: that of its last change."""
    made = site(feed="few")
    own = made.posts[3]
    made.answers = [replace_path(answer, own.path, "terms/") for answer in made.answers]
    lists = [answer for answer in made.answers if b"<li><a href" in answer.body and b"terms/" in answer.body]
    for number, answer in enumerate(made.answers):
        if answer in lists:
            body = re.sub(rb'<li><a href="[^"]*terms/">[^<]*(?:</a></li>)?', b"", answer.body)
            made.answers[number] = answer._replace(body=body)
    made.answers.append(lists[0]._replace(url=made.home + path))
    own.path = "terms/"
    assert ("terms/" in learned(made).own_permalinks) == is_post
