"""Splitting a file of captures into records without trusting it: which bytes are whole records, and which are not.

The file may be WARC or ARC, not compressed or compressed in any way that :mod:`crawler.warc.packing` knows, and change from one
to another. Everything takes time in proportion to the file and to what it unpacks to.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO

from crawler.warc.heads import VERSION, Head, read_head
from crawler.warc.large import Large
from crawler.warc.packing import packing, unpack
from crawler.warc.piece import Piece
from crawler.warc.search import Search
from crawler.warc.window import BLANK, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.warc.piece import Copy

#: What tells how a piece begins, and has all of most records.
_START = 1 << 12
#: What an ordinary head fits into, and the longest there may be.
_FIRST, _MAX_HEAD = 1 << 14, 1 << 20
_CHUNK = 1 << 20
#: What is read at a time of a member that is longer.
_PORTION = 1 << 16
_END = b"\r\n\r\n"
GZIP = b"\x1f\x8b\x08"


class Splitter:
    """Splits one file; the lengths of damaged parts are not known yet."""

    def __init__(self, file: BinaryIO, size: int, limit: int, copy: Copy | None = None) -> None:
        self._file = file
        self._size = size
        self._limit = limit
        self._copy = copy
        self._search = Search(file, size)
        self._next = 0

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)

    def pieces(self, offset: int) -> Iterator[Piece]:
        """Every piece from ``offset`` on."""
        while offset < self._size:
            start = self._read(offset, _START)
            if packing(start):
                quick = self._ordinary(offset, start) if start.startswith(GZIP) else None
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
            reason = f"a record of {head.length} bytes that the file's end, byte {self._size}, cuts short"
            return self._doubtful(offset, reason, head, self._size)
        behind = self._read(offset + total, 1 << 12)
        blank = BLANK.match(behind)
        end = blank.end() if blank else 0
        if not _is_boundary(behind, 0, end, is_end=offset + total + end >= self._size):
            self._next = self._search.next(offset + head.end)
            reason = f"Content-Length is {head.length}, and the record does not end there"
            return self._doubtful(offset, reason, head, offset + total)
        self._next = offset + total + end
        if total > self._limit:
            large = self._pass_on(head, data[: head.end], self._parts(offset + head.end, offset + total))
            return Piece(offset, 0 if head.converted else total + end, b"", is_alone=not head.converted, large=large)
        content = self._read(offset, total)
        if head.converted:
            return Piece(offset, 0, head.converted + content[head.end :] + _END)
        return Piece(offset, total + end, content + behind[:end], is_alone=True, head=head)

    def _doubtful(self, offset: int, reason: str, head: Head, end: int) -> Piece:
        """What there is of a record that may not be whole, up to ``end``; others may begin in it."""
        if not self._search.spend(end - offset):
            return Piece(offset, 0, b"", reason)
        if end - offset <= self._limit:
            return Piece(offset, 0, self._read(offset, end - offset), reason, head=head)
        start = self._read(offset, head.end)
        return Piece(offset, 0, b"", reason, large=self._pass_on(head, start, self._parts(offset + head.end, end)))

    def _parts(self, start: int, end: int) -> Iterator[bytes]:
        return (self._read(place, min(_CHUNK, end - place)) for place in range(start, end, _CHUNK))

    def _pass_on(self, head: Head, start: bytes, parts: Iterable[bytes]) -> Large:
        """Let the block of a record go by that is larger than what memory holds."""
        large = Large(head, head.converted or start)
        if self._copy is not None:
            self._copy.begin(large.head_bytes)
        for part in parts:
            large.feed(part)
            if self._copy is not None:
                self._copy.feed(part)
        large.finish()
        return large

    # Compressed

    def ordinary(self, offset: int) -> Piece | None:
        """The one record of the gzip member at ``offset``, if it is as most are: nothing else is in the member or behind it."""
        start = self._read(offset, _START)
        return self._ordinary(offset, start) if start.startswith(GZIP) else None

    def _ordinary(self, offset: int, start: bytes) -> Piece | None:
        """The same, for a member with this ``start``; for a small one, it takes a quarter of the time of :meth:`_packed`."""
        inflate = zlib.decompressobj(31)
        try:
            content, length = inflate.decompress(start, _CHUNK), len(start)
            if not inflate.eof:
                content, length = self._rest(offset, content, length, inflate)
        except zlib.error:
            return None
        head = read_head(content, 0, len(content)) if inflate.eof else None
        if not isinstance(head, Head) or head.converted or len(content) != head.end + head.length + len(_END):
            return None
        if not content.endswith(_END) or len(content) > self._limit:
            return None
        return Piece(offset, length - len(inflate.unused_data), content, is_alone=True, head=head)

    def _rest(self, offset: int, content: bytes, length: int, inflate: zlib._Decompress) -> tuple[bytes, int]:
        """The content of a member that is longer than its start, up to the limit, and how far the file was read for it."""
        parts, size, step = [content], len(content), _FIRST - _START
        while not inflate.eof and size <= self._limit:
            more = self._read(offset + length, step)
            if not more and not inflate.unconsumed_tail:
                break
            parts.append(inflate.decompress(inflate.unconsumed_tail + more, _CHUNK))
            size, length, step = size + len(parts[-1]), length + len(more), _PORTION
        return b"".join(parts), length

    def _packed(self, offset: int) -> Iterator[Piece]:
        """The records of the compressed parts from ``offset`` on, up to what is not compressed, or damaged."""
        window = Window(unpack(self._file, offset), offset)
        while window.skip_blank():
            place, is_first, inside = window.place(), window.is_at_start(), window.inside()
            head = window.head(_MAX_HEAD)
            if isinstance(head, Head):
                piece = self._record(window, head, place, is_first=is_first)
            else:
                piece = Piece(place, 0, b"", head)
            if piece.fault and piece.large and self._search.spend(inside + piece.large.seen):
                window = self._back(place, inside, is_named=window.is_named)  # others may have gone by in it
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

    def _back(self, place: int, inside: int, *, is_named: bool) -> Window:
        window = Window(unpack(self._file, place), place)
        window.skip(inside)
        window.is_moved, window.is_named = False, is_named
        return window

    def _record(self, window: Window, head: Head, place: int, *, is_first: bool) -> Piece:
        total = head.end + head.length
        if total > self._limit:
            start = bytes(window.data[: head.end])
            window.drop(head.end)
            large = self._pass_on(head, start, window.take(head.length))
            return self._end(window, Piece(place, 0, b"", "", is_first, head, large), 1, large.seen)
        have = window.fill(total)
        return self._end(window, Piece(place, 0, b"", "", is_first, head), min(have, total), have - head.end)

    def _end(self, window: Window, found: Piece, at: int, have: int) -> Piece:
        """The piece of a record that ends ``at`` a place in the window, and of whose block there are ``have`` bytes.

        ``found`` says of it whether it begins with its part.
        """
        place, head, large = found.offset, found.head, found.large
        assert head is not None

        def doubtful(reason: str) -> Piece:
            content = b"" if large or not self._search.spend(at) else bytes(memoryview(window.data)[:at])
            return Piece(place, 0, content, reason, head=head, large=large)

        if have < head.length:
            window.is_named = bool(window.fault)
            return doubtful(window.fault or f"Content-Length is {head.length}, and its block has {have} bytes")
        end, part_end = window.behind(at)
        if not part_end and not _is_boundary(window.data, at, end, is_end=window.is_over):
            return doubtful(f"Content-Length is {head.length}, and its block does not end there")
        if not part_end and window.fault and end >= len(window.data):
            window.is_named = True
            broken = doubtful(window.fault)
            window.skip(end)
            return broken
        is_alone = (
            bool(part_end)
            and found.is_alone
            and window.place() == place
            and window.is_in_one_part(end)
            and not head.converted
            and packing(self._read(place, 6)) == "gzip"
        )
        with memoryview(window.data) as view:  # one copy of what may be large, not two
            block = b"" if large else bytes(view[: end if is_alone else at])
        window.skip(end)
        if is_alone or large:
            return Piece(place, part_end - place if is_alone else 0, block, "", is_alone, head, large)
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
