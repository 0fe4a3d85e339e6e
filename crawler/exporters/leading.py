"""Rows that show what a column is stand before the others.

DuckDB takes the first 20,480 rows of a CSV file or of JSON lines, polars the first hundred, for all that can ever come: where
IDs are digits, or no row names an author, for as long as that, both fail at the first that is different, and pandas makes
numbers of a part of a column. So the first row that shows a column for what it is, text or a list of something, goes to the
front; all others follow in their order. A column of which no row shows it (all IDs are digits) no order of rows can save.
"""

from __future__ import annotations

import heapq
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

#: Something that stands in no number, date or time.
_LETTER = re.compile(r"(?![TZEe])[^\W\d_]")
#: What has letters and is taken for a number, a truth, nothing or a UUID by one reader or another.
_NO_TEXT = re.compile(
    r"[+-]?(?:nan|inf|infinity)|-?1\.#(?:ind|qnan)|#?n/?a|#n/a n/a|<na>|nil|null|none|true|false|t|f|y|n|yes|no|on|off"
    r"|0x[\da-f]+|[\d.]+[a-z]|\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?",
    re.IGNORECASE,
)
#: Characters of a cell that are looked at.
_LOOK = 200


def is_plain_text(value: str) -> bool:
    """Whether no reader takes it for anything but text.

    >>> [is_plain_text(value) for value in ("NW202203012292084539", "202112082206935918", "2022-03-01T08:00:00Z", "NA", "公司")]
    [True, False, False, False, True]
    """
    look = value.strip()[:_LOOK]
    return _LETTER.search(look) is not None and _NO_TEXT.fullmatch(look) is None


def shows(value: object) -> bool:
    """Whether a value tells that its column is text, or a list of what."""
    if isinstance(value, str):
        return is_plain_text(value)
    if isinstance(value, list):
        return any(all(item.values()) if isinstance(item, dict) else shows(item) for item in value)
    return False


class Leaders:
    """Finds the rows that go to the front: each is the first to show one of these columns for what it is."""

    def __init__(self, columns: Iterable[str]) -> None:
        self.open = set(columns)

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether this row is one of them."""
        found = {name for name in self.open if shows(row.get(name))}
        self.open -= found
        return bool(found)


#: A row, and its line or lines as they are written.
Written = tuple[Mapping[str, Any], bytes]


def write(rows: Iterable[Written], out: BinaryIO, columns: Iterable[str], folder: Path) -> int:
    """Write rows, those that lead first; gives their number.

    The others wait in a file without a name in ``folder`` until every column is shown for what it is.
    """
    leaders, number = Leaders(columns), 0
    found = iter(rows)
    with tempfile.TemporaryFile(dir=folder if os.access(folder, os.W_OK) else None) as waiting:
        for row, line in found:
            number += 1
            (out if leaders.takes(row) else waiting).write(line)
            if not leaders.open:
                break
        waiting.seek(0)
        shutil.copyfileobj(waiting, out)
    for _, line in found:
        out.write(line)
        number += 1
    return number


def in_index_order(rows: Iterable[Written], columns: Iterable[str]) -> Iterator[Written]:
    """Rows as they were before some went to the front: by ``first_seen``, then ``id``, as an index is ordered."""
    leaders, first, found = Leaders(columns), list[Written](), iter(rows)
    for one in found:
        if not leaders.takes(one[0]):
            found = chain([one], found)
            break
        first.append(one)
    return heapq.merge(first, found, key=lambda one: (one[0]["first_seen"], one[0]["id"]))
