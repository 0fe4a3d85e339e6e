"""Elements of a page with their exact byte offsets: a post's bytes are cut out by these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.selector import Selector, selector
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.markup.tags import Tag

#: Elements without an inside and without an end tag.
_VOID = frozenset(
    name.decode()
    for name in b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
#: Of other elements the slash of ``<name/>`` says nothing.
_EMPTY_BY_SLASH = frozenset(("svg", "math"))


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its first byte, those of its inside, and the one behind it; ``body[start:inner_start]`` is its start tag."""

    name: str
    attributes: dict[str, str]
    start: int
    inner_start: int
    inner_end: int
    end: int


def elements(body: bytes, wanted: str | Callable[[Tag], bool]) -> list[Element]:
    """The elements whose start tag is wanted, in their order: by a selector (:mod:`crawler.markup.selector`) or a function.

    An element ends at the end tag of its name that closes as many of that name as were opened since. One that is
    never closed goes on to the end of the page: ``<li>`` and ``<p>`` without end tags are not told from each other.

    :raises ValueError: if the selector says something that is not known.

    >>> page = b'<main><div class="post e-content"><div>a</div>b</div></main>'
    >>> [page[one.inner_start : one.inner_end] for one in elements(page, ".e-content")]
    [b'<div>a</div>b']
    """
    chosen = selector(wanted) if isinstance(wanted, str) else wanted
    if not isinstance(chosen, Selector):
        return _found(body, chosen, None)
    found = _selected(body, chosen)
    return list(_inside(found, _selected(body, chosen.within))) if chosen.within else found


def _selected(body: bytes, chosen: Selector) -> list[Element]:
    return _found(body, chosen, (chosen.name.encode(),) if chosen.name else None)


def _found(body: bytes, wanted: Callable[[Tag], bool], names: tuple[bytes, ...] | None) -> list[Element]:
    starts: list[Tag] = []
    ends: list[tuple[int, int]] = []
    #: Of each name the open elements; of a wanted one its number.
    still_open: dict[str, list[int | None]] = {}
    for tag in tags(body, names):
        if tag.closing:
            opened = still_open.get(tag.name)
            number = opened.pop() if opened else None
            if number is not None:
                ends[number] = tag.start, tag.end
            continue
        number = None
        empty = tag.name in _VOID or (tag.name in _EMPTY_BY_SLASH and body[tag.end - 2 : tag.end - 1] == b"/")
        if wanted(tag):
            number = len(starts)
            starts.append(tag)
            ends.append((tag.end, tag.end) if empty else (len(body), len(body)))
        if not empty:
            still_open.setdefault(tag.name, []).append(number)
    return [Element(tag.name, tag.attributes, tag.start, tag.end, *extent) for tag, extent in zip(starts, ends, strict=True)]


def _inside(found: list[Element], around: list[Element]) -> Iterator[Element]:
    """Those that stand inside one of the others."""
    reach, number = 0, 0
    for element in found:
        while number < len(around) and around[number].inner_start <= element.start:
            reach = max(reach, around[number].inner_end)
            number += 1
        if element.start < reach:
            yield element
