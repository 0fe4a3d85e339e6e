"""Lists and lists of definitions -> drafts of Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from crawler.reconstruct.draft import Choice, Draft, Part, Piece
from crawler.reconstruct.elements.inline import Inline
from crawler.reconstruct.elements.markup import attribute_list
from crawler.reconstruct.elements.mathematics import mathematics
from crawler.reconstruct.nodes import segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

_BLOCKS = frozenset(
    name.decode()
    for name in b"address article aside blockquote details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5"
    b" h6 header hr iframe main nav ol p pre section table ul video".split()
)
#: Items that begin with one of these have a blank line between them.
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "div"))
_LONGEST_INDENT = 200
#: A list further from the text above it is code.
_FARTHEST = 3
_COLUMN = 4
_BLANKS = " \t\n"
#: Kramdown begins a line for what it took for a block.
_NEW_LINE = re.compile(r"\s*\n\s*")
_TASK = re.compile(r'<input type="checkbox" class="task-list-item-checkbox" disabled="disabled" (checked="checked" )?/>')


class Inside(Protocol):
    """What makes drafts of the blocks inside an item."""

    context: Context

    def inside(self, nodes: Sequence[Node], indent: int) -> list[Part]:
        """The blocks and what stands between them."""


class Lists:
    """Makes drafts of lists."""

    def __init__(self, blocks: Inside) -> None:
        self._blocks = blocks
        self._context = blocks.context
        #: By the first byte of what stands in an item: how wide the item's mark is.
        self._outer: dict[int, int] = {}

    def items(self, node: Node) -> Draft | None:
        """A list with bullets or numbers."""
        children = node.children
        if not children or any(child.name != "li" for child in children):
            return None
        habits = self._context.habits
        # a rule nearer to the margin than a column of code would end the list
        column = _COLUMN if any(child.name == "hr" for item in children for child in item.children) else 0
        bullets = (habits.bullet, *(mark for mark in "*-+" if mark != habits.bullet))
        choice = Choice(len(bullets))
        lead = " " * (habits.number_lead if node.name == "ol" else habits.list_lead)
        if self._indent_of(node) > 0:
            lead = " " * min(_FARTHEST, max(0, habits.list_nest - self._outer.get(node.start, habits.list_nest)))
        parts: list[Part] = []
        for number, item in enumerate(children, 1):
            if node.name == "ol":
                marks: tuple[str, ...] = (f"{number}.{' ' * habits.number_gap}".ljust(column),)
            else:
                marks = tuple(f"{bullet}{' ' * habits.list_gap}".ljust(column) for bullet in bullets)
            mark = Piece(marks, item.start, choice if len(marks) > 1 else Choice(1))
            self._outer.update((child.start, len(marks[0])) for child in item.children)
            inner = self._item(item, self._indent_of(node) + 4, node)
            if inner is None:
                return None
            parts.append(Draft([mark, Draft(inner, "", " " * len(marks[0]))], lead, lead))
            if number < len(children):
                parts.append(Piece.of(item.end, *(("\n\n", "\n") if self._is_loose(item) else ("\n", "\n\n"))))
        return Draft(parts)

    def terms(self, node: Node) -> Draft | None:
        """A list of definitions."""
        parts: list[Part] = []
        for child in node.children:
            if child.name not in ("dt", "dd") or child.attributes:
                return None
            loose = self._is_loose(child)
            if parts:
                after_definition = child.name == "dt"
                parts.append(Piece.of(child.start, *(("\n\n", "\n") if after_definition or loose else ("\n", "\n\n"))))
            if child.name == "dt":
                parts += Inline(self._context, child).inside(child)
            else:
                inner = self._item(child, self._indent_of(node) + 4, node)
                if inner is None:
                    return None
                parts.append(Draft([Piece((": ",), child.start), Draft(inner, "", "  ")]))
        return Draft(parts) if parts else None

    def _item(self, item: Node, indent: int, node: Node) -> list[Part] | None:
        """What is inside an item, behind its mark."""
        attributes = dict(item.attributes)
        head: list[Part] = []
        start = item.inner
        if attributes.get("class") == "task-list-item" and node.attributes.get("class") == "task-list":
            attributes.pop("class")
            outer = item.children[0] if self._is_loose(item) else item
            box = _TASK.match(self._context.slice(outer.inner, outer.close))
            if box:  # kramdown takes every item behind the first with a box for one
                head.append(Piece(("[x] " if box[1] else "[ ] ",), item.inner))
                behind = replace(outer, inner=outer.inner + len(box[0]), children=outer.children[1:])
                item = behind if outer is item else replace(item, children=[behind, *item.children[1:]])
                start = item.inner
        if attributes:
            head.append(Piece((f"{attribute_list(attributes).replace('{: ', '{:')} ",), item.inner))
        children = [child for child in item.children if child.start >= start]
        first = next((number for number, child in enumerate(children) if child.name in _BLOCKS), len(children))
        if children and _NEW_LINE.fullmatch(self._context.slice(start, children[0].start)):
            first = 0
        begin = children[first].start if first < len(children) else item.close
        text = self._context.slice(start, begin)
        if not text.strip(_BLANKS):
            return head + self._blocks.inside(self._rest(item, begin), indent)
        end = start + len(text.rstrip(_BLANKS).encode("utf-8", "surrogateescape"))
        formula = mathematics(text.strip(_BLANKS)) if text.startswith("\n") else None
        if formula is not None:
            head.append(Piece.of(start, f"$${formula}$$", f"$$\n{formula}\n$$"))
        else:
            head += Inline(self._context, item).between(children[:first], start, end)
        rest = self._rest(item, begin)
        if rest:
            between = text[len(text.rstrip(_BLANKS)) :]
            head.append(Piece.of(begin, *(("\n\n", "\n") if between.count("\n") > 1 else ("\n", "\n\n"))))
            head += self._blocks.inside(rest, indent)
        return head

    def _rest(self, item: Node, begin: int) -> list[Node]:
        return [one for one in segments(self._context.content, item) if one.start >= begin]

    def _is_loose(self, item: Node) -> bool:
        first = item.children[0] if item.children else None
        return first is not None and first.name in _APART and not self._context.slice(item.inner, first.start).strip(_BLANKS)

    def _indent_of(self, node: Node) -> int:
        line = self._context.content.rfind(b"\n", max(0, node.start - _LONGEST_INDENT), node.start) + 1
        lead = self._context.content[line : node.start]
        return len(lead) if not lead.strip() else 4
