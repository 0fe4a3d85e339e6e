"""Dated pages in a folder of their own, which only a list of that folder has, are no posts; a category's posts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of

if TYPE_CHECKING:
    from pathlib import Path

_PAGES = '{% assign several = site.pages | where_exp: "one", "one.day" | sort: "day" | reverse %}{% for one in several %}<li>{{ one.day | date: "%B %-d, %Y" }} <a href="{{ one.url }}">{{ one.title }}</a></li>{% endfor %}'
_POSTS = '{% for post in site.posts %}<li>{{ post.date | date: "%B %-d, %Y" }} <a href="{{ post.url }}">{{ post.title }}</a></li>{% endfor %}'
SLIDES = "---\ntitle: Slides\npermalink: /slides/\n---\n<html><body><h1>Slides</h1><ul>" + _PAGES + "</ul></body></html>\n"
DECK = '<!DOCTYPE html><html><head><title>{{ page.title }}</title></head><body><div class="reveal"><div class="slides">\n{{ content }}\n</div></div></body></html>\n'
PLAIN = LAYOUT.replace('<time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>', "")


def _files(deck: str) -> dict[str, str]:
    posts = {
        f"_posts/20{number + 10}-03-11-post-{number}.md": post(f"Post {number}", text_of(number), categories="[Sea]")
        for number in range(8)
    }
    slides = {
        f"slides/talk-{number}.md": f"---\nlayout: deck\ntitle: Talk {number}\nday: 2014-0{number + 1}-05\n---\n{text_of(number + 20)}\n"
        for number in range(5)
    }
    home = INDEX.replace("<ul>", f"<a href='/slides/'>Slides</a><ul>{_POSTS}").partition("{% for post in site.posts %}<li><a")
    index = home[0] + "</ul></body></html>\n"
    return {"_layouts/post.html": PLAIN, "_layouts/deck.html": deck, "index.html": index, "slides/index.html": SLIDES} | posts | slides  # fmt: skip


def test_slides_are_no_posts(tmp_path: Path) -> None:
    config = "permalink: /posts/:title/\nplugins: [jekyll-feed]\nfeed: {posts_limit: 3}\n"
    back = given_back(tmp_path, _files(DECK), config)
    assert sorted(back.index) == [f"/posts/post-{number}/" for number in range(8)]


def test_nor_are_pages_that_look_like_posts(tmp_path: Path) -> None:
    config = "permalink: /posts/:title/\nplugins: [jekyll-feed]\nfeed: {posts_limit: 3}\n"
    back = given_back(tmp_path, _files(PLAIN), config)
    assert sorted(back.index) == [f"/posts/post-{number}/" for number in range(8)]


def test_posts_of_a_category_with_a_list_of_its_own_are_posts(tmp_path: Path) -> None:
    """Feed and home page have the newest posts, all of one category; the others are in their category's list alone."""
    files = {name: text for name, text in _files(PLAIN).items() if not name.startswith(("slides", "_layouts/deck"))}
    for number in range(5):
        files[f"_posts/201{number}-02-05-land-{number}.md"] = post(f"Land {number}", text_of(number + 20), categories="[Land]")
    index = files["index.html"].replace("in site.posts %}", "in site.categories['Sea'] %}").replace("/slides/", "/land/")
    land = SLIDES.replace("/slides/", "/land/").replace(
        _PAGES, _POSTS.replace("in site.posts %}", "in site.categories['Land'] %}")
    )
    config = "permalink: /:categories/:title/\nplugins: [jekyll-feed]\nfeed: {posts_limit: 3}\n"
    back = given_back(tmp_path, files | {"index.html": index, "land.html": land}, config)
    assert len(back.index) == len(back.posts), back.index.keys()
