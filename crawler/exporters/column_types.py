"""Orders rows so that readers who infer the types of columns infer them right.

DuckDB infers types from the first 20,480 rows of a CSV file or of JSON lines, polars from the first hundred. If all IDs there
are digits, or no row has an author, both fail at the first row that is different, and pandas takes some IDs for numbers.
So the first row whose value shows the type of a column, text or a list of something, is written first; the others follow in
their order. If no row shows the type (all IDs are digits), no order of rows helps.
"""

from __future__ import annotations

import heapq
import os
import re
import shutil
import tempfile
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: A letter that is in no number, date or time.
_LETTER = re.compile(r"(?![TZEe])[^\W\d_]")
#: Words with letters that some reader takes for a number, a truth value, null or a UUID.
_NO_TEXT = re.compile(
    r"[+-]?(?:nan|inf|infinity)|-?1\.#(?:ind|qnan)|#?n/?a|#n/a n/a|<na>|nil|null|none|true|false|t|f|y|n|yes|no|on|off"
    r"|0x[\da-f]+|[\d.]+[a-z]|\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?",
    re.IGNORECASE,
)
#: How many characters of a cell are looked at.
_LOOK = 200


class HasFields(Protocol):
    """A row, or what gives the fields of one."""

    def get(self, name: str, /) -> Any:
        """The value of a field; ``None`` if there is none."""


def is_plain_text(value: str) -> bool:
    """Whether every reader takes a value for text.

    >>> [is_plain_text(value) for value in ("NW202203012292084539", "202112082206935918", "2022-03-01T08:00:00Z", "NA", "公司")]
    [True, False, False, False, True]
    """
    look = value.strip()[:_LOOK]
    return _LETTER.search(look) is not None and _NO_TEXT.fullmatch(look) is None


def shows_type(value: object) -> bool:
    """Whether a value shows that its column is text, or what the items of its lists are."""
    if isinstance(value, str):
        return is_plain_text(value)
    if isinstance(value, list):
        return any(all(item.values()) if isinstance(item, dict) else shows_type(item) for item in value)
    return False


class TypeExamples:
    """Finds the rows that are written first: each is the first that shows the type of one of the columns."""

    def __init__(self, columns: Iterable[str]) -> None:
        #: The columns of which no row has shown the type yet.
        self.unknown = set(columns)

    def takes(self, row: HasFields) -> bool:
        """Whether this row is one of them."""
        found = {name for name in self.unknown if shows_type(row.get(name))}
        self.unknown -= found
        return bool(found)


#: A row, and the bytes that are written for it.
EncodedRow = tuple["dict[str, Any]", bytes]


def write_examples_first(rows: Iterable[tuple[HasFields, bytes]], out: BinaryIO, columns: Iterable[str], folder: Path) -> int:
    """Write rows, those that show types first, and return their number.

    The others wait in a nameless file in ``folder`` until the type of every column is known.
    """
    examples, number = TypeExamples(columns), 0
    found = iter(rows)
    with tempfile.TemporaryFile(dir=folder if os.access(folder, os.W_OK) else None) as waiting:
        for row, line in found:
            number += 1
            (out if examples.takes(row) else waiting).write(line)
            if not examples.unknown:
                break
        waiting.seek(0)
        shutil.copyfileobj(waiting, out)
    for _, line in found:
        out.write(line)
        number += 1
    return number


def in_index_order(rows: Iterable[EncodedRow], columns: Iterable[str]) -> Iterator[EncodedRow]:
    """The rows that :func:`write_examples_first` wrote, in the order of an index again: by ``first_seen``, then ``id``."""
    examples, first, found = TypeExamples(columns), list[EncodedRow](), iter(rows)
    for one in found:
        if not examples.takes(one[0]):
            found = chain([one], found)
            break
        first.append(one)
    return heapq.merge(first, found, key=lambda one: (one[0]["first_seen"], one[0]["id"]))
