"""The days of posts, and lists of posts, in sites where no address has a day and no list is called as one."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING

import pytest

from crawler.items import Exchange
from tests.learn.found import assert_all_is_found, learned
from tests.learn.made import MadeSite, site
from tests.learn.themes import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable


#: A date as the pages have it.
_WORDS = re.compile(rb"[A-Z][a-z]{2} \d\d?, \d{4}")


def without_dates(made: MadeSite) -> None:
    """Take the words of a date off all pages."""
    made.answers = [answer._replace(body=_WORDS.sub(b"Some time", answer.body)) for answer in made.answers]


@pytest.mark.parametrize("layout", ["wide", "boxed"])
@pytest.mark.parametrize("permalink", ["{slug}/", "{year}/{slug}/"])
def test_days_are_told_by_the_text_beside_a_content(layout: str, permalink: str) -> None:
    """Where the site has neither feed nor sitemap, and no element for the time."""
    made = site(layouts=(layout,), permalink=permalink, feed="")
    assert learned(made).days == {post.path: post.day for post in made.posts}


def in_numbers(form: str) -> Callable[[str], str]:
    return lambda day: date.fromisoformat(day).strftime(form)


@pytest.mark.parametrize("form", ["%d.%m.%y", "%m/%d/%Y", "%d/%m/%y", "%y-%m-%d"])
@pytest.mark.parametrize("permalink", ["{slug}/", "{year}/{slug}/"])
def test_numbers_beside_a_content_are_days_in_the_one_way_that_is_right_for_all(form: str, permalink: str) -> None:
    made = site(layouts=("wide",), permalink=permalink, feed="few")
    told = {post.path: in_numbers(form)(post.day) for post in made.posts}
    for number, answer in enumerate(made.answers[: len(made.posts)]):
        body = _WORDS.sub(told[made.posts[number].path].encode(), answer.body)
        made.answers[number] = answer._replace(body=body)
    assert learned(made).days == {post.path: post.day for post in made.posts}


def test_numbers_that_may_be_read_in_two_ways_are_no_days() -> None:
    made = site(layouts=("wide",), permalink="{slug}/", feed="", count=6)
    for number, answer in enumerate(made.answers[: len(made.posts)]):
        made.answers[number] = answer._replace(body=_WORDS.sub(b"0%d/0%d/2020" % (number + 2, number + 3), answer.body))
    assert set(learned(made).days.values()) <= {""}


@pytest.mark.parametrize("form", ["{day} {link}", "{link} ({day})", "<b>{day}</b><span>{link}</span>"])
def test_days_are_told_by_lists(form: str) -> None:
    """All before the links, or all behind them."""
    made = site(layouts=("wide",), permalink="{slug}/", feed="")
    without_dates(made)
    for number, answer in enumerate(made.answers):
        body = answer.body.decode()
        for post in made.posts if answer.url in (made.home, f"{made.home}page2/") else ():
            link = f'<a href="/{post.path}">{escape(post.title)}</a>'
            body = body.replace(f"<li>{link}</li>", f"<li>{form.format(day=post.day, link=link)}</li>")
        made.answers[number] = answer._replace(body=body.encode())
    found = learned(made)
    assert found.days == {post.path: post.day for post in made.posts}
    assert assert_all_is_found(made).own_permalinks == ()


def in_italian(day: str) -> str:
    months = [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ]
    year, month, number = day.split("-")
    return f"{int(number)} {months[int(month) - 1]} {year}"


def in_german(day: str) -> str:
    year, month, number = map(int, day.split("-"))
    return f"{number}. {month}. {year}"


@pytest.mark.parametrize("words", [in_italian, in_german, in_numbers("%m/%d/%Y")])
@pytest.mark.parametrize("path", ["articoli/", "tutto.html", "тексты/"])
def test_lists_are_told_by_the_days_beside_their_links_whatever_they_are_called(words: Callable[[str], str], path: str) -> None:
    """Posts without days in their addresses, of a site without a feed, whose home page has the newest few."""
    made = site(layouts=("wide",), permalink="{slug}/", feed="")
    without_dates(made)
    links = [f'<li><a href="/{post.path}">{escape(post.title)}</a> {words(post.day)}</li>' for post in made.posts]
    pages = made.answers[: len(made.posts)]
    home = pages[0]._replace(url=made.home, body=f"<html><body><ul>{''.join(links[:3])}</ul></body></html>".encode())
    others = f'<li><a href="/">home</a></li><li><a href="/{pages[0].url.removeprefix(made.home)}">first</a></li>'
    archive = pages[0]._replace(
        url=made.url(path), body=f"<html><body><ul>{others}{''.join(links)}</ul></body></html>".encode()
    )
    about = [answer for answer in made.answers if answer.url.endswith("/about/")]
    made.answers = [*pages, home, archive, *about]
    assert learned(made).days == {post.path: post.day for post in made.posts}
    assert assert_all_is_found(made).permalink == "/:title/"


@pytest.mark.parametrize("layout", ["wide", "plain"])
def test_pages_of_a_list_without_days_lead_to_all_posts_whatever_they_are_called(layout: str) -> None:
    """Posts without days in their addresses, of a site without a feed: by the look of those on the home page."""
    made = site(layouts=("wide",), permalink="{slug}/", feed="")
    pages = made.answers[: len(made.posts)]
    links = [f'<h2><a href="/{post.path}">{escape(post.title)}</a></h2>' for post in made.posts]
    lists = {"" if start == 0 else f"seite{start // 5 + 1}/": links[start : start + 5] for start in range(0, len(links), 5)}
    further = "".join(f'<a href="/{path}">{path}</a>' for path in lists)
    made.answers = [
        *pages,
        *(
            pages[0]._replace(
                url=made.url(path),
                body=PAGE.format(title="x", head="", base="", inside="".join(some) + further, neighbours="").encode(),
            )
            for path, some in lists.items()
        ),
        *(answer for answer in made.answers if answer.url.endswith("/about/")),
    ]
    if layout == "plain":
        bare = re.compile(rb" (?:class|id)=[\"'](?:site|wide|text)[^\"']*[\"']")
        made.answers = [answer._replace(body=bare.sub(b"", answer.body)) for answer in made.answers]
    assert_all_is_found(made)


def test_the_first_post_lacks_the_link_to_the_one_before_within_what_stands_behind_the_content() -> None:
    made = site(layouts=("wide",), feed="")
    end = re.compile(rb"</section><footer class=\"wide-foot\">.*</body>", re.DOTALL)
    for number, answer in enumerate(made.answers[: len(made.posts)]):
        link = b'<a href="/%d/">Before</a>' % number if number else b""
        body = end.sub(b"</section><p>" + link + b"</p></main></body>", answer.body)
        made.answers[number] = answer._replace(body=body)
    assert_all_is_found(made)


def test_nothing_but_end_tags_stands_behind_the_content() -> None:
    made = site(layouts=("wide",), feed="")
    end = re.compile(rb"<footer class=\"wide-foot\">.*</body>", re.DOTALL)
    posts = len(made.posts)
    for number, answer in enumerate(made.answers[:posts]):
        made.answers[number] = answer._replace(body=end.sub(b"</main></body>", answer.body))
    assert_all_is_found(made)


@pytest.mark.parametrize(("wrong", "told"), [(0, True), (8, False)])
def test_a_sitemap_that_is_right_tells_the_days_that_nothing_else_does(wrong: int, told: bool) -> None:
    made = site(layouts=("wide",), permalink="{year}/{month}/{slug}.html", feed="whole")
    times = {post.path: post.time for post in made.posts}
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    times |= {post.path: "2025-05-05T05:05:05+00:00" for post in newest[:wrong]}
    urls = "".join(f"<url><loc>{made.url(path)}</loc><lastmod>{time}</lastmod></url>" for path, time in times.items())
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    without_dates(made)
    made.answers.append(Exchange(made.home + "sitemap.xml", 200, body))
    days = {post.path: post.day for post in made.posts}
    fed = {post.path for post in newest[:10]}
    assert learned(made).days == {path: day for path, day in days.items() if told or path in fed}
