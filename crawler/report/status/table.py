"""A table of plain text, fitted to a terminal's width, or with lines of any length where there is no terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.report.display import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The width that the column to be cut keeps while other columns can be left out, and the width that it keeps at least.
_WANTED, _LEAST = 14, 5
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Column:
    """``right``: aligned to the right, for numbers. Where lines are too long, columns are left out in the order of ``leaves``,
    and the last one is cut; with 0, a column is never left out.
    """

    name: str
    right: bool = True
    leaves: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[str]:
    """The lines of a table, headings first.

    :param width: the largest length of a line; ``None`` for no limit.
    """
    kept = list(range(len(columns)))
    gap = 2
    sizes = [max(columns_of(columns[n].name), *(columns_of(row[n]) for row in rows), 0) for n in kept]
    if width is not None:
        leaving = sorted((n for n in kept if columns[n].leaves), key=lambda n: columns[n].leaves)
        while _total(sizes, kept, gap) > width and gap > 1:
            gap = 1
        last = kept[-1]
        while _total(sizes, kept, gap) - max(0, sizes[last] - _WANTED) > width and leaving:
            kept.remove(leaving.pop(0))
        sizes[last] = max(min(_LEAST, sizes[last]), min(sizes[last], width - _total(sizes, kept[:-1], gap) - gap))
    lines = [_line(columns, [column.name for column in columns], sizes, kept, gap)]
    return lines + [_line(columns, row, sizes, kept, gap) for row in rows]


def _total(sizes: Sequence[int], kept: Sequence[int], gap: int) -> int:
    return sum(sizes[n] for n in kept) + gap * (len(kept) - 1)


def _line(columns: Sequence[Column], cells: Sequence[str], sizes: Sequence[int], kept: Sequence[int], gap: int) -> str:
    shown = [_cell(cells[n], sizes[n], right=columns[n].right) for n in kept]
    return (" " * gap).join(shown).rstrip()


def _cell(text: str, size: int, *, right: bool) -> str:
    if columns_of(text) > size:
        while columns_of(text) > size - len(_CUT):
            text = text[:-1]
        text += _CUT
    blank = " " * (size - columns_of(text))
    return blank + text if right else text + blank
