"""Where the line of a layout ends that says who wrote a post, and when: its element says what it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.anchors import named
from crawler.markup.elements import VOID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.layouts.tokens import Token

#: What classes and the like of such elements have in them.
_SAYS = re.compile(
    rb"<[a-z][^>]*?\s(?:class|id|rel|itemprop)\s*+=[^>]*?"
    rb"(?:\b|[_-])(?:by-?line|authors?|vcard|(?:post|entry|article|page)?[_-]?(?:meta|metadata|info|date|time|timestamp)|published|posted)(?![a-z])",
    re.IGNORECASE,
)
#: Such an element begins at most so many tokens before what differs, and ends at most so many behind it, with so much text.
_BEFORE, _BEHIND, _LONGEST = 20, 40, 300
_BLOCKS = frozenset(b"article blockquote figure form h1 h2 h3 h4 h5 h6 img main ol pre section table ul".split())
_VOID = frozenset(name.encode() for name in VOID)


def behind_byline(found: Sequence[Token], low: int, high: int) -> int | None:
    """The token behind the outermost byline that is open at ``low``; ``None`` if none is, or if it has more than a line in it.

    :param high: the number of the first token behind what may be looked at.
    """
    opened: list[int] = []
    for number in range(max(0, low - _BEFORE), low):
        name, closing = named(found[number])
        if closing and opened:
            opened.pop()
        elif name and not closing and name not in _VOID:
            opened.append(number)
    for place, number in enumerate(opened):
        if _SAYS.match(found[number].text[:_LONGEST]):
            return _behind(found, low, min(high, low + _BEHIND), len(opened) - place)
    return None


def _behind(found: Sequence[Token], low: int, high: int, depth: int) -> int | None:
    """The token behind so many end tags that nothing from ``low`` on has begun."""
    size = 0
    for number in range(low, high):
        name, closing = named(found[number])
        size += 0 if found[number].is_tag else len(found[number].text)
        if (name in _BLOCKS and not closing) or size > _LONGEST:
            return None
        if name and name not in _VOID:
            depth += -1 if closing else 1
        if not depth:
            return number + 1
    return None
