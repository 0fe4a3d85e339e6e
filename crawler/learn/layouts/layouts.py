"""The layouts of a site's posts, and where the contents stand in them: by what feeds have, else by what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from crawler.learn.finding.clusters import clusters
from crawler.learn.layouts.absolute import relative
from crawler.learn.layouts.anchors import FEW
from crawler.learn.layouts.begun import beginning
from crawler.learn.layouts.content import between, is_bare
from crawler.learn.layouts.differing import contents
from crawler.learn.layouts.edges import without_edges
from crawler.learn.layouts.lacking import with_less, with_less_before
from crawler.learn.layouts.marked import Shows, marked
from crawler.learn.layouts.places import grouped, texts_of
from crawler.learn.layouts.shorter import shorter
from crawler.learn.layouts.singles import singles
from crawler.learn.layouts.toc import selector_of, toc_at, with_toc
from crawler.learn.layouts.verbatim import verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.content import Span
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

_One = TypeVar("_One")
#: So many posts are looked at closely to learn a layout; the others only have to agree.
_SAMPLE = 60
#: So many pages that differ are compared.
_COMPARED = 30
#: So many posts of a feed out of a hundred have the same around their contents as others, if it has these whole.
_WHOLE = 60
#: Contents of so many posts or more that are all the same are none.
_SAME = 3
#: So often are the pages compared that nothing was found in.
_ROUNDS = 3
#: In place of a number of posts compared: pages lack what others have beside the content; the content's ends were left out.
LACKING, WITHOUT_ENDS = -1, -2
Texts = tuple[bytes, bytes]


@dataclass(slots=True)
class Place:
    """A layout in the making: the texts around the content, the pages that have them, and what bears it out.

    ``by_feed``: the numbers of those in which a feed's content stands there; ``against``: in how many it stands elsewhere.
    ``compared``: how many posts were, or :data:`LACKING` or :data:`WITHOUT_ENDS`.
    """

    start: bytes
    end: bytes
    pages: list[Page] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    by_feed: set[int] = field(default_factory=set)
    against: int = 0
    compared: int = 0
    tocs: tuple[str, ...] = ()
    with_toc: int = 0


def places_of(captured: Captured, posts: Posts) -> list[Place]:
    """The places of contents in all captures of posts; that of most posts first."""
    every = [page for path in posts.days for page in captured.versions(path)]
    bare = [page for page in every if is_bare(page.body)]
    pages = [page for page in every if not is_bare(page.body)] if bare else every
    homes = [captured.home, *filter(None, (captured.built_for,))]
    return [*_with_layouts(pages, posts, homes), *_without_layouts(bare, posts, homes)]


def _without_layouts(pages: Sequence[Page], posts: Posts, homes: Sequence[str]) -> Iterator[Place]:
    """The place of contents that are all of their pages."""
    told = _told(pages, posts, homes)
    yield from filter(_is_of_posts, _given(pages, [(b"", b"")], told))


def _with_layouts(pages: Sequence[Page], posts: Posts, homes: Sequence[str]) -> list[Place]:
    """The places of contents in pages of layouts; that of most posts first."""
    told = _told(pages, posts, homes)
    texts: dict[Texts, int] = dict.fromkeys(_by_feed(pages, told), 0)
    texts |= dict.fromkeys(_by_feed(pages, _wrong(pages, told, texts)), 0)
    wrong = _wrong(pages, told, texts)
    for pair in singles(pages, wrong, told, list(texts)) if texts else ():
        fewer = _wrong(pages, told, [*texts, pair])
        if fewer.keys() < wrong.keys():
            wrong, texts[pair] = fewer, 0
    texts = shorter(texts, pages, told)
    left = [page for page in pages if _narrowest(page.body, texts) is None]
    for _ in range(_ROUNDS):
        several = clusters(left)
        alone = [cluster[0] for cluster in several if len(cluster) == 1]
        texts |= dict.fromkeys(with_less(alone, _given(pages, texts, told)) if alone and texts else (), LACKING)
        for cluster in several:
            rest = [page for page in cluster if _narrowest(page.body, texts) is None]
            texts_of_rest = _by_comparison(rest, posts) if rest else None
            if texts_of_rest is not None:
                texts[texts_of_rest] = len(rest)
        left = [page for page in left if _narrowest(page.body, texts) is None]
    texts |= dict.fromkeys(with_less(left, _given(pages, texts, told)), LACKING)
    left = [page for page in left if _narrowest(page.body, texts) is None]
    texts |= dict.fromkeys(with_less_before(left, _given(pages, texts, told)) if left else (), LACKING)
    places = _given(pages, texts, told)
    more = list(_without_edges(places))
    if more:
        texts |= dict.fromkeys(more, WITHOUT_ENDS)
        places = _given(pages, texts, told)
    for place in places:
        place.compared = texts[place.start, place.end]
        _find_tocs(place, posts)
    return sorted(filter(_is_of_posts, places), key=lambda place: -len(place.pages))


def _find_tocs(place: Place, posts: Posts) -> None:
    """Note the tables of contents that contents begin with, if no feed has one in a content."""
    both = [(place.pages[number], place.spans[number]) for number in range(len(place.pages))]
    for plain, several in ((False, both), (True, [both[number] for number in sorted(place.by_feed)])):
        ats = ((page, toc_at(page.body, span[0], plain=plain)) for page, span in several if not page.is_large)
        found = [(page, toc) for page, toc in ats if toc is not None]
        told = [entry.content or "" for page, _ in found for entry in posts.entries[page.path]]
        if found and not any(toc_at(content.strip().encode(), 0, plain=plain) for content in told):
            place.tocs = tuple(dict.fromkeys(selector_of(toc) for _, toc in found))
            place.with_toc = len({page.path for page, _ in found})
            return


def _wrong(pages: Sequence[Page], told: Mapping[int, Span], texts: Iterable[Texts]) -> dict[int, Span]:
    """The contents that a feed has, and of which the texts find another place, or none."""
    texts = list(texts)
    found = ((number, span, _narrowest(pages[number].body, texts)) for number, span in told.items())
    return {number: span for number, span, one in found if one is None or one[1] != span}


def _is_of_posts(place: Place) -> bool:
    """Whether contents differ: what is the same at the addresses of several posts is what a server says in place of them."""
    contents = {page.body[start:end] for page, (start, end) in zip(place.pages, place.spans, strict=True)}
    return len(contents) > 1 or not any(contents) or len({page.path for page in place.pages}) < _SAME


def _by_feed(pages: Sequence[Page], told: Mapping[int, Span]) -> Iterator[Texts]:
    """The texts around contents that feeds have; none of a feed with the beginnings of contents alone.

    What follows these differs from post to post, so that most of them have nothing in common behind them.
    """
    sample = _spread(list(told.items()), _SAMPLE)
    groups = grouped(((number, pages[number].body, span) for number, span in sample), sure=True)
    groups = [group for group in groups if len(group.members) >= min(len(sample), 3 if all(group.over) else 2)]
    found = [texts_of(group, [(pages[number].body, told[number]) for number in group.members]) for group in groups]
    borne_out = sum(len(group.members) for group, texts in zip(groups, found, strict=True) if texts)
    if borne_out * 100 >= _WHOLE * len(sample):
        yield from filter(None, found)


def _narrowest(body: bytes, texts: Iterable[Texts]) -> tuple[Texts, Span] | None:
    """Of all the texts that stand in a page, those that have least between them, as :func:`content_of` chooses."""
    found = [(pair, span) for pair in texts if (span := between(body, *pair)) is not None]
    return min(found, key=lambda one: (one[1][0] == one[1][1], one[1][1] - one[1][0]), default=None)


def _given(pages: Sequence[Page], texts: Iterable[Texts], told: Mapping[int, Span]) -> list[Place]:
    """The places that the texts make, each with the pages for which they are the narrowest."""
    places: dict[Texts, Place] = {}
    for number, page in enumerate(pages):
        found = _narrowest(page.body, texts)
        if found is not None:
            place = places.setdefault(found[0], Place(*found[0]))
            place.pages.append(page)
            place.spans.append(found[1])
            place.by_feed |= {len(place.spans) - 1} if told.get(number) == found[1] else set()
            place.against += number in told and told[number] != found[1]
    return list(places.values())


def _without_edges(places: Sequence[Place]) -> Iterator[Texts]:
    """The texts around contents of which a few seem to have a form or a menu at an end: their pages show more than others.

    Of pages that a feed has the contents of, none shows more than these; if one has such an element in it, so may all others.
    In one page alone, only what readers operate is left out.
    """
    if all(len(place.by_feed) == len(place.pages) for place in places):
        return  # there is no page for which this is open
    found: list[tuple[Place, dict[int, Span]]] = []
    for place in places:
        inner: dict[int, Span] = {}
        for number, (page, span) in enumerate(zip(place.pages, place.spans, strict=True)):
            inner[number] = span if page.is_large else with_toc(page.body, without_edges(page.body, span))
            if inner[number] == span:
                del inner[number]
            elif number in place.by_feed:
                return
        if len(inner) * 2 <= len(place.pages):
            found.append((place, inner))
    for place, inner in found:
        for group in grouped((number, place.pages[number].body, span) for number, span in inner.items()):
            pages = [(place.pages[number].body, inner[number]) for number in group.members]
            texts = texts_of(group, pages)
            first = group.members[0]
            is_sure = len(pages) > 1 or without_edges(pages[0][0], place.spans[first], sure=True) == inner[first]
            if texts is not None and is_sure:
                yield texts


def _told(pages: Sequence[Page], posts: Posts, homes: Sequence[str]) -> dict[int, Span]:
    """Where the contents stand that feeds have, by the number of the page; feeds may have made the site's addresses whole."""
    found = {}
    for number, page in enumerate(pages):
        fed = [entry.content for entry in posts.entries[page.path] if entry.content]
        told = dict.fromkeys((*fed, *(relative(content, '="', home) for content in fed for home in homes)))
        span = next(filter(None, (verbatim(page.body, content) for content in told)), None) if told else None
        if span is not None:
            found[number] = with_toc(page.body, span, sure=True)
    return found


def _by_comparison(cluster: Sequence[Page], posts: Posts) -> Texts | None:
    """The texts around the contents of pages that are alike, by what differs between them."""
    sample = _spread([page for page in cluster if not page.is_large], _COMPARED)
    bodies = [page.body for page in sample]
    known = [Shows(page.meta.get("og:title", ""), page.title, posts.days[page.path]) for page in sample]
    begun = [beginning(posts.entries[page.path]) for page in sample]
    spans = contents(bodies, known, begun) if len(sample) > 1 else [None] * len(sample)
    if len(sample) < FEW:
        spans = [marked(body, span, shows) for body, span, shows in zip(bodies, spans, known, strict=True)]
    placed = [
        (number, bodies[number], with_toc(bodies[number], without_edges(bodies[number], span)))
        for number, span in enumerate(spans)
        if span is not None
    ]
    best: Texts | None = None
    for group in grouped(placed):
        texts = texts_of(group, [(body, span) for number, body, span in placed if number in group.members])
        if best is None or (texts is not None and _lies_within(texts, best, bodies)):
            best = texts
    return next(iter(shorter({best: 0}, cluster, {}))) if best else None


def _lies_within(inner: Texts, outer: Texts, bodies: Sequence[bytes]) -> bool:
    """Whether texts stand closer around the contents, in each page that has the others: then what is between them is alike."""
    both = [(between(body, *inner), between(body, *outer)) for body in bodies]
    pairs = [(found, other) for found, other in both if other is not None]
    return bool(pairs) and all(found and other[0] <= found[0] < found[1] <= other[1] for found, other in pairs)


def _spread(several: Sequence[_One], count: int) -> Sequence[_One]:
    """So many of them, from first to last."""
    step = max(1, len(several) // count)
    return several[::step][:count]
