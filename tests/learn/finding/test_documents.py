"""Documents of collections whose addresses have dates or that look like posts: no posts, by feeds, lists and their sources."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import pytest

from crawler.learn.finding.posts import posts_of
from crawler.learn.pages import Captured
from tests.learn.finding.test_days_of_lists import page
from tests.learn.made import MadeSite, content, feed_of, page_of, site

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_talks(made: MadeSite, folder: str = "talks/", form: str = "{day}-talk-{number}.html") -> list[str]:
    """Documents with the layout of posts, as many and as new as these; gives their paths."""
    paths = []
    for number, post in enumerate(made.posts[4:]):
        path = folder + form.format(day=post.day, number=number, date=post.day.replace("-", "/"))
        talk = post.__class__(post.day, "", f"Talk {number}", content(700 + number), layout=post.layout, path=path)
        body = page_of(talk, "", "", None).encode()
        made.answers.append(made.answers[0]._replace(url=made.url(path), body=body))
        paths.append(path)
    return paths


def in_list(made: MadeSite, path: str, items: Mapping[str, str]) -> None:
    """A page with a list of links, each with its day before it."""
    lines = "".join(f'<li><i>{day}</i> <a href="/{escape(target)}">Read it</a></li>' for target, day in items.items())
    made.answers = [*(one for one in made.answers if one.url != made.url(path)), page(made, path, f"<ul>{lines}</ul>")]


def days_of(made: MadeSite) -> dict[str, str]:
    return {post.path: post.day for post in made.posts}


def found(made: MadeSite) -> set[str]:
    return set(posts_of(Captured.read(made.home, made.answers)).days)


@pytest.mark.parametrize("form", ["{day}-talk-{number}.html", "{date}/talk-{number}/"])
def test_talks_with_dates_beside_posts_without_are_none_where_the_feed_has_none_of_them(form: str) -> None:
    """The home page has both, as have heads; the newest talks would be in the feed."""
    made = site(permalink="{slug}/", layouts=("wide",))
    talks = with_talks(made, form=form)
    in_list(made, "", days_of(made) | {path: made.posts[4 + number].day for number, path in enumerate(talks)})
    assert found(made) == made.truth.keys()


@pytest.mark.parametrize("folder", ["speakers/", "sponsors/of/the/year/"])
def test_documents_with_the_dates_of_their_files_are_none_where_lists_have_days_beside_others(folder: str) -> None:
    made = site(permalink="events/{slug}.html", feed="", layouts=("wide",))
    with_talks(made, folder=folder)
    with_talks(made, folder="partners/")
    in_list(made, "jug/archive.html", days_of(made))
    made.answers = [answer for answer in made.answers if answer.url not in (made.url(""), made.url("page2/"))]
    assert found(made) == made.truth.keys()


def test_old_posts_with_dates_that_are_in_no_list_any_more_stay_posts() -> None:
    """Lists and feed have the newest alone, of which addresses have no dates any more."""
    made = site(permalink="{slug}/", feed="few")
    for post in made.posts[:10]:
        old, post.path = post.path, f"blog/{post.day}-{post.slug}.html"
        made.answers = [answer._replace(url=answer.url.replace(f"/{old}", f"/{post.path}")) for answer in made.answers]
    in_list(made, "", {post.path: post.day for post in made.posts[10:]})
    made.answers = [answer for answer in made.answers if answer.url != made.url("page2/")]
    assert {post.path for post in made.posts[:10]} <= found(made)


@pytest.mark.parametrize("named", [True, False])
def test_pages_that_name_a_file_outside_of_the_folder_of_posts_are_none(*, named: bool) -> None:
    """Their addresses have the form of the posts', and lists have them among these."""
    made = site(permalink="{year}/{month}/{day}/{slug}/", feed="few")
    talks = with_talks(made, folder="", form="{date}/talk-{number}/")
    in_list(made, "", days_of(made) | {path: made.posts[4 + number].day for number, path in enumerate(talks)})
    sources = {made.url(post.path): f"_posts/{post.day}-{post.slug}.md" for post in made.posts}
    sources |= {made.url(path): f"_talks/{path.split('/')[-2]}.md" for path in talks} if named else {}
    made.answers = [
        answer._replace(
            body=answer.body.replace(
                b"</body>", b'<a href="https://host.example/a/edit/main/%s">Edit</a></body>' % source.encode()
            )
        )
        if (source := sources.get(answer.url))
        else answer
        for answer in made.answers
    ]
    assert found(made) == made.truth.keys() | (set() if named else set(talks))


def test_documents_in_sub_folders_are_none_though_heads_tell_their_times_and_each_folder_has_few() -> None:
    made = site(permalink="blog/{year}/{month}/{day}/{slug}/", feed="few")
    talks = with_talks(made, form="term-{number}/talk/")
    told = b'<meta property="article:published_time" content="%s"></head>'
    made.answers = [
        answer._replace(body=answer.body.replace(b"</head>", told % f"2019-0{1 + number % 9}-11T00:00:00+00:00".encode()))
        if answer.url.removeprefix(made.home) in talks
        else answer
        for number, answer in enumerate(made.answers)
    ]
    in_list(made, "talks/", dict.fromkeys(talks, ""))
    assert found(made) == made.truth.keys()


@pytest.mark.parametrize("feed", ["feed/talks.xml", "talks/feed.xml", "feed/sea.xml"])
def test_pages_of_a_feed_of_their_own_are_posts_only_if_the_feed_of_the_posts_has_some(feed: str) -> None:
    """A category has a feed of its own, too, and its newest posts are in the feed of all."""
    made = site(permalink="{categories}{slug}/", categories=("sea", "land"))
    of_talks = MadeSite(made.home, [])
    for number, path in enumerate(with_talks(made, form="talk-{number}/")):
        day = made.posts[4 + number].day
        of_talks.posts.append(
            made.posts[0].__class__(day, "", f"Talk {number}", "<p>A talk.</p>", time=f"{day}T10:00", path=path)
        )
    if feed == "feed/sea.xml":
        of_talks.posts = [post for post in made.posts if post.categories == ("sea",)]
        talks = b"/talks/"
        made.answers = [answer for answer in made.answers if talks not in answer.url.encode()]
    own = made.answers[0]._replace(url=made.url(feed), body=feed_of(of_talks, "whole").encode())
    in_list(made, "", days_of(made) | {post.path: post.day for post in of_talks.posts})
    made.answers.append(own)
    assert found(made) == made.truth.keys()


def test_few_pages_that_show_a_time_hide_none_of_the_posts_beside_which_lists_have_days() -> None:
    made = site(permalink="{slug}/", feed="", layouts=("classed",))
    made.answers = [
        answer if number < 4 else answer._replace(body=re.sub(rb"<time[^>]*>|</time>", b"", answer.body))
        for number, answer in enumerate(made.answers)
    ]
    in_list(made, "", days_of(made))
    assert found(made) == made.truth.keys()
