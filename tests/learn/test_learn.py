from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawler.items import CaptureRef, Exchange
from crawler.learn.fields.shown import seen
from crawler.learn.layouts.content import content_of
from crawler.learn.learn import learn
from crawler.sites.parsed import Kind
from crawler.sites.site import Site
from tests.learn.made import WORDS, MadePost, MadeSite, site

if TYPE_CHECKING:
    from crawler.learn.learned import Layout, Learned


def learned(made: MadeSite) -> Learned:
    return learn("blog", made.home, made.answers)


def pages(made: MadeSite) -> dict[str, bytes]:
    by_url = {answer.url: answer.body for answer in made.answers}
    return {path: by_url[answer.url] for path in made.truth for answer in made.answers if answer.url == made.url(path)}


def as_site(found: Learned) -> Site:
    names = {"permalink": found.permalink, "own_permalinks": found.own_permalinks, "pages": found.pages, "feeds": found.feeds}
    return type("Found", (Site,), {"name": found.name, "home": found.home, **names})()


def posts_of(found: Learned, made: MadeSite) -> set[str]:
    declared = as_site(found)
    return {answer.url for answer in made.answers if declared.kind(declared.canonical(answer.url)) == Kind.POST}


def shown(page: bytes, layout: Layout, span: tuple[int, int], name: str) -> tuple[str, ...]:
    selectors = getattr(layout, name)
    return seen(page, selectors[0], span).outside if selectors else ()


def assert_all_is_found(made: MadeSite, *, content: bool = True) -> Learned:
    found = learned(made)
    assert posts_of(found, made) == {made.url(path) for path in made.truth}
    for path, page in pages(made).items():
        post: MadePost = made.truth[path]
        placed = content_of(page, found.layouts)
        assert placed is not None, path
        layout, first, last = placed
        assert page[first:last].decode() == post.content, path
        assert shown(page, layout, (first, last), "title")[:1] == (post.title,)
    return found


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


def replace_path(answer: Exchange, old: str, new: str) -> Exchange:
    return answer._replace(url=answer.url.replace(old, new), body=answer.body.replace(old.encode(), new.encode()))


def test_a_stray_folder_is_no_category() -> None:
    made = site(permalink="{slug}/", count=40)
    newest = max(made.posts, key=lambda post: post.day)
    answers = [replace_path(answer, newest.path, "talks/of-its-own/") for answer in made.answers]
    newest.path = "talks/of-its-own/"
    found = assert_all_is_found(MadeSite(made.home, made.posts, answers))
    assert (found.permalink, found.own_permalinks) == ("/:title/", ("talks/of-its-own/",))


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
