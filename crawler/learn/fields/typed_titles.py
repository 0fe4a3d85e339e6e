"""Titles as they were typed: themes write curly quotes, dashes and dots for ASCII; another page, list or feed may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.learn.fields.titles import affixes_of, even, title_of
from crawler.learn.finding.link_titles import link_titles
from crawler.learn.finding.search_lists import by_post
from crawler.markup.characters import in_text
from crawler.markup.typed import as_typed, has_ascii, has_marks, has_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: As many titles with typographic quotes or dots, and none with ASCII in their place, are what the layouts make of titles.
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class TypedTitles:
    """Titles of posts by their paths, where other places than the page's own element tell them as they were typed.

    ``smart``: whether layouts write typographic characters for ASCII: ``yes``, ``no`` or ``unknown``.
    """

    titles: Mapping[str, str]
    smart: str
    evidence: dict[str, str]


def typed_titles(
    captured: Captured, posts: Posts, layouts: Sequence[tuple[Place, Layout]], known_as: frozenset[str]
) -> TypedTitles:
    """What heads, feeds, lists for search and the texts of links tell of titles that pages show otherwise, or not at all.

    :param known_as: the posts whose pages have the titles as they were typed.
    """
    told = {place: dict(titles) for place, titles in _told(captured, posts).items()}
    wanted = {path for titles in told.values() for path, title in titles.items() if has_ascii(title) or has_marks(title)}
    straight, curly, titles, typing = 0, dict[str, str](), dict[str, str](), set[str]()
    for page, span, layout in _pages(layouts):
        if page.path in known_as or (layout.title and page.path not in wanted):
            continue
        title = as_typed(seen(page.body, layout.title[0], span).first, page.body) if layout.title else ""
        if not title and (found := next((text for one in _BY_TRUST if (text := told[one].get(page.path))), "")):
            titles[page.path] = found
        straight += has_ascii(title)
        if has_marks(title):
            places = {place for place, known in told.items() if _is_typed(known.get(page.path, ""), title)}
            typing |= places
            curly[page.path] = title
            if places:
                titles[page.path] = told[min(places)][page.path]
    without = len(titles.keys() - curly.keys())
    known = len(titles.keys() & curly.keys())
    # What a place has that shows others as they were typed was typed so.
    for path in curly.keys() - titles.keys():
        if any(told[place].get(path) == curly[path] for place in typing):
            titles[path] = curly[path]
    # A dash alone may have been typed as such: there is hardly anybody who types "--" in titles and no quote.
    quoted = sum(map(has_quotes, curly.values()))
    is_smart = not straight and (known or quoted >= _SEVERAL)
    smart = "yes" if is_smart else "no" if straight else "unknown"
    evidence = {}
    if titles:
        evidence["titles"] = (
            f"head, feed, lists or links have {known} as they were typed, which pages show with typographic characters;"
            f" {without} that no page shows"
        )
    if curly or straight:
        evidence["smart_titles"] = (
            f"typographic characters are shown in the titles of {counted(len(curly), 'post')}, ASCII in those of {straight}"
        )
    return TypedTitles(dict(sorted(titles.items())), smart, evidence)


#: Of a title that no page shows, the first of these counts that has one.
_BY_TRUST = ("feed", "search", "link")


def _told(captured: Captured, posts: Posts) -> dict[str, Iterator[tuple[str, str]]]:
    """By kind of place, the titles of posts by their paths."""
    pages = {path: captured.pages[path] for path in posts.days}
    before, behind = affixes_of(list(pages.values()))

    def plain(title: str) -> str:
        return title.removeprefix(before).removesuffix(behind)

    return {
        "title": ((path, plain(" ".join(in_text(page.title).split()))) for path, page in pages.items()),
        "og:title": ((path, plain(title_of(page))) for path, page in pages.items() if page.meta.get("og:title")),
        "feed": ((path, entry.title) for path, several in posts.entries.items() for entry in several if entry.title),
        "search": (
            (path, title)
            for listed in captured.lists.values()
            for path, one in by_post(captured, listed, posts.days).items()
            if isinstance(title := one.get("title"), str) and title
        ),
        "link": iter(link_titles(captured, posts.days).items()),
    }


def _pages(layouts: Sequence[tuple[Place, Layout]]) -> Iterator[tuple[Page, Span, Layout]]:
    for place, layout in layouts:
        for page, span in zip(place.pages, place.spans, strict=True):
            if not page.is_large:
                yield page, span, layout


def _is_typed(text: str, title: str) -> bool:
    """Whether a text is what a title was typed as: with ASCII for some of its typographic characters."""
    return bool(text) and text != title and even(text) == even(title) and has_ascii(text)
