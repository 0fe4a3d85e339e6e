"""Takes one line out of an index in its place, however large the index is.

The line is overwritten with blanks, its end as well, so that they stand before the next line. JSON allows them there: each line
that is left is still one JSON value, at the offset where it was. Nothing is copied, and the disk itself has the text no longer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crawler.archive.lines import id_of, lines, start_of, time_of
from crawler.atomic import atomic, write_whole

if TYPE_CHECKING:
    from pathlib import Path

#: Offset and length of a part of a file.
Span = tuple[int, int]
_BLANK = b" "


def span_of(index: Path, post_id: str, first_seen: str) -> Span | None:
    """Where the line of a post is in a sorted index, without blanks before it, unless it is the last; ``None`` if nowhere.

    If no line of that time is the post's, all lines are looked at: an earlier capture may have changed the time since.
    """
    for time in (first_seen, ""):
        offset = start_of(index, time)
        for line in lines(index, offset):
            if id_of(line) == post_id:
                blanks = len(line) - len(line.lstrip(_BLANK))
                is_last = offset + len(line) == index.stat().st_size
                return (offset, len(line)) if is_last else (offset + blanks, len(line) - blanks)
            if time and time_of(line) > time:
                break
            offset += len(line)
    return None


def overwrite(index: Path, span: Span) -> int:
    """Overwrite a line with blanks, or cut it off if it is the last, durably; return the size of the index.

    This may be cut short at any point, and then be done again.

    :raises OSError: if the disk does not take it.
    """
    offset, length = span
    with index.open("r+b", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if offset + length < size:
            file.seek(offset)
            write_whole(file.fileno(), _BLANK * length, str(index))
        else:
            size = min(offset, size)
            file.truncate(size)
        os.fsync(file.fileno())
    return size


def is_rest_of(index: Path, span: Span, line: bytes | None) -> bool:
    """Whether a part of an index has this line, any bytes of which may be blanks by now, and nothing else.

    So it is where overwriting the line was cut short. It is not where another program has written the index since.
    """
    offset, length = span
    with index.open("rb") as file:
        file.seek(offset)
        found = file.read(length)
    if line is None or len(line) + 1 > length:
        return not found.strip(_BLANK)
    return all(one in (was, _BLANK[0]) for one, was in zip(found, (line + b"\n").rjust(length), strict=False))


def line_after_gap(line: bytes) -> bytes:
    """The line that follows the blanks in what a reader got who had read a part of a line when that was overwritten.

    In an index, a blank before an unescaped quotation mark is outside of all texts, so it is one of those.

    >>> line_after_gap(b'{"id":"NW1","title":"half       {"id":"NW2"}')
    b'{"id":"NW2"}'
    """
    _, gap, rest = line.partition(b' {"id":"')
    return gap[1:] + rest


def close_gaps(index: Path) -> int:
    """Replace an index by a copy without the blanks, whole or not at all, and return its size.

    :raises OSError: if the disk does not take it.
    """
    with atomic(index) as file:
        file.writelines(line.lstrip(_BLANK) for line in lines(index))
        return file.tell()
