"""The layouts of a site's posts, and where the contents stand in them: by what feeds have, else by what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from crawler.learn.clusters import clusters
from crawler.learn.content import between
from crawler.learn.differing import contents
from crawler.learn.places import grouped, texts_of
from crawler.learn.verbatim import verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.content import Span
    from crawler.learn.pages import Captured, Page
    from crawler.learn.posts import Posts

_One = TypeVar("_One")
#: So many posts are looked at closely to learn a layout; the others only have to agree.
_SAMPLE = 60
#: So many pages that differ are compared.
_COMPARED = 30
_TITLE = re.compile(rb"<title[^>]*+>\s*+([^<]{1,300}?)\s*+</title", re.IGNORECASE)
_LEAST = 8


@dataclass(slots=True)
class Place:
    """A layout in the making: the texts around the content, the pages that have them, and what bears it out."""

    start: bytes
    end: bytes
    pages: list[Page] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    by_feed: int = 0
    compared: int = 0


def places_of(captured: Captured, posts: Posts) -> list[Place]:
    """The places of contents in all captures of posts; that of most posts first."""
    left = [page for path in posts.days for page in captured.versions(path)]
    found: list[Place] = []
    told = _told(left, posts)
    for group in grouped((number, left[number].body, span) for number, span in _spread(list(told.items()), _SAMPLE)):
        sample = [(left[number].body, told[number]) for number in group.members]
        texts = texts_of(group, sample)
        if texts is not None:
            found.append(Place(*texts, by_feed=len(group.members)))
    left = _given(found, left)
    while left:
        before = len(left)
        for cluster in clusters(left):
            place = _compared(cluster, posts)
            if place is not None:
                found.append(place)
                left = _given([place], left)
        if len(left) == before:
            break
    return sorted((place for place in found if place.pages), key=lambda place: -len(place.pages))


def _told(pages: Sequence[Page], posts: Posts) -> dict[int, Span]:
    """Where the contents stand that feeds have, by the number of the page."""
    found = {}
    for number, page in enumerate(pages):
        told = dict.fromkeys(entry.content for entry in posts.entries[page.path] if entry.content)
        span = next(filter(None, (verbatim(page.body, content) for content in told)), None) if told else None
        if span is not None:
            found[number] = span
    return found


def _given(places: Sequence[Place], pages: Sequence[Page]) -> list[Page]:
    """Give each page to the first place whose texts it has, and return those that have none."""
    left = []
    for page in pages:
        body = page.body
        for place in places:
            span = between(body, place.start, place.end)
            if span is not None:
                place.pages.append(page)
                place.spans.append(span)
                break
        else:
            left.append(page)
    return left


def _compared(cluster: Sequence[Page], posts: Posts) -> Place | None:
    """The place of the contents in pages that are alike, by what differs between them."""
    sample = _spread(cluster, _COMPARED)
    bodies = [page.body for page in sample]
    spans = contents(bodies, [_known(page, body, posts.days[page.path]) for page, body in zip(sample, bodies, strict=True)])
    placed = [(number, span) for number, span in enumerate(spans) if span is not None]
    for group in grouped((number, bodies[number], span) for number, span in placed)[:1]:
        texts = texts_of(group, [(bodies[number], spans[number] or (0, 0)) for number in group.members])
        if texts is not None:
            return Place(*texts, compared=len(sample))
    return None


def _known(page: Page, body: bytes, day: str) -> list[bytes]:
    """What a layout shows of a post besides its content, in the bytes that it may be written in."""
    found = _TITLE.search(body)
    titles = [page.meta.get("og:title", "").encode(), found[1] if found else b""]
    return [one for one in titles if len(one) >= _LEAST] + ([day.encode()] if day else [])


def _spread(several: Sequence[_One], count: int) -> Sequence[_One]:
    """So many of them, from first to last."""
    step = max(1, len(several) // count)
    return several[::step][:count]
