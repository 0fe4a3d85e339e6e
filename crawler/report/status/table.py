"""A table of plain text: fitted to a terminal's width, or in full lines where there is none."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: So much of the column that is cut is to be seen, if other columns can be left out for it; and so much at any rate.
_WANTED, _LEAST = 14, 5
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Column:
    """``right``: numbers. Where a line is too long, columns are left out in the order of ``goes``; 0: it stays, and is cut."""

    name: str
    right: bool = True
    goes: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[str]:
    """The lines of a table, headings first.

    :param width: columns of a terminal that no line is longer than; ``None``: as long as they are.
    """
    kept = list(range(len(columns)))
    gap = 2
    sizes = [max(length(columns[n].name), *(length(row[n]) for row in rows), 0) for n in kept]
    if width is not None:
        leaving = sorted((n for n in kept if columns[n].goes), key=lambda n: columns[n].goes)
        while _total(sizes, kept, gap) > width and gap > 1:
            gap = 1
        last = kept[-1]
        while _total(sizes, kept, gap) - max(0, sizes[last] - _WANTED) > width and leaving:
            kept.remove(leaving.pop(0))
        sizes[last] = max(min(_LEAST, sizes[last]), min(sizes[last], width - _total(sizes, kept[:-1], gap) - gap))
    lines = [_line(columns, [column.name for column in columns], sizes, kept, gap)]
    return lines + [_line(columns, row, sizes, kept, gap) for row in rows]


def length(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two.

    >>> length("abc"), length("公司")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def plain(text: str) -> str:
    """A stranger's text without characters that would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _total(sizes: Sequence[int], kept: Sequence[int], gap: int) -> int:
    return sum(sizes[n] for n in kept) + gap * (len(kept) - 1)


def _line(columns: Sequence[Column], cells: Sequence[str], sizes: Sequence[int], kept: Sequence[int], gap: int) -> str:
    shown = [_cell(cells[n], sizes[n], right=columns[n].right) for n in kept]
    return (" " * gap).join(shown).rstrip()


def _cell(text: str, size: int, *, right: bool) -> str:
    if length(text) > size:
        while length(text) > size - len(_CUT):
            text = text[:-1]
        text += _CUT
    blank = " " * (size - length(text))
    return blank + text if right else text + blank
