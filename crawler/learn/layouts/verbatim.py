"""Where the content that a feed has of a post stands in the post's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.layouts.content import BLANKS, stripped
from crawler.markup.elements import elements
from crawler.reconstruct.end_tags import left_out, without_ends
from crawler.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.layouts.content import Span

#: A shorter text may stand in a page by accident.
_LEAST = 20
#: So many places of one content are told apart.
_MOST = 4
#: Elements whose inside readers do not see.
_UNSEEN = frozenset(("noscript", "template", "textarea", "script", "head"))


def verbatim(page: bytes, content: str) -> Span | None:
    r"""The place of a content in a page: byte for byte, else but for white space, and for end tags that its
    layout leaves out; ``None`` if it is not there.

    Of several such places (a copy for readers without scripts, say, or in a text that counts words) it is the one that readers
    see, else the one that fills an element which is marked as the content; ``None`` if that does not tell them apart.

    >>> verbatim(b"<div><p>One two three.</p> <p>Four.</p></div>", "\n<p>One two\nthree.</p>\n\n<p>Four.</p>")
    (5, 39)
    >>> verbatim(b"<body><ul><li>a page without ends<li>b</ul>", "<ul><li>a page without ends</li><li>b</li></ul>")
    (6, 43)
    """
    kind = left_out(page)
    content = without_ends(content, kind) if kind else content
    told = content.strip().encode("utf-8", "replace")
    if len(told) < _LEAST:
        return None
    first = page.find(told)
    if first >= 0:
        return _one_of(page, _places(page, told, first))
    return _but_for_blanks(page, told)


def _places(page: bytes, told: bytes, first: int) -> list[Span]:
    """The places of a text, from its first byte on, that do not overlap: the first few."""
    places: list[Span] = []
    while first >= 0 and len(places) <= _MOST:
        places.append((first, first + len(told)))
        first = page.find(told, places[-1][1])
    return places


def _one_of(page: bytes, places: Sequence[Span]) -> Span | None:
    """The one of several places of a content in a page that is meant."""
    if len(places) > _MOST:
        return None
    if len(places) > 1:
        unseen = elements(page, lambda tag: tag.name in _UNSEEN)
        places = [one for one in places if not any(other.start <= one[0] < other.end for other in unseen)]
    if len(places) > 1:
        marked = [stripped(page, one.inner_start, one.inner_end) for text in Site.content for one in elements(page, text)]
        places = [one for one in places if one in marked]
    return places[0] if len(places) == 1 else None


def _but_for_blanks(page: bytes, told: bytes) -> Span | None:
    """The place in a page that was made smaller, which a feed often is not."""
    bare, wanted = page.translate(None, BLANKS), told.translate(None, BLANKS)
    first = bare.find(wanted)
    if first < 0 or not wanted or bare.find(wanted, first + 1) >= 0:
        return None
    start = _nth(page, first)
    return start, _nth(page, first + len(wanted) - 1) + 1


def _nth(page: bytes, number: int) -> int:
    """Where the byte stands that is the ``number``-th of those that are no white space, counted from 0."""
    low, passed, step = 0, 0, 4096
    while True:
        count = len(page[low : low + step].translate(None, BLANKS))
        if passed + count > number:
            break
        passed += count
        low += step
    for place in range(low, low + step):
        if page[place : place + 1] not in (b" ", b"\t", b"\n", b"\r", b"\f", b"\v"):
            if passed == number:
                return place
            passed += 1
    raise AssertionError("there are fewer bytes than that")
