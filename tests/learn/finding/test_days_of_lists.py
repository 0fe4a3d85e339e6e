"""The days that lists have beside links: on which side, under which year; and what stands in excerpts."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING

import pytest

from crawler.items import Exchange
from crawler.learn.finding.assumed_days import assumed_days
from crawler.learn.finding.posts import Posts
from crawler.learn.pages import Captured
from tests.learn.finding.test_days import without_dates
from tests.learn.found import assert_all_is_found, learned
from tests.learn.made import PAGE, MadePost, MadeSite, site

if TYPE_CHECKING:
    from collections.abc import Callable


def page(made: MadeSite, path: str, inside: str, before: str = "") -> Exchange:
    body = PAGE.format(title="Page", head="", base="", inside=inside, neighbours="").replace("<main", f"{before}<main", 1)
    return made.answers[0]._replace(url=made.url(path), body=body.encode())


def with_list(made: MadeSite, inside: str, before: str = "") -> None:
    """Give a site without dates one list, at its home page."""
    without_dates(made)
    about = [answer for answer in made.answers if answer.url.endswith("/about/")]
    made.answers = [*made.answers[: len(made.posts)], page(made, "", inside, before), *about]


@pytest.mark.parametrize(
    "form",
    [
        "<li><b>{day}</b> <a href='/{path}'>{title}</a></li>",
        "<li><a href='/{path}'><img src='a.png'></a> <b>{day}</b> <a href='/{path}'>{title}</a></li>",
        "<li><a href='/{path}'>{title}</a><p>Some words.</p><p><a href='/{path}'>Read on</a> <b>{day}</b></p></li>",
        "<article><h2><a href='/{path}'>{title}</a></h2><p>{day}</p></article>",
        "<p><a href='/{path}'>{title}</a> <time datetime='{day}T10:00' pubdate><b>Feb</b> <b>16</b></time></p>",
    ],
)
@pytest.mark.parametrize(
    "menu", ["", "<p>Updated: 2001-01-01</p><p><a href='/{newest}'>The newest</a> <a href='/{oldest}'>first</a></p>"]
)
def test_a_menu_or_box_above_a_list_moves_no_day_to_the_next_post(form: str, menu: str) -> None:
    made = site(layouts=("wide",), permalink="{slug}/", feed="")
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    items = "".join(form.format(day=post.day, path=post.path, title=escape(post.title)) for post in newest)
    with_list(made, f"<ul>{items}</ul>", menu.format(newest=newest[0].path, oldest=newest[-1].path))
    assert learned(made).days == {post.path: post.day for post in made.posts}


@pytest.mark.parametrize("feed", ["few", ""])
def test_a_post_with_days_and_links_in_its_text_is_no_list(feed: str) -> None:
    """It shows its own time, twice as Octopress does it, and a list has it with its day."""
    made = site(layouts=("bare",), permalink="{slug}/", feed=feed)
    items = "".join(
        f'<li><a href="/{post.path}">{escape(post.title)}</a> <time datetime="{post.time}" pubdate></time></li>'
        for post in made.posts
    )
    lister = made.posts[7]
    links = "".join(f'<li>{post.day} <a href="/{post.path}">one</a></li>' for post in made.posts[10:16])
    for number, post in enumerate(made.posts):
        shown = f'<time datetime="{post.time}" pubdate data-updated="true"></time>'
        body = made.answers[number].body.decode().replace("<h2>", f"{shown}<h2>", 1).replace("</body>", f"{shown}</body>")
        more = f"{post.content}\n\n<ul>{links}</ul>" if post is lister else post.content
        made.answers[number] = made.answers[number]._replace(body=body.replace(post.content, more).encode())
        post.content = more
    made.answers = [answer for answer in made.answers if not answer.url.endswith(("/tags/", "/tide/", "/page2/"))]
    made.answers[len(made.posts)] = page(made, "", f"<ul>{items}</ul>")
    found = assert_all_is_found(made)
    assert found.days == {post.path: post.day for post in made.posts}


def by_years(made: MadeSite, year: str, item: Callable[[MadePost], str]) -> str:
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    parts, last = [], ""
    for post in newest:
        heading = date.fromisoformat(post.day).strftime(year)
        parts.append(f"<h2>{heading}</h2>" if heading != last else "")
        parts.append(f"<p>{item(post)} <a href='/{post.path}'>{escape(post.title)}</a></p>")
        last = heading
    return "".join(parts)


@pytest.mark.parametrize(
    ("year", "form"),
    [
        ("%Y", "<i>%b %d</i>"),
        ("%Y", "%d %B —"),
        ("%Y年", "<i>%m月%d日</i>"),
        ("%Y", "<i>%m-%d</i>"),
        ("%Y", "%d/%m:"),
        ("%Y", "<b>%d</b><i>%b</i>"),
        ("%B %Y", "<b>%d</b>"),
        ("%Y-%m", "<b>%d</b>"),
    ],
)
def test_days_without_a_year_are_of_the_year_in_the_heading_above(year: str, form: str) -> None:
    made = site(layouts=("wide",), permalink="{slug}/", feed="", count=40)
    with_list(made, by_years(made, year, lambda post: date.fromisoformat(post.day).strftime(form)))
    assert learned(made).days == {post.path: post.day for post in made.posts}
    assert_all_is_found(made)


def test_a_date_in_the_excerpt_of_a_list_is_no_day_of_a_post_where_the_sitemap_tells_it() -> None:
    """Of a site whose pages show no day, and whose feed has the newest posts."""
    made = site(layouts=("wide",), permalink="{slug}/", feed="few", count=40)
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    lists = {}
    for number in range(4):
        items = "".join(
            f"<li><a href='/{post.path}'>{escape(post.title)}</a><p>As on March {place % 28 + 1}, 2011.</p></li>"
            for place, post in enumerate(newest[number * 10 :][:10])
        )
        lists[f"page{number + 1}/" if number else ""] = f"<ul>{items}</ul>"
    feed = made.answers[-1]
    with_list(made, lists.pop(""))
    urls = "".join(f"<url><loc>{made.url(post.path)}</loc><lastmod>{post.time}</lastmod></url>" for post in made.posts)
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    made.answers += [feed, *(page(made, path, inside) for path, inside in lists.items())]
    made.answers.append(feed._replace(url=made.url("sitemap.xml"), body=sitemap.encode()))
    found = learned(made)
    assert found.days == {post.path: post.day for post in made.posts}
    by_feed = len(re.findall(b"<entry>|<item>", feed.body))
    assert 0 < by_feed < len(made.posts)
    assert found.evidence["days"] == (
        f"addresses do not tell the days of {len(made.posts)} posts; told by feeds, heads or names of sources ({by_feed}),"
        f" sitemaps ({len(made.posts) - by_feed})"
    )


@pytest.mark.parametrize("is_paged", [True, False], ids=["pages", "one list"])
def test_a_post_of_which_nothing_tells_a_day_has_one_between_its_neighbours(*, is_paged: bool) -> None:
    home = "https://blog.example/"
    days = {f"post-{number}/": f"2024-03-{27 - number * 2}" for number in range(9)}
    names = [f"<a href='/{path}'>{path}</a>" for path in days]
    lists = {"": names[:3], "page2/": names[3:6], "page10/": names[6:]} if is_paged else {"": names}
    captured = Captured.read(
        home,
        [
            *(
                Exchange(f"{home}{path}", 200, f"<html><body>{''.join(some)}</body></html>".encode())
                for path, some in lists.items()
            ),
            *(Exchange(f"{home}{path}", 200, b"<html><body><p>Text</p></body></html>") for path in days),
        ],
    )
    untold = ["post-0/", "post-2/", "post-4/", "post-5/", "post-8/"]
    posts = Posts({**days, **dict.fromkeys(untold, "")}, {}, {}, 0)
    assert assumed_days(captured, posts) == {
        "post-0/": "2024-03-26",
        "post-2/": "2024-03-23",
        "post-4/": "2024-03-19",
        "post-5/": "2024-03-17",
        "post-8/": "2024-03-12",
    }
    assert assumed_days(captured, Posts(dict.fromkeys(days, ""), {}, {}, 0)) == {}
    if is_paged:
        return
    mixed = dict(zip(days, ["2024-03-01", "", "2024-01-01", "2024-02-01", "2024-05-01", "2023-01-01"], strict=False))
    assert assumed_days(captured, Posts({**dict.fromkeys(days, ""), **mixed}, {}, {}, 0)) == {}


def test_such_a_day_is_of_the_year_or_month_in_the_address() -> None:
    home = "https://blog.example/"
    days = {
        "news/2021/b/": "",
        "news/2021/a/": "",
        "notes/2020/06/d/": "",
        "notes/2020/06/c/": "",
        "x/": "2014-01-30",
        "y/": "2014-01-02",
    }
    links = "".join(f"<a href='/{path}'>{path}</a>" for path in days)
    captured = Captured.read(
        home,
        [Exchange(f"{home}{path}", 200, f"<html><body>{'' if path else links}</body></html>".encode()) for path in ("", *days)],
    )
    assert assumed_days(captured, Posts(days, {}, {}, 0)) == {
        "notes/2020/06/c/": "2020-06-10",
        "notes/2020/06/d/": "2020-06-19",
        "news/2021/a/": "2021-05-01",
        "news/2021/b/": "2021-08-29",
    }
