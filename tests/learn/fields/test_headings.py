"""Titles in headings that nothing but the elements around them tells from others, in layouts of different years."""

from __future__ import annotations

import re
from html import escape

import pytest

from crawler.learn.layouts.content import content_of
from tests.learn.found import learned, pages, shown
from tests.learn.made import MadeSite, site

_SIDE = '<div id="head"><h1><a href="/">Shore</a></h1><h2></h2></div><ul class="side"><li><h2>Who?</h2>Ann.</li></ul>'
LAYOUTS = {
    "a box": _SIDE
    + '<div class="post" id="post-{number}"><{name}>{title}</{name}>\n<div class="entry">\n{content}\n</div></div>',
    "an article without a class": _SIDE
    + '<div id="main"><article><{name}>{title}</{name}><div class="entry">\n{content}\n</div></article></div>',
}
#: What heads of two layouts have beside titles.
HEADS = {
    "one": ("{} | Shore",) * 2,
    "two": ("{} &raquo;  shore.example by Ann", "Ann at the shore: {}"),
    "two marks": ("{} | Shore", "{} &raquo; Shore"),
    "none": ("Shore",) * 2,
}


def _site(layout: str, name: str, heads: tuple[str, str]) -> MadeSite:
    made = site(count=24, layouts=("classed",), feed="few" if heads == HEADS["none"] else "")
    for number, post in enumerate(made.posts):
        title = escape(post.title, quote=False)
        body = LAYOUTS[layout].format(name=name, number=number, title=title, content=post.content)
        frame = '<div class="foot">Made by hand.</div>' if number % 2 else '<div id="end"><p class="of">2008</p></div>'
        page = f"<html><head><title>{heads[number % 2].format(title)}</title></head><body>{body}{frame}</body></html>"
        made.answers[number] = made.answers[number]._replace(body=page.encode())
    return made


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize("name", ["h2", "h3"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_heading_without_a_class_is_found_by_what_is_around_it(layout: str, name: str, heads: str) -> None:
    made = _site(layout, name, HEADS[heads])
    found = learned(made)
    for path, page in pages(made).items():
        placed = content_of(page, found.layouts)
        assert placed is not None, path
        assert shown(page, placed[0], placed[1:], "title")[:1] == (made.truth[path].title,)
        assert re.fullmatch(rf"\S+ {name}", placed[0].title[0])


#: Pages whose content begins with a heading that says the title, or whose layout has such a heading; and whose it is.
OWN = {
    "the post's": ('<div class="post" style="font-size: 12px;"><h2 id="{slug}">{title}</h2>\n\n{content}\n</div>', True),
    "the layout's, with a day behind": (
        '<div class="post"><h1 id="{slug}">{title}</h1><p class="day">{day}</p>\n<div class="in">{content}\n</div></div>',
        False,
    ),
    "the layout's, with a day and the content behind": (
        '<div class="post"><h1 id="{slug}">{title}</h1><p class="day">{day}</p>\n{content}\n</div>',
        False,
    ),
    "the layout's, with one identifier": ('<div class="post"><h1 id="title">{title}</h1>\n{content}\n</div>', False),
}


@pytest.mark.parametrize("kind", OWN)
def test_a_heading_with_the_title_is_the_posts_where_kramdown_named_it(kind: str) -> None:
    inside, is_own = OWN[kind]
    made = site(count=24, layouts=("classed",), feed="")
    for number, post in enumerate(made.posts):
        title = escape(post.title, quote=False)
        body = inside.format(slug=post.slug, title=title, content=post.content, day=post.day)
        page = f"<html><head><title>{title} | Shore</title></head><body><div id='top'>Shore</div>{body}<p class='end'>By hand.</p></body></html>"
        made.answers[number] = made.answers[number]._replace(body=page.encode())
    found = learned(made)
    for path, page in pages(made).items():
        post = made.truth[path]
        placed = content_of(page, found.layouts)
        assert placed is not None, path
        heading = f'<h2 id="{post.slug}">{escape(post.title, quote=False)}</h2>\n\n' if is_own else ""
        assert page[placed[1] : placed[2]].decode() == heading + post.content
        assert shown(page, placed[0], placed[1:], "title")[:1] in ((post.title,), ())


#: Tags of a layout that differ from post to post, around a content without a box.
DIFFERING = {
    "an identifier": '<article class="post" id="{slug}"><h1>{title}</h1><p class="day">{day}</p>\n{content}\n</article>',
    "a picture": '<div class="post"><header class="hero" style="background: url(/{slug}.jpg)"><h1>{title}</h1></header>\n{content}\n</div>',
    "an address": '<section class="post" data-url="/{slug}/"><h1 data-of="{slug}">{title}</h1><p class="day">{day}</p>\n{content}\n</section>',
    "an identifier alone": '<article id="{slug}"><h1 id="of-{slug}">{title}</h1><p class="day">{day}</p>\n{content}\n</article>',
}


@pytest.mark.parametrize("kind", DIFFERING)
def test_tags_that_differ_from_post_to_post_are_those_of_one_layout(kind: str) -> None:
    made = site(count=24, layouts=("classed",), feed="")
    for number, post in enumerate(made.posts):
        title = escape(post.title, quote=False)
        body = DIFFERING[kind].format(slug=post.slug, title=title, content=post.content, day=post.day)
        page = f"<html><head><title>{title} | Shore</title></head><body>{body}<p class='end'>By hand.</p></body></html>"
        made.answers[number] = made.answers[number]._replace(body=page.encode())
    found = learned(made)
    for path, page in pages(made).items():
        placed = content_of(page, found.layouts)
        assert placed is not None, path
        assert page[placed[1] : placed[2]].decode() == made.truth[path].content
