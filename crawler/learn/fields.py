"""Where the pages of a layout show title, time and the like: selectors that agree with what feeds and heads say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.learn.shown import selectors, shown_outside, values
from crawler.markup.times import read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.learn.content import Span
    from crawler.learn.layouts import Place
    from crawler.learn.pages import Page
    from crawler.learn.posts import Posts

#: Selectors are looked for in so many posts of a layout, and tried on so many.
_SEARCHED, _TRIED = 6, 40
#: So many posts out of a hundred have to agree.
_MOST = 95
_EVENED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
_CLOCK = re.compile(r"\d:\d\d")


@dataclass(slots=True)
class Told:
    """What is known of a post besides what its page shows: by feeds and by the data for search engines."""

    page: Page
    span: Span
    day: str
    title: str
    author: str
    names: frozenset[str]


@dataclass(slots=True)
class Fields:
    """The selectors of a layout, and the evidence for each field."""

    selectors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)


def fields_of(place: Place, posts: Posts) -> Fields:
    """The selectors for the fields of a layout."""
    several = list(zip(place.pages, place.spans, strict=True))
    step = max(1, len(several) // _TRIED)
    sample = [_told(page, span, posts) for page, span in several[::step][:_TRIED]]
    found = Fields()
    bodies = [one.page.body for one in sample]
    _single(found, "title", sample, bodies, lambda one, text: bool(one.title) and even(text) == even(one.title))
    _single(found, "time", sample, bodies, _is_time)
    _single(found, "author", sample, bodies, lambda one, text: bool(one.author) and text == one.author)
    return found


def even(text: str) -> str:
    """A title without what Jekyll's filters change in it: quotes, dashes, dots."""
    return re.sub(r"-+", "-", " ".join(text.translate(_EVENED).replace("…", "...").split()))


def _told(page: Page, span: Span, posts: Posts) -> Told:
    entries = posts.entries[page.path]
    headline, writer = page.data.get("headline"), page.data.get("author")
    titles = (
        [one.title for one in entries] + ([headline] if isinstance(headline, str) else []) + [page.meta.get("og:title", "")]
    )
    name = writer.get("name") if isinstance(writer, dict) else writer
    authors = [name if isinstance(name, str) else "", *(one.author for one in entries), page.meta.get("author", "")]
    names = frozenset(name for one in entries for name in one.categories)
    return Told(page, span, posts.days[page.path], next(filter(None, titles), ""), next(filter(None, authors), ""), names)


def _is_time(one: Told, text: str) -> bool:
    found = read_time(text, "UTC")
    return found is not None and found.date().isoformat() == one.day


def _single(
    found: Fields, name: str, sample: Sequence[Told], bodies: Sequence[bytes], agrees: Callable[[Told, str], bool]
) -> None:
    """Find the selectors whose first element shows what is known of the posts."""
    proposed: Counter[str] = Counter()
    for one, body in zip(sample[:: max(1, len(sample) // _SEARCHED)], bodies[:: max(1, len(sample) // _SEARCHED)], strict=True):
        proposed.update(
            {text: 1 for element, shown in shown_outside(body, one.span) if agrees(one, shown) for text in selectors(element)}
        )
    kept: list[tuple[int, int, str]] = []
    for number, text in enumerate(proposed):
        shown = [next(iter(values(body, text, first=True)), "") for body in bodies]
        right = sum(agrees(one, value) for one, value in zip(sample, shown, strict=True))
        if right * 100 >= _MOST * len(sample):
            kept.append((-sum(bool(_CLOCK.search(value)) for value in shown) if name == "time" else 0, number, text))
    if kept:
        chosen = sorted(kept, key=lambda one: (one[0], one[2].startswith("meta"), one[1]))
        found.selectors[name] = tuple(text for *_, text in chosen[:2])
        found.evidence[name] = f"agrees with feed, head and address in {len(sample)} of {len(sample)} posts looked at"
