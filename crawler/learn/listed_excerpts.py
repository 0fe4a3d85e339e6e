"""Excerpts in lists of posts: how far a list has the beginning of a post's content, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.excerpt import END, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.learn.finding.posts import Posts
    from crawler.learn.pages import Captured

#: So many lists are looked at, the shortest addresses first, and so many posts.
_LISTS, _POSTS = 40, 60
#: A first block of fewer characters may stand anywhere.
_LEAST = 20
#: A list of more bytes is not looked at, nor what follows so many characters of a content.
_LARGE = 1_000_000


def listed_excerpts(captured: Captured, posts: Posts, contents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The path of each post of which a list has the beginning, and the blocks of it that the list has.

    :param contents: of some posts, by their paths.
    """
    others = [path for path, page in captured.pages.items() if path not in posts.days and page.size <= _LARGE]
    paths = sorted(others, key=lambda path: (len(path), path))
    lists = [captured.pages[path].body.decode("utf-8", "replace") for path in paths[:_LISTS]]
    for path, content in list(contents.items())[:_POSTS]:
        html = content.strip()[:_LARGE]
        first = html.partition(SEPARATOR)[0]
        at = ((body, body.find(first)) for body in lists if len(first) >= _LEAST)
        found = [html[: _alike(html, body, place)] for body, place in at if place >= 0]
        if found and (ends := [end.end() for end in END.finditer(max(found, key=len))]):
            yield path, html[: ends[-1]]


def _alike(html: str, body: str, place: int) -> int:
    """How many characters of a content stand in a list at a place."""
    pairs = enumerate(zip(html, body[place : place + len(html)], strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(html), len(body) - place))
