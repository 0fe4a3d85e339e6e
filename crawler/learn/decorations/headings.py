"""Anchors in headings: links to the heading's own id, before, behind or around its text, the same in all headings."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HEADING = re.compile(r'(<h([1-6])(?>(?:\s[^<>]*?)?\sid="))([^"<>]++)("[^<>]*+>)((?:(?!</?h[1-6][\s>])[\s\S]){1,3000}?)</h\2>')
#: A tag; or blanks at an end, or beside a tag.
_PARTS = re.compile(r"(<[^<>]*>|^\s++|(?<=>)\s++|(?<!\s)\s++(?=<|$))")
_NAME = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_VOID = frozenset(("br", "hr", "img", "input", "wbr"))
#: Elements that layouts put around the text of a heading, if they have attributes.
_AROUND = frozenset(("a", "span", "div"))
#: So many tags and blanks are looked at, at either end of a heading.
_NEAR, _PARTS_AT_MOST = 12, 60
#: So many of the headings with an anchor that is most common have the whole of it, out of a hundred.
_MOST = 90
_LOOKED_AT = 2000
#: So many start tags of one kind of places are told apart.
MOST_KINDS = 50
Around = tuple[str, str]


def heading_anchors(contents: Iterable[str]) -> dict[str, str]:
    """What layouts show of headings, by what Jekyll renders; for each start tag that such headings have."""
    found = [one for content in contents for one in _HEADING.finditer(content)]
    votes: Counter[Around] = Counter()
    splits: list[tuple[str, set[Around]]] = []
    for one in found[:: max(1, len(found) // _LOOKED_AT)]:
        inner = one[5].replace(f'="#{one[3]}"', '="#{1}"').replace(f'="{one[3]}"', '="{1}"')
        ways = set(_ways(inner)) if '="#{1}"' in inner else set()
        votes.update(ways)
        splits.append((f"{one[1]}{{1}}{one[4]}", ways))
    if not votes:
        return {}
    most = max(votes.values())
    best = max((way for way, count in votes.items() if count * 100 >= _MOST * most), key=lambda way: (len("".join(way)), way))
    starts = Counter(start for start, ways in splits if best in ways).most_common(MOST_KINDS)
    return {f"{start}{{2}}</h{start[2]}>": f"{start}{best[0]}{{2}}{best[1]}</h{start[2]}>" for start, _ in starts}


def _ways(inner: str) -> Iterator[Around]:
    """What may be the layout's of the inside of a heading: what stands before its text, and behind it."""
    parts = [part for part in _PARTS.split(inner) if part]
    if len(parts) > _PARTS_AT_MOST:
        return
    for first in range(min(len(parts), _NEAR) + 1):
        for last in range(max(first, len(parts) - _NEAR), len(parts) + 1):
            before, text, behind = parts[:first], parts[first:last], parts[last:]
            around = "".join((*before, *behind))
            if '="#{1}"' in around and "".join(text).strip() and not _opened(text) and _is_layouts(before, behind):
                yield "".join(before), "".join(behind)


def _is_layouts(before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether these are whole elements, or around the text ones that layouts put there; with no text but that of links."""
    opened = _opened([*before, *behind])
    around = _opened(before)
    if opened or around is None or any(name not in _AROUND for name in around):
        return False
    tags = [part for part in before if part.startswith("<")]
    if around and not any(" class=" in tag or " id=" in tag for tag in tags):
        return False
    return not _has_text(before) and not _has_text(behind)


def _has_text(parts: Sequence[str]) -> bool:
    """Whether there is a text in none of the links that begin here."""
    depth = 0
    for part in parts:
        name = _NAME.match(part)
        if name is None:
            if part.strip() and depth <= 0:
                return True
        elif name[2] == "a":
            depth += -1 if name[1] else 1
    return False


def _opened(parts: Sequence[str]) -> list[str] | None:
    """The elements that are left open by some tags; ``None`` if one is closed that none of them opens."""
    opened: list[str] = []
    for part in parts:
        name = _NAME.match(part)
        if name is None or name[2] in _VOID or part.endswith("/>"):
            continue
        if not name[1]:
            opened.append(name[2])
        elif not opened or opened.pop() != name[2]:
            return None
    return opened
