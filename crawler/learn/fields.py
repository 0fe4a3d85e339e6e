"""Where the pages of a layout show title, time and the like: selectors that agree with what feeds and heads say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from crawler.learn.names import names_of
from crawler.learn.shown import selectors, shown_outside, values
from crawler.learn.tokens import common_end, common_start
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
#: So many selectors are tried for a field, and so many of those that agree are kept.
_PROPOSED, _KEPT = 40, 2
#: In so many posts out of a hundred a description or image has to be one of its own.
_OWN = 20
#: No title is in a description, and no author in what does not say so.
_ANY, _WRITER = re.compile(r"^(?!.*description)"), re.compile(r"author|byline|writer|vcard|\bfn\b|by-?line", re.IGNORECASE)
_HEAD = {
    "description": ('meta[name="description"]', 'meta[property="og:description"]'),
    "image": ('meta[property="og:image"]', 'meta[name="twitter:image"]', 'meta[property="twitter:image"]'),
}
#: The name of a site before the title of a page, or behind it.
_BEFORE = re.compile(r"^.*?(?::{1,2}| [-–—|·•»~])\s+(?!.*(?::{1,2}| [-–—|·•»~])\s)")
_BEHIND = re.compile(r"(?: [-–—|·•«»~/]|[|:])\s.*$")


Affixes = tuple[str, str]


@dataclass(slots=True)
class Told:
    """What is known of a post besides what its page shows: by feeds and by the data for search engines."""

    page: Page
    body: bytes
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


def fields_of(place: Place, posts: Posts, affixes: Affixes) -> Fields:
    """The selectors for the fields of a layout.

    :param affixes: of all titles of the site, by :func:`affixes_of`.
    """
    several = list(zip(place.pages, place.spans, strict=True))
    step = max(1, len(several) // _TRIED)
    sample = [_told(page, span, posts, affixes) for page, span in several[::step][:_TRIED]]
    found = Fields()
    _single(found, "title", sample, _is_title)
    _single(found, "time", sample, _is_time)
    _single(found, "author", sample, lambda one, text: None if not one.author else text == one.author, _WRITER)
    bodies, spans, told = [one.body for one in sample], [one.span for one in sample], [one.names for one in sample]
    for kind in ("categories", "tags"):
        names = names_of(kind, bodies, spans, told)
        if names:
            found.selectors[kind] = (names[0].selector,)
            known = f"; {names[0].agree} of these are in a feed, which has the same" if names[0].agree else ""
            found.evidence[kind] = f"{names[0].posts} of {len(sample)} posts looked at show any{known}"
    for kind in ("description", "image"):
        _varying(found, kind, sample)
    return found


def even(text: str) -> str:
    """A title without what Jekyll's filters change in it: quotes, dashes, dots.

    >>> even("It’s — done…") == even("It's --- done...")
    True
    """
    return re.sub(r"-+", "-", " ".join(text.translate(_EVENED).replace("…", "...").split()))


def affixes_of(pages: Sequence[Page]) -> Affixes:
    """The name of the site before and behind the title of each page, where there is such a thing."""
    titles = [_title(page, page.body) for page in pages[:: max(1, len(pages) // _TRIED)]]
    if len(set(titles)) <= 1:
        return "", ""
    start = _BEFORE.search(common_start([title.encode() for title in titles]).decode("utf-8", "ignore"))
    end = _BEHIND.search(common_end([title.encode() for title in titles]).decode("utf-8", "ignore"))
    return start[0] if start else "", end[0] if end else ""


def _told(page: Page, span: Span, posts: Posts, affixes: Affixes) -> Told:
    body = page.body
    entries = posts.entries[page.path]
    headline, writer = page.data.get("headline"), page.data.get("author")
    name = writer.get("name") if isinstance(writer, dict) else writer
    title = _title(page, body).removeprefix(affixes[0]).removesuffix(affixes[1])
    titles = [entry.title for entry in entries] + ([headline] if isinstance(headline, str) else []) + [title]
    authors = [name if isinstance(name, str) else "", *(entry.author for entry in entries), page.meta.get("author", "")]
    names = frozenset(name for entry in entries for name in entry.categories)
    first_title, first_author = next(filter(None, titles), ""), next(filter(None, authors), "")
    return Told(page, body, span, posts.days[page.path], first_title, first_author, names)


def _title(page: Page, body: bytes) -> str:
    return " ".join((page.meta.get("og:title") or next(iter(values(body, "title", first=True)), "")).split())


def _is_title(one: Told, text: str) -> bool | None:
    return even(text) == even(one.title) if one.title else None


def _is_time(one: Told, text: str) -> bool | None:
    found = read_time(text, "UTC")
    if found is None or not one.day:
        return False
    # A day in an address may be that of another zone.
    return abs((found.date() - date.fromisoformat(one.day)).days) <= (1 if _CLOCK.search(text) else 0)


def _single(
    found: Fields,
    name: str,
    sample: Sequence[Told],
    agrees: Callable[[Told, str], bool | None],
    wanted: re.Pattern[str] = _ANY,
) -> None:
    """Find the selectors whose first element shows what is known of the posts."""
    proposed: dict[str, None] = {}
    for one in sample[:: max(1, len(sample) // _SEARCHED)]:
        shown = [(element, text) for element, text in shown_outside(one.body, one.span) if agrees(one, text)]
        proposed |= dict.fromkeys(text for element, _ in shown for text in selectors(element) if wanted.search(text))
    kept = []
    for number, selector in enumerate(list(proposed)[:_PROPOSED]):
        shown_by = [next(iter(values(one.body, selector, first=True)), "") for one in sample]
        judged = [agrees(one, text) for one, text in zip(sample, shown_by, strict=True)]
        known = [one for one in judged if one is not None]
        if sum(known) * 100 >= _MOST * len(known):
            with_clock = sum(bool(_CLOCK.search(text)) for text in shown_by) if name == "time" else 0
            kept.append((-with_clock, selector.startswith(("meta", "title")), number, selector, sum(known), len(known)))
    if kept:
        best = sorted(kept)[:_KEPT]
        found.selectors[name] = tuple(selector for *_, selector, _, _ in best)
        found.evidence[name] = f"shows what feed, head or address say in {best[0][-2]} of {best[0][-1]} posts looked at"


def _varying(found: Fields, name: str, sample: Sequence[Told]) -> None:
    """The element of the head for a description or an image, where it differs from post to post."""
    for selector in _HEAD[name]:
        shown = [next(iter(values(one.body, selector, first=True)), "") for one in sample]
        own = [text for one, text in zip(sample, shown, strict=True) if text and even(text) != even(one.title)]
        if len(set(own)) > 1 and len(set(own)) * 100 >= _OWN * len(sample):
            found.selectors[name] = (selector,)
            found.evidence[name] = f"{len(own)} of {len(sample)} posts looked at have one, {len(set(own))} of them differ"
            return
