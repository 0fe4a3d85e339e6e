"""The footnotes at the end of a content -> their definitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Draft, Part, Piece
from crawler.reconstruct.nodes import segments

if TYPE_CHECKING:
    from crawler.reconstruct.context import Context
    from crawler.reconstruct.elements.lists import Inside
    from crawler.reconstruct.nodes import Node

_BACK = re.compile(rb"(?:\xc2\xa0|&nbsp;|&#160;| )?<a href=\"#fnref:[^>]*>(?:[^<]|<sup>\d+</sup>)*</a>")


def footnotes(blocks: Inside, node: Node) -> Draft | None:
    """The definitions of footnotes; what leads back from them is left out."""
    items = [child for child in node.children for child in child.children if child.name == "li"]
    if node.attributes.get("class") != "footnotes" or not items:
        return None
    parts: list[Part] = []
    for item in items:
        name = item.attributes.get("id", "").removeprefix("fn:").removeprefix(blocks.context.footnote_prefix)
        if not name:
            return None
        _without_way_back(blocks.context, item)
        inner = blocks.inside(segments(blocks.context.content, item), 0)
        parts += [Piece(("\n\n",), item.start)] if parts else []
        opened = (f"[^{name}]: ", f"[^{name}]:\n    ")
        parts.append(Draft([Piece.of(item.start, *opened), Draft(inner, "", "    ")]))
    return Draft(parts)


def _without_way_back(context: Context, item: Node) -> None:
    """Take the links that lead back out of an item; one alone in a paragraph takes the paragraph with it."""
    last = item.children[-1] if item.children else None
    if last is None or last.name != "p":
        return
    found = list(_BACK.finditer(context.content, last.inner, last.close))
    if not found:
        return
    last.children = [child for child in last.children if child.start < found[0].start()]
    last.close = found[0].start()
    if last.inner == last.close:
        item.children.pop()
        item.close = last.start
