"""The layout of simple HTML as text: what Inscriptis makes of blocks, lines and inline elements, without its canvas.

Inscriptis writes each character to a canvas of its own. Most articles are paragraphs of text and need none of that. Whatever
has tables, lists, styles or kept blanks in it is left to Inscriptis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display, WhiteSpace

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PROFILE = CSS_PROFILES["strict"]
#: The margins before and behind the elements that are blocks of text alone.
_BLOCKS = {
    tag: (about.margin_before, about.margin_after)
    for tag, about in _PROFILE.items()
    if about.display == Display.block and about.whitespace == WhiteSpace.normal and not about.padding_inline
}
#: Elements that are laid out otherwise, or not at all.
_OTHERS = frozenset({"table", "tr", "td", "th", "ul", "ol", "li", *_PROFILE}) - (_BLOCKS.keys() - {"li"})
#: What a style may set that makes a difference.
_STYLES = ("display", "white", "margin", "padding")
#: No element is nested deeper here, so that recursion ends.
_DEEP = 200


class _NotSimple(Exception):
    """Raised for what Inscriptis has to lay out."""


def simple_layout(element: HtmlElement) -> str | None:
    """What Inscriptis makes of an element with its profile ``strict``; ``None`` if that takes Inscriptis itself."""
    lines = _Lines()
    try:
        _write(element, lines, 0, _DEEP)
        lines.text(element.tail)
    except _NotSimple:
        return None
    lines.end_line()
    return "\n".join(lines.done)


class _Lines:
    """The lines that are done, and the one that is being written."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._line: list[str] = []
        #: Whether a blank would be left out, because the line is empty or ends with one.
        self._collapses = True
        self._margin = 1000

    def text(self, text: str | None) -> None:
        """Write text, in which blanks collapse."""
        if not text:
            return
        if "&" in text:  # Inscriptis resolves references once more
            raise _NotSimple
        words = text.split()
        if words:
            self._line.append(" ".join(words) if self._collapses or not text[0].isspace() else " " + " ".join(words))
            self._collapses = False
        if not self._collapses and text[-1].isspace():
            self._line.append(" ")
            self._collapses = True

    def end_line(self) -> bool:
        """End the line, if it has any text."""
        if not self._line:
            return False
        line = "".join(self._line)
        self.done.append(line[:-1] if self._collapses else line)
        self._line.clear()
        self._collapses, self._margin = True, 0
        return True

    def edge(self, margin: int) -> None:
        """The edge of a block: at least so many empty lines."""
        self.end_line()
        if margin > self._margin:
            self.done.append("\n" * (margin - self._margin - 1))
            self._margin = margin


def _write(element: HtmlElement, lines: _Lines, behind_parent: int, depth: int) -> None:
    """Write an element; ``behind_parent`` is the margin behind the block that it is in."""
    tag, style = element.tag, element.get("style")
    if tag in _OTHERS or not isinstance(tag, str) or not depth or (style and _matters(style)):
        raise _NotSimple
    block, behind = _BLOCKS.get(tag), 0
    if block is not None:
        before, behind = block
        lines.edge(max(before, behind_parent))
    elif tag == "br" and not lines.end_line():
        lines.done.append("")
    lines.text(element.text)
    for child in element:
        _write(child, lines, behind, depth - 1)
        lines.text(child.tail)
    if block is not None:
        lines.edge(behind)


def _matters(style: str) -> bool:
    style = style.lower()
    return any(name in style for name in _STYLES)
