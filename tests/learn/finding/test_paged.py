"""What the later pages of a list of posts name, and that has no layout as some of these, is a post."""

from __future__ import annotations

import pytest

from crawler.items import Exchange
from crawler.learn.finding.paged import with_paged
from crawler.learn.finding.posts import posts_of
from crawler.learn.pages import Captured
from tests.learn.made import PAGE, site

HEAD = '<meta property="article:published_time" content="{post.time}">'


@pytest.mark.parametrize("is_paged", [True, False], ids=["pagination", "one list"])
def test_posts_in_folders_of_their_own_are_found_by_pagination(*, is_paged: bool) -> None:
    made = site(count=40, head=HEAD, feed="few")
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    moved = {post.path: f"{'sea' if number % 2 else 'notes'}/{post.slug}/" for number, post in enumerate(newest[:36])}
    # The feed has the newest posts, all in one folder.
    moved |= {post.path: f"notes/{post.slug}/" for post in newest[:5]}
    answers = []
    for answer in made.answers:
        url, body = answer.url, answer.body.decode()
        for old, new in moved.items():
            url, body = url.replace(old, new), body.replace(old, new)
        post = made.truth.get(answer.url.removeprefix(made.home))
        if post and (url.startswith(f"{made.home}sea/") or post is newest[0]):
            body = post.content
        if not url.endswith(("page2/", ".example/")):
            answers.append(answer._replace(url=url, body=body.encode()))
    for number in range(4):
        links = "".join(f'<li><a href="/{moved.get(post.path, post.path)}">a</a></li>' for post in newest[number * 10 :][:10])
        text = PAGE.format(title="Page", head="", base="", inside=f"<ul>{links}</ul>", neighbours="")
        path = "" if not number else f"page{number + 1}/" if is_paged else f"list-{number}/"
        answers.append(Exchange(made.home + path, 200, text.encode()))
    captured = Captured.read(made.home, answers)
    found = with_paged(captured, posts_of(captured)).days.keys()
    expected = {path for path in moved.values() if path.startswith("sea/")} - {moved[post.path] for post in newest[:10]}
    assert (expected <= found) == is_paged
    assert "about/" not in found
