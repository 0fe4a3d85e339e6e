"""The elements of rendered content as a tree of exact slices: nothing is serialised anew, so no byte is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.markup.tags import RAW_NAMES, Tag, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID = frozenset(name.decode() for name in b"area base br col embed hr img input link meta source track wbr".split())
#: The name of what is no element: text with whatever stands in it.
TEXT = "#text"
#: No renderer nests deeper; what a stranger nests deeper has no children here.
_DEEPEST = 20


@dataclass(slots=True)
class Node:
    """An element: its first byte, the one behind its start tag, the first of its end tag, and the one behind it."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    def inside(self) -> Iterator[Node]:
        """All elements inside, in their order."""
        left = self.children[::-1]
        while left:
            node = left.pop()
            yield node
            left += node.children[::-1]


def parse(content: bytes) -> Node:
    """The elements of rendered content below one root. End tags that end nothing are no elements; they stay text.

    >>> [(node.name, node.start, node.end) for node in parse(b"<p>a<br />b</p>").children]
    [('p', 0, 15)]
    """
    size = len(content)
    root = Node("", {}, 0, 0, size, size)
    opened, places = [root], dict[str, list[int]]()
    for tag in tags(content):
        if tag.closing:
            depths = places.get(tag.name)
            if depths:
                _end(opened, places, depths[-1], tag)
            continue
        node = Node(tag.name, tag.attributes, tag.start, tag.end)
        if len(opened) <= _DEEPEST:
            opened[-1].children.append(node)
        if tag.name in _VOID or content[tag.end - 2 : tag.end] == b"/>":
            node.close = node.end = tag.end
        elif len(opened) <= _DEEPEST or tag.name in RAW_NAMES:
            places.setdefault(tag.name, []).append(len(opened))
            opened.append(node)
    for node in opened[1:]:
        node.close = node.end = size
    return root


def _end(opened: list[Node], places: dict[str, list[int]], depth: int, tag: Tag) -> None:
    """End the element at a depth, and those that are still open in it."""
    for node in opened[depth + 1 :]:
        node.close = node.end = tag.start
    opened[depth].close, opened[depth].end = tag.start, tag.end
    for node in opened[depth:]:
        places[node.name].pop()
    del opened[depth:]


def segments(content: bytes, node: Node) -> list[Node]:
    """What is inside an element: its elements, and text between them that is more than white space.

    >>> page = b"<div> a <p>b</p></div>"
    >>> [(one.name, one.start, one.end) for one in segments(page, parse(page).children[0])]
    [('#text', 6, 7), ('p', 8, 16)]
    """
    found: list[Node] = []
    start = node.inner
    for child in [*node.children, None]:
        end = child.start if child else node.close
        text = content[start:end]
        if text.strip():
            first = end - len(text.lstrip())
            last = start + len(text.rstrip())
            found.append(Node(TEXT, {}, first, first, last, last))
        if child:
            found.append(child)
            start = child.end
    return found
