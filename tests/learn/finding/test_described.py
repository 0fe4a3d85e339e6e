"""Posts with a permalink of their own in a folder, of which feeds have the newest, and heads tell when they were published."""

from __future__ import annotations

import pytest

from crawler.learn.learn import learn
from tests.learn.made import site

HEAD = '<meta property="article:published_time" content="{post.time}">'


@pytest.mark.parametrize("feed", ["few", ""], ids=["a feed has some", "no feed"])
@pytest.mark.parametrize("translated", [False, True], ids=["alone", "translated"])
def test_posts_in_the_folder_of_those_of_a_feed_are_found(feed: str, *, translated: bool) -> None:
    made = site(count=40, head=HEAD, feed=feed)
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)[:12]
    moved = {post.path: f"notes/{post.slug}/" for post in newest}
    for number, answer in enumerate(made.answers):
        url, body = answer.url, answer.body.decode()
        for old, new in moved.items():
            url, body = url.replace(old, new), body.replace(old, new)
        made.answers[number] = answer._replace(url=url, body=body.encode())
    if translated:
        pages = [answer for answer in made.answers if "/notes/" in answer.url]
        made.answers += [page._replace(url=page.url.replace("/notes/", "/notizen/")) for page in pages]
    found = {path for path in learn("blog", made.home, made.answers).own_permalinks if path.startswith("not")}
    assert found == (set(moved.values()) if feed else set())
