"""Where a site shows the excerpts that Jekyll makes of its posts, and what separates them from the rest of the source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.listed_excerpts import listed_excerpts
from crawler.markup.excerpt import SEPARATOR, Excerpt, shown_of, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: The name of feeds beside the selectors of elements.
FEED = "feed"
#: That of the site's own lists, which tell the separator alone.
_LISTS = "lists"
#: What shows a post's excerpt where the post has no description, by the plug-in that makes it.
_PLUGINS = {
    FEED: "jekyll-feed",
    'meta[name="description"]': "jekyll-seo-tag",
    'meta[property="og:description"]': "jekyll-seo-tag",
}
#: A comment that may separate the excerpt from the rest; so many posts have to bear it out, or that something shows excerpts.
_COMMENT = re.compile(r"<!--[^<>\n]{1,40}-->")
_SEVERAL = 2
#: A content with more comments than these has none that ends an excerpt.
_MOST = 20


@dataclass(slots=True)
class _Told:
    """How many posts something shows up to the first empty line, all of, and up to which comment; or up to elsewhere.

    Posts of a single block tell nothing.
    """

    first: int = 0
    whole: int = 0
    bare: int = 0
    elsewhere: int = 0
    at: Counter[str] = field(default_factory=Counter)
    against: Counter[str] = field(default_factory=Counter)

    def add(self, told: Excerpt, html: str) -> None:
        """Count one post."""
        first = words(html.partition(SEPARATOR)[0])
        if first == words(html) or told.is_cut:
            return
        found = set(_COMMENT.findall(html))
        comments = {comment: words(html.partition(comment)[0]) for comment in found} if len(found) <= _MOST else {}
        at = [comment for comment, before in comments.items() if before == told.words]
        self.at.update(at)
        self.against.update(comments.keys() - set(at))
        if told.words == first:
            self.first += not at
        elif told.is_whole:
            self.whole += 1
            self.bare += not comments
        elif not at:
            self.elsewhere += 1

    def shows_excerpts(self, separator: str, *, by_plugin: bool) -> bool:
        """Whether these are excerpts: most end where Jekyll ends them; or a plug-in of Jekyll's made them."""
        fits = self.at[separator] + self.bare if separator else self.first
        others = self.whole - self.bare if separator else self.whole
        if by_plugin and not separator:
            return self.first + self.whole >= _SEVERAL and self.elsewhere <= self.first
        return fits >= _SEVERAL and fits > others + self.elsewhere


def excerpts_of(
    captured: Captured, posts: Posts, placed: Sequence[tuple[Place, Layout]], evidence: dict[str, str]
) -> tuple[tuple[str, ...], str]:
    """The selectors of elements that show excerpts, feeds among them; and the separator, empty if it is Jekyll's own."""
    told = _told(captured, posts, placed)
    separator = _separator(told.values())
    by_plugin = {name for name, plugin in _PLUGINS.items() if plugin in captured.plugins}
    found = [name for name, one in told.items() if one.shows_excerpts(separator, by_plugin=name in by_plugin)]
    named = [told[name] for name in found] or told.values()
    most = max(named, key=lambda one: (one.at[separator], one.first + one.whole), default=_Told())
    if separator:
        evidence["excerpt_separator"] = f"the excerpts of {counted(most.at[separator], 'post')} end at this comment"
    elif found:
        evidence["excerpts"] = f"those of {counted(most.first, 'post')} end at the first empty line" + (
            f"; of {most.whole} all is shown, as if lines ended with a carriage return, too" if most.whole else ""
        )
    return tuple(name for name in found if name != _LISTS), separator


def _told(captured: Captured, posts: Posts, placed: Sequence[tuple[Place, Layout]]) -> dict[str, _Told]:
    """What each thing that shows something in short says of posts."""
    told: dict[str, _Told] = {}
    commented: dict[str, str] = {}
    for place, layout in placed:
        for page, span in zip(place.pages, place.spans, strict=True):
            if captured.pages.get(page.path) is not page:
                continue
            html = page.body[slice(*span)].decode("utf-8", "replace")
            if _COMMENT.search(html):
                commented[page.path] = html
            for name, text in _said(page, layout, posts):
                if (excerpt := shown_of(text, html)) is not None:
                    told.setdefault(name, _Told()).add(excerpt, html)
    for path, shown in listed_excerpts(captured, posts, commented) if commented else ():
        if (excerpt := shown_of(words(shown), commented[path])) is not None:
            told.setdefault(_LISTS, _Told()).add(excerpt, commented[path])
    return told


def _said(page: Page, layout: Layout, posts: Posts) -> Iterator[tuple[str, str]]:
    """What shows something in short of a post, and its text."""
    for selector in layout.description:
        if text := page.meta.get(selector.split('"')[1], ""):
            yield selector, text
    summary = next((entry.summary for entry in posts.entries.get(page.path, ()) if entry.summary), "")
    if summary:
        yield FEED, words(summary)


def _separator(told: Collection[_Told]) -> str:
    """The comment at which the excerpts of several posts end, and of hardly any that has it elsewhere."""
    at, against = Counter[str](), Counter[str]()
    for one in told:
        at |= one.at
        against |= one.against
    best = max(at, key=lambda comment: (at[comment], comment), default="")
    return best if at[best] >= _SEVERAL and at[best] > against[best] else ""
