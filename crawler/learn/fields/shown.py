"""What the elements of a page show, as those who make posts of pages read it; and the selectors that may find an element."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.elements import elements
from crawler.markup.selector import selector
from crawler.markup.shown import MEANT, names_in, shown_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.learn.layouts.content import Span
    from crawler.markup.elements import Element

#: What shows a title, a time or a name is no longer, in bytes.
_LONGEST = 600
_WORD = re.compile(r"[A-Za-z][\w-]*")
#: Classes of frameworks that say how something looks, and nothing of what it is.
_LOOKS = re.compile(r"(?:col|row|text|d|p|m|py|px|my|mx|mt|mb|ml|mr|pt|pb|fa|fas|far|fab|small|btn|float|w|h)(?:-.*)?")
_NAMES = frozenset(("h1", "h2", "title", "time"))
#: Headings that may be meant by what is around them, and so many elements around each.
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_AROUND = 3


def value(body: bytes, element: Element) -> str:
    """The text that an element shows, in one line; what it says for programs where it does."""
    is_said = any(element.attributes.get(name) for name in MEANT)
    if not is_said and element.inner_end - element.inner_start > _LONGEST:
        return ""
    try:
        return shown_by(body, element)[0]
    except UnicodeDecodeError:
        return ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a selector finds in a page: what the first element shows, and all names, outside of the content and in it."""

    first: str
    outside: tuple[str, ...]
    inside: tuple[str, ...]


def seen(body: bytes, text: str, content: Span) -> Seen:
    """What a selector finds in a page."""
    shown = [(content[0] <= one.start < content[1], value(body, one), one) for one in elements(body, text)]
    names = [
        list(dict.fromkeys(name for within, said, one in shown if within == side for name in names_in(body, one, said)))
        for side in (False, True)
    ]
    return Seen(shown[0][1] if shown else "", tuple(names[0]), tuple(names[1]))


def shown_outside(body: bytes, content: Span) -> Iterator[tuple[Element, str]]:
    """The elements of a page that show something short, none of its content's."""
    for element in elements(body, lambda tag: not content[0] <= tag.start < content[1]):
        if element.inner_start <= content[0] < element.inner_end:
            continue
        text = value(body, element)
        if text:
            yield element, text


def selectors(element: Element) -> Iterator[str]:
    """The selectors that may be meant for an element, the plainest first."""
    attributes = element.attributes
    for name in ("property", "name"):
        if element.name == "meta" and _is_plain(attributes.get(name, "")):
            yield f'meta[{name}="{attributes[name]}"]'
    if element.name == "meta":
        return
    for word in attributes.get("itemprop", "").split():
        if _is_plain(word):
            yield f"{element.name}[itemprop~={word}]"
    for word in attributes.get("class", "").split():
        if _WORD.fullmatch(word) and not _LOOKS.fullmatch(word):
            yield f"{element.name}.{word}"
    if _WORD.fullmatch(attributes.get("id", "")):
        yield f"{element.name}#{attributes['id']}"
    if element.name in _NAMES:
        yield element.name


def selectors_within(body: bytes, wanted: Iterable[Element]) -> Iterator[str]:
    """The selectors for headings without a class or id by the elements that they stand in, the nearest first."""
    headings = [one for one in wanted if one.name in _HEADINGS and not any(map(one.attributes.get, ("class", "id")))]
    last = max((one.start for one in headings), default=0)
    before = elements(body, lambda tag: tag.start < last) if headings else []
    for heading in headings:
        around = [one for one in before if one.start < heading.start and heading.end <= one.end]
        named = [[text for text in selectors(one) if " " not in text and text not in _NAMES] for one in reversed(around)]
        yield from (f"{text} {heading.name}" for texts in list(filter(None, named))[:_AROUND] for text in texts)


def _is_plain(word: str) -> bool:
    """Whether a word can stand in a selector between quotes."""
    if not word or '"' in word:
        return False
    try:
        selector(f'[a="{word}"]')
    except ValueError:
        return False
    return True
