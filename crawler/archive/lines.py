"""Files with one JSON object a line: read in order, searched, repaired at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.paths import INDEX, JOURNAL
from crawler.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK = 65_536
#: Characters that JSON allows, and that JavaScript or ``str.splitlines`` take for the end of a line.
_ENDS = tuple((char.encode(), b"\\u%04x" % ord(char)) for char in "\u2028\u2029\x85")
Key = tuple[str, str]


def json_line(value: Any) -> bytes:
    """A value as one line of JSON in UTF-8, with its newline; see :func:`without_line_ends`."""
    return without_line_ends(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


def without_line_ends(line: bytes) -> bytes:
    """A line of JSON in which every other character that some reader takes for the end of a line is escaped."""
    for char, escape in _ENDS:
        line = line.replace(char, escape)
    return line


def lines(path: Path, offset: int = 0) -> Iterator[bytes]:
    """The lines of a file from a byte on; none if the file does not exist."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(offset)
        yield from file


def key(line: bytes) -> Key:
    """The key by which an index is ordered: ``first_seen``, then ``id``."""
    post = orjson.loads(line)
    return post["first_seen"], post["id"]


def last_key(path: Path) -> Key:
    """The key of a file's last line; empty texts if there is no line, or the line is invalid."""
    return _key(_last_line(path))


def index_lines(archive: Path, offset: int = 0) -> Iterator[bytes]:
    """The newest line of each post: the index's lines, or the journal's where it has a newer one.

    Posts that only the journal has come last. With ``offset``, the index is read from that byte on, and the journal whole.
    Invalid lines are given as they are. Blanks in place of a line that was taken out are left out.
    """
    newer: dict[str, bytes] = {}
    for line in lines(archive / JOURNAL):
        post_id = id_of(line)
        if post_id is None:
            yield line
        else:
            newer[post_id] = line
    for line in lines(archive / INDEX, offset):
        found = line.lstrip(b" ")
        yield newer.pop(id_of(found) or "", found) if newer else found
    yield from newer.values()


def start_of(index: Path, first_seen: str) -> int:
    """The offset of the first line of a sorted index whose post was first seen at a time or later, found by binary search.

    An invalid line counts as an early one.
    """
    if not index.exists():
        return 0
    low, high = 0, index.stat().st_size
    with index.open("rb") as file:
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.seek(middle - 1)
                file.readline()  # to the start of the next line
            start = file.tell()
            line = file.readline()
            if not line or _key(line)[0] >= first_seen:
                high = middle
            else:
                low = start + len(line)
    return low


def time_of(line: bytes) -> str:
    """When the post of a line was first seen; an empty text if the line is invalid."""
    return _key(line)[0]


def _key(line: bytes) -> Key:
    try:
        first_seen, post_id = key(line)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "", ""
    return str(first_seen), str(post_id)


def is_line_start(path: Path, offset: int) -> bool:
    """Whether an offset is the start of a line of the file, or its end after a complete line."""
    if offset == 0:
        return True
    with path.open("rb") as file:
        file.seek(offset - 1)
        return file.read(1) == b"\n"


def cut_torn_line(path: Path) -> int:
    """Cut what follows the last newline of a file and return the number of bytes cut."""
    if not path.exists() or not (size := path.stat().st_size):
        return 0
    end = _after_newline(path, size)
    if end < size:
        with path.open("rb+") as file:
            file.truncate(end)
    return size - end


def _last_line(path: Path) -> bytes:
    if not path.exists() or not (size := path.stat().st_size):
        return b""
    with path.open("rb") as file:
        file.seek(_after_newline(path, size - 1))
        return file.readline()


def _after_newline(path: Path, end: int) -> int:
    """The offset after the last newline before ``end``; 0 if there is none."""
    with path.open("rb") as file:
        while end > 0:
            start = max(0, end - _BLOCK)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
    return 0


def id_of(line: bytes) -> str | None:
    """The ID in a line of an index; ``None`` if there is none."""
    try:
        return str(orjson.loads(line)["id"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def write_index(path: Path, posts: Iterable[bytes], *, durable: bool = True) -> int:
    """Write an index of these lines, which are without their ends, whole or not at all, and return its size.

    :param durable: ``False`` syncs nothing, for one that is synced with all else.
    :raises OSError: if the disk does not take it.
    """
    with atomic(path, durable=durable) as file:
        file.writelines(line + b"\n" for line in posts)
        return file.tell()
