"""What learning found of a small site, held against the truth of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.fields.shown import seen
from crawler.learn.layouts.content import content_of
from crawler.learn.learn import learn
from crawler.sites.parsed import Kind
from crawler.sites.site import Site

if TYPE_CHECKING:
    from crawler.items import Exchange
    from crawler.learn.learned import Layout, Learned
    from tests.learn.made import MadePost, MadeSite


def learned(made: MadeSite) -> Learned:
    return learn("blog", made.home, made.answers)


def pages(made: MadeSite) -> dict[str, bytes]:
    by_url = {answer.url: answer.body for answer in made.answers}
    return {path: by_url[answer.url] for path in made.truth for answer in made.answers if answer.url == made.url(path)}


def as_site(found: Learned) -> Site:
    names = {"permalink": found.permalink, "own_permalinks": found.own_permalinks, "pages": found.pages, "feeds": found.feeds}
    return type("Found", (Site,), {"name": found.name, "home": found.home, **names})()


def posts_of(found: Learned, made: MadeSite) -> set[str]:
    declared = as_site(found)
    return {answer.url for answer in made.answers if declared.kind(declared.canonical(answer.url)) == Kind.POST}


def shown(page: bytes, layout: Layout, span: tuple[int, int], name: str) -> tuple[str, ...]:
    selectors = getattr(layout, name)
    return seen(page, selectors[0], span).outside if selectors else ()


def assert_all_is_found(made: MadeSite, *, content: bool = True) -> Learned:
    found = learned(made)
    assert posts_of(found, made) == {made.url(path) for path in made.truth}
    for path, page in pages(made).items():
        post: MadePost = made.truth[path]
        placed = content_of(page, found.layouts)
        assert placed is not None, path
        layout, first, last = placed
        assert page[first:last].decode() == post.content, path
        assert shown(page, layout, (first, last), "title")[:1] == (post.title,)
    return found


def replace_path(answer: Exchange, old: str, new: str) -> Exchange:
    return answer._replace(url=answer.url.replace(old, new), body=answer.body.replace(old.encode(), new.encode()))
