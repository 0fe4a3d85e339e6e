"""Titles as they were typed: themes write curly quotes, dashes and dots for ASCII; another page, list or feed may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.learn.fields.titles import even
from crawler.markup.titles.typed import as_typed, has_ascii, has_marks, has_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.learn.fields.told_titles import ToldTitle
    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.page import Page

#: As many titles with typographic quotes or dots, and none with ASCII in their place, are what the layouts make of titles.
_SEVERAL = 3
#: Of a title that no page shows, the first of these counts that has one; before it, what that was typed as.
_BY_TRUST = ("feed", "search", "link")


@dataclass(frozen=True, slots=True)
class TypedTitles:
    """Titles of posts by their paths, where other places than the page's own element tell them as they were typed.

    ``smart``: whether layouts write typographic characters for ASCII: ``yes``, ``no`` or ``unknown``.
    """

    titles: Mapping[str, str]
    smart: str
    evidence: dict[str, str]


def typed_titles(
    layouts: Sequence[tuple[Place, Layout]], all_told: Iterable[ToldTitle], known_as: frozenset[str]
) -> TypedTitles:
    """What heads, feeds, lists for search and the texts of links tell of titles that pages show otherwise, or not at all.

    :param known_as: the posts whose pages have the titles as they were typed.
    """
    told = _shown(all_told)
    wanted = {path for titles in told.values() for path, title in titles.items() if has_ascii(title) or has_marks(title)}
    straight, curly, titles, typing = 0, dict[str, str](), dict[str, str](), set[str]()
    for page, span, layout in _pages(layouts):
        if page.path in known_as or (layout.title and page.path not in wanted):
            continue
        title = as_typed(seen(page.body, layout.title[0], span).first, page.body) if layout.title else ""
        texts = [text for place in _BY_TRUST if (text := told[place].get(page.path))] if not title else []
        if texts:
            titles[page.path] = next((text for text in texts if _is_typed(text, texts[0])), texts[0])
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


def _shown(told: Iterable[ToldTitle]) -> dict[str, dict[str, str]]:
    """By kind of place, the titles of posts by their paths."""
    found: dict[str, dict[str, str]] = {place: {} for place in _BY_TRUST}
    for one in told:
        if one.shown:
            found.setdefault(one.place, {})[one.path] = one.shown
    return found


def _pages(layouts: Sequence[tuple[Place, Layout]]) -> Iterator[tuple[Page, Span, Layout]]:
    for place, layout in layouts:
        for page, span in zip(place.pages, place.spans, strict=True):
            if not page.is_large:
                yield page, span, layout


def _is_typed(text: str, title: str) -> bool:
    """Whether a text is what a title was typed as: with ASCII for some of its typographic characters."""
    return bool(text) and text != title and even(text) == even(title) and has_ascii(text)
