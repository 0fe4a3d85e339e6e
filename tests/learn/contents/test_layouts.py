"""Layouts of several kinds in one site, and what stands at the ends of contents."""

from __future__ import annotations

import re
from html import escape

import pytest

from crawler.items import Exchange
from crawler.learn.layouts.content import content_of
from tests.learn.found import assert_all_is_found, learned, pages
from tests.learn.made import MadeSite, site


@pytest.mark.parametrize("count", [3, 5, 24])
def test_posts_have_more_than_others_before_their_content_or_behind_it(count: int) -> None:
    assert_all_is_found(site(layouts=("open",), count=count))


@pytest.mark.parametrize("count", [12, 30])
def test_what_a_layout_of_posts_that_no_feed_has_shows_behind_the_content_is_left_out(count: int) -> None:
    made = site(count=count, layouts=("wide", "signed"))
    feed = made.answers.pop()
    entries = re.split(rb"(?=<entry>)", feed.body)
    signed = [made.url(post.path).encode() for post in made.posts if post.layout == "signed"]
    kept = [entry for entry in entries if not any(url in entry for url in signed)]
    assert len(signed) > 1
    assert len(kept) < len(entries)
    made.answers.append(feed._replace(body=b"".join(kept).removesuffix(b"</feed>") + b"</feed>"))
    assert_all_is_found(made)


@pytest.mark.parametrize("opening", ["", "Dear reader, "])
@pytest.mark.parametrize("count", [4, 7, 10, 15])
def test_what_a_few_pages_have_behind_their_layouts_end_tags_is_none_of_their_contents(count: int, opening: str) -> None:
    for layouts in (("section", "section with contents"), ("section with contents", "section")):
        assert_all_is_found(site(count=count, layouts=layouts, feed="", opening=opening))


def test_files_are_no_posts_though_their_addresses_are_like_a_posts_and_they_show_html() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}")
    patch = b"diff --git a/a.rb b/a.rb\n+<html><head><title>Redirected</title></head><body><p>You are</p></body></html>\n"
    files = ["2019/10/19/patch.diff", "2019/10/20/slides.zip", "assets/2019/10/19/patch.diff"]
    found = assert_all_is_found(
        MadeSite(made.home, made.posts, [*(Exchange(made.url(path), 200, patch) for path in files), *made.answers])
    )
    assert files[0] in found.pages
    assert files[1] not in found.pages  # no post ends so
    assert not found.own_permalinks


@pytest.mark.parametrize("inside", ["<p>a</p>\n<aside>By the way.</aside>", '<p>a</p>\n<div class="author">Ann</div>'])
def test_what_is_like_a_menu_is_content_where_a_feed_has_it_as_such(inside: str) -> None:
    made = site(feed="whole", count=30)
    for number in (3, 7, 25):
        replaced = made.posts[number].content
        made.posts[number].content = inside
        made.answers = [
            answer._replace(
                body=answer.body.replace(replaced.encode(), inside.encode()).replace(escaped(replaced), escaped(inside))
            )
            for answer in made.answers
        ]
    assert_all_is_found(made)


def test_a_menu_before_the_content_of_one_page_is_a_layouts() -> None:
    made = site(feed="whole", count=30)
    content = made.posts[3].content.encode()
    menu = b"<select><option>English</option></select>\n"
    made.answers = [answer._replace(body=answer.body.replace(content, menu + content)) for answer in made.answers]
    assert_all_is_found(made)


@pytest.mark.parametrize("count", [6, 9, 24])
def test_links_to_tags_before_a_content_are_none_of_it_and_no_more_is_a_source_behind_it(count: int) -> None:
    assert_all_is_found(site(layouts=("tagged",), count=count, feed="whole"))
    assert_all_is_found(site(layouts=("tagged", "tagged with a source"), count=count, feed="whole"))


def with_neighbours(made: MadeSite, link: str, *, around: bool = False) -> MadeSite:
    """The site with links to the posts before and after, where its pages leave room for them.

    :param around: whether the first post leads to the last one, too.
    """
    posts = [answer for answer in made.answers if b"BEFORE" in answer.body]
    links = [link.format(path=post.path, title=escape(post.title)).encode() for post in made.posts]
    for number, answer in enumerate(posts):
        first = number == 0 and not around
        before, behind = b"" if first else links[number - 1], links[number + 1] if number + 1 < len(posts) else b""
        body = answer.body.replace(b"BEFORE", before).replace(b"BEHIND", behind)
        made.answers[made.answers.index(answer)] = answer._replace(body=body)
    return made


@pytest.mark.parametrize("feed", ["few", ""])
def test_the_end_tag_of_a_layout_is_no_content_where_white_space_behind_it_differs(feed: str) -> None:
    made = site(layouts=("between",), count=10, feed=feed)
    assert_all_is_found(with_neighbours(made, '<p class="next"><a href="/{path}">{title}</a></p>'))


@pytest.mark.parametrize("layouts", [("neighbours",), ("neighbours", "neighbours and more")])
def test_links_to_neighbours_are_no_content_of_posts_that_are_older_than_all_of_the_feed(layouts: tuple[str, ...]) -> None:
    made = site(layouts=layouts, count=30, feed="few", permalink="{year}/{month}/{slug}/")
    assert_all_is_found(with_neighbours(made, '<a href="/{path}">{title}</a>', around=True))


def test_posts_with_permalinks_of_their_own_in_one_folder_are_neighbours_of_posts() -> None:
    """Documents of collections lead to others of the collection, and lists have them below the posts."""
    head = '<meta property="article:published_time" content="2018-01-01T00:00:00+00:00">'
    for linked in (True, False):
        made = site(layouts=("neighbours",), count=24, feed="few", head=head)
        own = [post.path for post in made.posts[3:15:3]]
        if linked:
            with_neighbours(made, '<a href="/{path}">{title}</a>')
        for number, answer in enumerate(made.answers):
            url, body = answer.url, answer.body
            for place, path in enumerate(own):
                url, body = url.replace(path, f"own/{place}.html"), body.replace(path.encode(), b"own/%d.html" % place)
            documents = b"".join(re.findall(rb'<li><a href="/own/[^<]*</a></li>', body)) if not linked else b""
            body = re.sub(rb'<li><a href="/own/[^<]*</a></li>', b"", body) if documents else body
            made.answers[number] = answer._replace(url=url, body=body.replace(b"</ul>", documents + b"</ul>", 1))
        found = learned(made)
        assert set(found.own_permalinks) == ({f"own/{place}.html" for place in range(len(own))} if linked else set())


def escaped(text: str) -> bytes:
    return escape(text).encode()


def test_layouts_of_different_years_stand_side_by_side_with_their_times() -> None:
    old = site(layouts=("boxed",), captured="2019-05-01T00:00:00.000000Z")
    new = site(layouts=("classed",), captured="2024-05-01T00:00:00.000000Z")
    found = learned(MadeSite(new.home, new.posts, [*old.answers, *new.answers]))
    seen_at = {(layout.first_seen[:4], layout.last_seen[:4]) for layout in found.layouts}
    assert seen_at == {("2019", "2019"), ("2024", "2024")}
    for made in (old, new):
        for path, page in pages(made).items():
            _, first, last = content_of(page, found.layouts) or (None, 0, 0)
            assert page[first:last].decode() == made.truth[path].content
