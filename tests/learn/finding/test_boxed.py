"""Pages to which all pages lead: posts in a box of the newest, or pages of a menu that show a day, too."""

from __future__ import annotations

import pytest

from crawler.learn.finding.boxed import boxed
from crawler.learn.pages import Captured
from tests.learn.made import site


@pytest.mark.parametrize(("have_days", "is_post"), [(True, False), (False, True)])
def test_a_page_of_the_menu_that_shows_a_day_is_none_where_lists_have_days_beside_all_others(
    *, have_days: bool, is_post: bool
) -> None:
    made = site(permalink="blog/{slug}/", layouts=("bare",), feed="")
    days = {post.path: f"{post.day} " if have_days else "" for post in made.posts}
    menu = b'<p><a href="/thanks/">Thanks</a></p></body>'
    thanks = made.answers[0]._replace(url=f"{made.home}thanks/")
    answers = []
    for answer in (*made.answers, thanks):
        body = answer.body.replace(b"</body>", menu)
        for path, day in days.items() if answer.url == made.home else ():
            body = body.replace(f'<li><a href="/{path}"'.encode(), f'<li>{day}<a href="/{path}"'.encode())
        answers.append(answer._replace(body=body))
    captured = Captured.read(made.home, answers)
    pages = {path: page for path, page in captured.pages.items() if path and not page.is_stub}
    assert boxed(captured, pages, set(made.truth)) == ({"thanks/"} if is_post else set())
