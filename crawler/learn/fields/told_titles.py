"""The titles of posts that other places than the pages' own elements tell: heads, feeds, lists for search, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import affixes_of, even, title_of
from crawler.learn.finding.link_titles import link_titles
from crawler.learn.finding.search_lists import by_post
from crawler.markup.characters import in_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.learn.finding.posts import Posts
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: The title in a head, with whatever is written in it.
HEAD = re.compile(rb"<title[^>]{0,200}+>([^<]{0,1000}+(?:<(?!/title)[^<]{0,1000}+){0,20})</title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ToldTitle:
    """A title of the post at ``path``, without the name of the site.

    ``place``: the kind of place: ``title``, ``og:title``, ``json-ld``, ``feed``, ``search`` or ``link``. ``written``: as its
    bytes have it, with tags and references; empty where that cannot be told. ``shown``: as a reader sees it; empty likewise.
    """

    path: str
    place: str
    written: str
    shown: str


def told_titles(captured: Captured, posts: Posts) -> Iterator[ToldTitle]:
    """What each place tells, in the order of the kinds of places, and in that of the posts."""
    pages = {path: captured.pages[path] for path in posts.days}
    before, behind = affixes_of([page for page in pages.values() if title_of(page)])
    known: dict[str, set[str]] = {path: set() for path in pages}
    for path, page in pages.items():
        for place, written, shown in _of_head(page):
            texts = (" ".join(text.split()).removeprefix(before).removesuffix(behind) for text in (written, shown))
            in_head = ToldTitle(path, place, *texts)
            known[path].add(even(in_head.shown))
            yield in_head
    for path, entries in posts.entries.items():
        for entry in entries:
            known[path].add(even(entry.title))
            yield ToldTitle(path, "feed", entry.written_title, entry.title)
    for listed in captured.lists.values():
        for path, one in by_post(captured, listed, posts.days).items():
            if isinstance(title := one.get("title"), str):
                yield ToldTitle(path, "search", title, title)
    for path, title in link_titles(captured, posts.days, known).items():
        yield ToldTitle(path, "link", title, title)


def _of_head(page: Page) -> Iterator[tuple[str, str, str]]:
    """The place, what is written there, and what is shown."""
    head = HEAD.search(page.body) if not page.title else None
    shown = in_text(page.title)
    # What is escaped in the head was typed as a reader sees it there.
    yield "title", head[1].decode("utf-8", "replace") if head else shown, shown
    if title := page.meta.get("og:title"):
        yield "og:title", title, title_of(page)
    for key in ("headline", "name"):
        if title := page.data.get(key):
            yield "json-ld", str(title), ""
