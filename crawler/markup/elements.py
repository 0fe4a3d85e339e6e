"""Elements of a page with their exact byte offsets: a post's bytes are cut out by these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.markup.selector import Selector, selector
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.markup.tags import Tag

#: Elements without an inside and without an end tag.
VOID = frozenset(
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


def elements(body: bytes, wanted: str | Selector | Callable[[Tag], bool]) -> list[Element]:
    """The elements whose start tag is wanted, in their order: by a selector (:mod:`crawler.markup.selector`) or a function.

    An element ends at the end tag of its name that closes as many of that name as were opened since. One that is
    never closed goes on to the end of the page: ``<li>`` and ``<p>`` without end tags are not told from each other.

    :raises ValueError: if the selector says something that is not known.

    >>> page = b'<main><div class="post e-content"><div>a</div>b</div></main>'
    >>> [page[one.inner_start : one.inner_end] for one in elements(page, ".e-content")]
    [b'<div>a</div>b']
    """
    page = _page(body)
    chosen = selector(wanted) if isinstance(wanted, str) else wanted
    if not isinstance(chosen, Selector):
        return [page.element(number) for number, tag in enumerate(page.starts) if chosen(tag)]
    found = page.selected(chosen)
    return list(_inside(found, page.selected(chosen.within))) if chosen.within else found


def first_element(body: bytes, wanted: str) -> Element | None:
    """The first of :func:`elements`, for which the page is read up to its end and no further; ``None`` if there is none.

    >>> page = b"<i>a</i><main><p><i>b<i>c</i></i></main><i>d"
    >>> [page[one.inner_start : one.inner_end] for text in ("main i", "p", "i") if (one := first_element(page, text))]
    [b'b<i>c</i>', b'<i>b<i>c</i></i></main><i>d', b'a']
    """
    chosen = selector(wanted)
    found: Tag | None = None
    #: Of each name, whether the open elements are such as the wanted one stands in.
    still_open: dict[str, list[bool]] = {}
    level = around = 0
    for tag in tags(body):
        opened = still_open.setdefault(tag.name, [])
        if tag.closing:
            around -= opened.pop() if opened else 0
            if found and found.name == tag.name and len(opened) == level:
                return Element(found.name, found.attributes, found.start, found.end, tag.start, tag.end)
            continue
        is_empty = _is_empty(tag)
        if found is None and (not chosen.within or around) and _is(chosen, tag):
            if is_empty:
                return Element(tag.name, tag.attributes, tag.start, tag.end, tag.end, tag.end)
            found, level = tag, len(opened)
        if not is_empty:
            opened.append(found is None and chosen.within is not None and _is(chosen.within, tag))
            around += opened[-1]
    return Element(found.name, found.attributes, found.start, found.end, len(body), len(body)) if found else None


def _is(chosen: Selector, tag: Tag) -> bool:
    """Whether an element with this start tag is one, wherever it stands."""
    if chosen.name:
        return tag.name == chosen.name and (not chosen.parts or chosen.accepts(tag.attributes))
    return _has_attributes(tag) and chosen.accepts(tag.attributes)


def _has_attributes(tag: Tag) -> bool:
    return tag.end - tag.start > len(tag.name) + 2


def _is_empty(tag: Tag) -> bool:
    return tag.name in VOID or (tag.name in _EMPTY_BY_SLASH and tag.body[tag.end - 2 : tag.end - 1] == b"/")


@lru_cache(maxsize=1)
def _page(body: bytes) -> _Page:
    """All elements of a page; a reader asks for several kinds of them, one after the other."""
    return _Page(body)


class _Page:
    """The start tags of a page with the extent of each element, all found in one pass; attributes when they are asked for."""

    def __init__(self, body: bytes) -> None:
        self.starts: list[Tag] = []
        self._ends: list[tuple[int, int]] = []
        self._named: dict[str, list[int]] = {}
        self._with_attributes: list[int] = []
        self._attributes: dict[int, dict[str, str]] = {}
        still_open: dict[str, list[int]] = {}
        for tag in tags(body):
            if tag.closing:
                opened = still_open.get(tag.name)
                if opened:
                    self._ends[opened.pop()] = tag.start, tag.end
                continue
            number = len(self.starts)
            self.starts.append(tag)
            self._named.setdefault(tag.name, []).append(number)
            if _has_attributes(tag):
                self._with_attributes.append(number)
            is_empty = _is_empty(tag)
            self._ends.append((tag.end, tag.end) if is_empty else (len(body), len(body)))
            if not is_empty:
                still_open.setdefault(tag.name, []).append(number)

    def selected(self, chosen: Selector) -> list[Element]:
        """The elements that a selector wants, wherever they stand."""
        numbers = self._named.get(chosen.name, ()) if chosen.name else self._with_attributes
        return [self.element(one) for one in numbers if not chosen.parts or chosen.accepts(self._attributes_of(one))]

    def element(self, number: int) -> Element:
        """The element with this number."""
        tag = self.starts[number]
        return Element(tag.name, self._attributes_of(number), tag.start, tag.end, *self._ends[number])

    def _attributes_of(self, number: int) -> dict[str, str]:
        if number not in self._attributes:
            self._attributes[number] = self.starts[number].attributes
        return self._attributes[number]


def _inside(found: list[Element], around: list[Element]) -> Iterator[Element]:
    """Those that stand inside one of the others."""
    reach, number = 0, 0
    for element in found:
        while number < len(around) and around[number].inner_start <= element.start:
            reach = max(reach, around[number].inner_end)
            number += 1
        if element.start < reach:
            yield element
