"""Posts of a second layout beside which lists mostly have days, and documents of a collection that look like posts."""

from __future__ import annotations

from html import escape

import pytest

from crawler.learn.finding.posts import posts_of
from crawler.learn.pages import Captured
from tests.learn.finding.test_days_of_lists import page
from tests.learn.made import MadeSite, content, page_of, site

_BUILT = "2026-03-04"


def made_site(undated: int, notes: int) -> MadeSite:
    """A site with a list of days that lacks some posts, a list without days that has all, and one of documents.

    :param undated: so many posts of the second layout have no day in any list.
    :param notes: so many documents have the layout of posts; the menu leads to the first one.
    """
    made = site(layouts=("wide", "bare"), permalink="{slug}/", feed="", count=40)
    second = [post.path for post in made.posts if post.layout == "bare"][:undated]
    days, links = [], []
    for post in made.posts:
        link = f'<a href="/{post.path}">{escape(post.title)}</a>'
        links.append(f"<li>{link}</li>")
        days.append("" if post.path in second else f"<li>{post.day} {link}</li>")
    documents = [
        made.posts[0].__class__(_BUILT, f"note-{number}", f"Note {number}", content(900 + number)) for number in range(notes)
    ]
    for number, document in enumerate(documents):
        document.path, document.layout = f"note-{number}/", "wide"
    of_notes = "".join(f'<li><a href="/{one.path}">{one.title}</a></li>' for one in documents)
    answers = made.answers[: len(made.posts)]
    answers += [answers[0]._replace(url=made.url(one.path), body=page_of(one, "", "", None).encode()) for one in documents]
    answers += [page(made, "", f"<ul>{''.join(days)}</ul>"), page(made, "all/", f"<ul>{''.join(links)}</ul>")]
    answers.append(page(made, "jottings/", f"<ul>{of_notes}</ul>"))
    menu = b'<a href="/all/">All</a> <a href="/jottings/">Notes</a>' + (b' <a href="/note-0/">First</a>' if notes else b"")
    made.answers = [answer._replace(body=answer.body.replace(b"</nav>", menu + b"</nav>", 1)) for answer in answers]
    return made


@pytest.mark.parametrize("notes", [0, 8])
@pytest.mark.parametrize("undated", [0, 1, 2])
def test_a_few_posts_of_a_second_layout_without_days_in_lists_are_posts(undated: int, notes: int) -> None:
    made = made_site(undated, notes)
    assert set(posts_of(Captured.read(made.home, made.answers)).days) == made.truth.keys()
