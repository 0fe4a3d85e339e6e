"""Splitting a file of captures into records without trusting it: which bytes are whole records, and which are not.

The file may be WARC or ARC, not compressed or compressed in any way that :mod:`crawler.warc.packing` knows, and change from one
to another. Everything takes time in proportion to the file and to what it unpacks to.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from crawler.warc.heads import VERSION, Head, read_head
from crawler.warc.packing import BROKEN, packing, unpack
from crawler.warc.search import Search
from crawler.warc.window import BLANK, Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What an ordinary head fits into, and the longest there may be.
_FIRST, _MAX_HEAD = 1 << 14, 1 << 20
_CHUNK = 1 << 20
_END = b"\r\n\r\n"
GZIP = b"\x1f\x8b\x08"


class Piece(NamedTuple):
    """A record, or bytes that are none.

    ``offset`` is where it begins in the file; a record inside a compressed part has the offset of that part. ``length`` reaches
    to the next piece; it is 0 for a record that has its part not for itself (``is_alone``), which cannot be read by its offset.
    """

    offset: int
    length: int
    content: bytes
    fault: str = ""
    is_alone: bool = False
    #: The head of ``content``, if it is known.
    head: Head | None = None


def iter_members(path: Path, offset: int, limit: int) -> Iterator[tuple[int, int, bytes | str]]:
    """Offset, length and content of each record from ``offset`` on; where there is no record, a text that says why.

    Contents of more than ``limit`` bytes are skipped without being held in memory.
    """
    for one in pieces(path, offset, limit):
        if one.fault or one.content:
            yield one.offset, one.length, one.fault or one.content


def pieces(path: Path, offset: int, limit: int) -> Iterator[Piece]:
    """Every piece of a file from ``offset`` on; one without content and fault is filling, such as zero bytes."""
    size = path.stat().st_size
    held: Piece | None = None
    is_empty = size > 0 and not offset
    with path.open("rb", 1 << 17) as file:
        for one in _Splitter(file, size, limit).pieces(offset):
            is_empty = is_empty and not one.fault and not one.content
            if held is not None and not one.fault and not one.content:
                continue
            if held is not None and one.offset == held.offset and one.fault.startswith(BROKEN):
                held = one  # the reason for what was said before
                continue
            if held is not None:
                yield held._replace(length=max(0, one.offset - held.offset))
            held = one if one.fault else None
            if held is None:
                yield one
    if is_empty:
        held = Piece(0, 0, b"", "there is no record in it")
    if held is not None:
        yield held._replace(length=size - held.offset)


class _Splitter:
    """Splits one file; the lengths of damaged parts are not known yet."""

    def __init__(self, file: BinaryIO, size: int, limit: int) -> None:
        self._file = file
        self._size = size
        self._limit = limit
        self._search = Search(file, size)
        self._next = 0

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)

    def pieces(self, offset: int) -> Iterator[Piece]:
        while offset < self._size:
            start = self._read(offset, 1 << 12)
            if packing(start):
                quick = self._ordinary(offset) if start.startswith(GZIP) else None
                if quick is not None:
                    yield quick
                    offset += quick.length
                    continue
                yield from self._packed(offset)
                offset = self._next
                continue
            blank = BLANK.match(start)
            if blank is not None and blank.end():
                yield Piece(offset, blank.end(), b"")
                offset += blank.end()
                continue
            yield self._plain(offset)
            offset = self._next

    # Not compressed

    def _plain(self, offset: int) -> Piece:
        data = self._read(offset, _FIRST)
        head = read_head(data, 0, len(data))
        if head is None and len(data) == _FIRST:
            data = self._read(offset, _MAX_HEAD)
            head = read_head(data, 0, len(data))
        if not isinstance(head, Head):
            is_record = VERSION.match(data) is not None
            self._next = self._search.next(offset + 1)
            reason = head or ("a record whose head has no end" if is_record else "no WARC record")
            return Piece(offset, 0, b"", reason)
        total = head.end + head.length
        if offset + total > self._size:
            self._next = self._search.next(offset + head.end)
            return Piece(offset, 0, b"", f"a record of {head.length} bytes that the file's end, byte {self._size}, cuts short")
        behind = self._read(offset + total, 1 << 12)
        blank = BLANK.match(behind)
        end = blank.end() if blank else 0
        if not _is_boundary(behind, 0, end, is_end=offset + total + end >= self._size):
            self._next = self._search.next(offset + head.end)
            return Piece(offset, 0, b"", f"Content-Length is {head.length}, and the record does not end there")
        self._next = offset + total + end
        if total > self._limit:
            return Piece(offset, 0, b"", f"a record of {total} bytes, more than {self._limit}")
        content = self._read(offset, total)
        if head.converted:
            return Piece(offset, 0, head.converted + content[head.end :] + _END)
        return Piece(offset, total + end, content + behind[:end], is_alone=True, head=head)

    # Compressed

    def _ordinary(self, offset: int) -> Piece | None:
        """The one record of a small gzip member, if it is as most are; this takes a quarter of the time."""
        data = self._read(offset, _FIRST)
        inflate = zlib.decompressobj(31)
        try:
            content = inflate.decompress(data, _CHUNK)
        except zlib.error:
            return None
        head = read_head(content, 0, len(content)) if inflate.eof else None
        if not isinstance(head, Head) or head.converted or len(content) != head.end + head.length + len(_END):
            return None
        if not content.endswith(_END) or len(content) > self._limit:
            return None
        return Piece(offset, len(data) - len(inflate.unused_data), content, is_alone=True, head=head)

    def _packed(self, offset: int) -> Iterator[Piece]:
        """The records of the compressed parts from ``offset`` on, up to what is not compressed, or damaged."""
        window = Window(unpack(self._file, offset), offset)
        while window.skip_blank():
            place, is_first = window.place(), window.is_at_start()
            head = window.head(_MAX_HEAD)
            if isinstance(head, Head):
                piece = self._record(window, head, place, is_first=is_first)
            else:
                piece = Piece(place, 0, b"", head)
            yield piece
            if piece.is_alone and not window.data:
                break
            if piece.fault and not window.is_moved:
                window.skip_to_next()
        if not window.fault:
            self._next = window.end_in_file or self._size
            return
        if not window.is_named:
            yield Piece(window.place(), 0, b"", window.fault)
        self._next = self._search.again(window.place() + 1, window.end_in_file)

    def _record(self, window: Window, head: Head, place: int, *, is_first: bool) -> Piece:
        total = head.end + head.length
        if total > self._limit:
            window.skip(total)
            return Piece(place, 0, b"", f"a record of {total} bytes, more than {self._limit}")
        have = window.fill(total)
        if have < total:
            reason = window.fault or f"Content-Length is {head.length}, and its block has {have - head.end} bytes"
            window.is_named = bool(window.fault)
            return Piece(place, 0, b"", reason)
        end, part_end = window.behind(total)
        if not part_end and not _is_boundary(window.data, total, end, is_end=window.is_over):
            return Piece(place, 0, b"", f"Content-Length is {head.length}, and its block does not end there")
        if not part_end and window.fault and end >= len(window.data):
            window.is_named = True
            window.skip(end)
            return Piece(place, 0, b"", window.fault)
        is_alone = (
            bool(part_end)
            and is_first
            and window.is_in_one_part(end)
            and not head.converted
            and packing(self._read(place, 6)) == "gzip"
        )
        with memoryview(window.data) as view:  # one copy of what may be large, not two
            block = bytes(view[: end if is_alone else total])
        window.skip(end)
        if is_alone:
            return Piece(place, part_end - place, block, is_alone=True, head=head)
        return Piece(place, 0, (head.converted + block[head.end :] if head.converted else block) + _END)


def _is_boundary(data: bytes | bytearray, start: int, end: int, *, is_end: bool) -> bool:
    """Whether a record may end at ``start``, with blank bytes up to ``end``: whether nothing follows, or another record, or
    two line ends were there.
    """
    if (is_end and end >= len(data)) or packing(bytes(data[end : end + 6])):
        return True
    if VERSION.match(data, end) or isinstance(read_head(data, end, len(data)), Head):
        return True
    return data.count(b"\n", start, end) > 1
