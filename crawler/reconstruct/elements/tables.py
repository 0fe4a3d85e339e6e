"""Tables -> drafts of Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Draft, Part, Piece
from crawler.reconstruct.elements.inline import Inline

if TYPE_CHECKING:
    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

_RULES = {"text-align: left": ":---", "text-align: right": "---:", "text-align: center": ":---:"}
#: What kramdown makes of a cell with nothing in it.
_EMPTY = ("\N{NO-BREAK SPACE}", "&nbsp;", "&#160;")


def table(context: Context, node: Node) -> Draft | None:
    """A table whose rows have nothing that Markdown cannot say."""
    groups = node.children
    if not groups or any(group.name not in ("thead", "tbody", "tfoot") for group in groups):
        return None
    lines: list[list[Part]] = []
    bodies, gap = 0, " " * context.habits.table_rule_gap
    for group in groups:
        bodies += group.name == "tbody"
        if group.name == "tfoot" or (group.name == "tbody" and bodies > 1):
            lines.append([Piece(("|===" if group.name == "tfoot" else "|---",), group.start)])
        rows = [row for row in group.children if row.name == "tr"]
        for row in rows:
            line = _row(context, row)
            if line is None:
                return None
            lines.append(line)
        if group.name == "thead" and rows:
            rules = f"{gap}|{gap}".join(_RULES.get(cell.attributes.get("style", ""), "---") for cell in rows[-1].children)
            lines.append([Piece((f"|{gap}{rules}{gap}|",), group.close)])
    parts: list[Part] = []
    for line in lines:
        parts += [Piece(("\n",), node.close), *line] if parts else line
    return Draft(parts)


def _row(context: Context, row: Node) -> list[Part] | None:
    cells = [cell for cell in row.children if cell.name in ("td", "th")]
    if not cells or any(set(cell.attributes) - {"style"} for cell in cells):
        return None
    line: list[Part] = []
    gap = " " * context.habits.table_gap
    for cell in cells:
        line.append(Piece((f"|{gap}" if cell is cells[0] else f"{gap}|{gap}",), cell.start))
        inside = context.slice(cell.inner, cell.close)
        if inside in _EMPTY:
            line.append(Piece.of(cell.inner, "", inside))
        else:
            line += Inline(context, cell, in_table=True).inside(cell)
    return [*line, Piece((f"{gap}|",), row.close)]
