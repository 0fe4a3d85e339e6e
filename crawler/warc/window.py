"""A window over unpacked bytes, which remembers where in the file each compressed part begins and ends."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from crawler.warc.heads import Head, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.warc.packing import Chunk

#: What may lie between two records.
BLANK = re.compile(rb"[\r\n\0 \t]*")
_START = re.compile(
    rb"(?<=[\n\0])WARC/[01]\.\d{1,3}[ \t\r]*\n|WARC/[01]\.\d{1,3}\r?\n(?=WARC-)"
    rb"|(?<=[\n\0])[a-z]{2,10}:[^ \r\n]{1,2000} [0-9a-f.:]{1,40} \d{14} [^\r\n]{1,200} \d{1,12}\r?\n",
    re.IGNORECASE,
)
_VERSION = b"WARC/"
#: The beginning of a record of WARC or ARC.
_RECORD = re.compile(rb"WARC/|[a-z]{3,10}:[^ \r\n]{1,2000} ", re.IGNORECASE)
#: What of the searched bytes stays, because a record's first line may have begun in it.
_KEPT = 1 << 12
#: So much behind a record shows whether it ends there.
_BEHIND = 64
#: Large records are handed on in parts of this size.
_PORTION = 1 << 20


class Window:
    """The bytes of some compressed parts, from the next one to be read on."""

    def __init__(self, chunks: Iterator[Chunk], offset: int) -> None:
        self.data = bytearray()
        #: Whether no more bytes follow, and why, if they break off.
        self.is_over = False
        self.fault = ""
        #: Whether a piece has told of the fault already; whether reading has gone on since the piece began.
        self.is_named = False
        self.is_moved = False
        #: Where in the file the last whole part ends, or how far a broken one was read.
        self.end_in_file = 0
        self._chunks = chunks
        self._position = 0
        self._starts: deque[tuple[int, int, bool]] = deque([(0, offset, True)])
        self._ends: deque[tuple[int, int]] = deque()

    def _load(self) -> bool:
        """Add a chunk; return whether there was one."""
        while not self.is_over:
            one = next(self._chunks, None)
            self.is_over = one is None or bool(one.fault)
            if one is None:
                return False
            position = self._position + len(self.data)
            if one.start != self._starts[-1][1]:
                self._starts.append((position, one.start, one.is_first))
            self.data += one.data
            self.fault = one.fault
            self.end_in_file = one.end or self.end_in_file
            if one.end and not one.fault:
                self._ends.append((position + len(one.data), one.end))
            if one.data:
                return True
        return False

    def _begins_record(self, position: int) -> bool:
        """Whether a part begins at this place in the window, and a record with it."""
        return self._starts[-1] == (self._position + position, self._starts[-1][1], True) and self.data.startswith(
            _VERSION, position
        )

    def skip(self, length: int) -> None:
        """Go on by so many bytes, which need not be in memory."""
        self.is_moved = True
        while length > len(self.data):
            length -= len(self.data)
            self.drop(len(self.data))
            if not self._load():
                return
        self.drop(length)

    def drop(self, length: int) -> None:
        """Go on by bytes that are in memory."""
        del self.data[:length]
        self._position += length
        while len(self._starts) > 1 and self._starts[1][0] <= self._position:
            self._starts.popleft()
        while self._ends and self._ends[0][0] <= self._position:
            self._ends.popleft()

    def skip_blank(self) -> bool:
        """Go on to what is no line end, space or zero byte; return whether there is such."""
        while True:
            blank = BLANK.match(self.data)
            self.drop(blank.end() if blank else 0)
            self.is_moved = False
            if self.data:
                return True
            if not self._load():
                self.drop(0)  # the place is that of the part that breaks off
                return False

    def place(self) -> int:
        """Where in the file the part begins in which the window's first byte is."""
        return self._starts[0][1]

    def inside(self) -> int:
        """How many unpacked bytes of that part are before the window."""
        return self._position - self._starts[0][0]

    def is_at_start(self) -> bool:
        """Whether a part begins with the window's first byte."""
        return self._starts[0][0] == self._position and self._starts[0][2]

    def head(self, limit: int) -> Head | str:
        """The head that the window begins with, or why there is none."""
        wanted = 0
        while True:
            size = len(self.data)
            if size >= wanted:
                head = read_head(self.data, 0, size)
                if head is not None:
                    return head
                wanted = 2 * size
            if size > limit:
                return "a record whose head has no end"
            if not self._load():
                head = read_head(self.data, 0, size)
                self.is_named = head is None and bool(self.fault)
                return head or self.fault or "a record whose head has no end"
            if self._begins_record(size):
                return "a record whose head has no end"

    def fill(self, length: int) -> int:
        """Have so many bytes in memory, and return how many there are; a part that begins with a record ends one before it."""
        for position, _, is_start in self._starts:
            before = position - self._position
            if before >= length:
                break
            if is_start and before > 0 and self.data.startswith(_VERSION, before):
                return before
        while len(self.data) < length:
            before = len(self.data)
            if not self._load() or self._begins_record(before):
                return before
        return length

    def take(self, length: int) -> Iterator[bytes]:
        """So many bytes, or as many as :meth:`fill` gives, part by part. The last one stays, for what is behind it."""
        while length:
            asked = min(length, _PORTION)
            have = self.fill(asked)
            yield bytes(memoryview(self.data)[:have])
            length -= have
            is_last = not length or have < asked
            self.drop(max(0, have - 1) if is_last else have)
            if is_last:
                return

    def behind(self, length: int) -> tuple[int, int]:
        """Where the blank bytes behind a record of this length end, and the end of its part in the file, 0 if it goes on."""
        while True:
            blank = BLANK.match(self.data, length)
            end = blank.end() if blank else length
            for position, in_file in self._ends:
                if length <= position - self._position <= end:
                    return position - self._position, in_file
            if end + _BEHIND < len(self.data) or end > length + (1 << 20) or not self._load():
                return end, 0

    def is_in_one_part(self, length: int) -> bool:
        """Whether no part ends within so many bytes, but with the last of them."""
        return bool(self._ends) and self._ends[0][0] - self._position == length

    def _part_with_record(self, least: int) -> int:
        """The first place in the window, from ``least`` on, where a part and with it a record begins; -1 if there is none."""
        for position, _, is_start in self._starts:
            place = position - self._position
            if is_start and place >= least and _RECORD.match(self.data, place):
                return place
        return -1

    def skip_to_next(self) -> None:
        """Go on to the next line that begins a record, or the next part that does, behind the window's first byte."""
        first = True
        while True:
            found = _START.search(self.data, 1 if first else 0)
            begun = self._part_with_record(1 if first else 0)
            places = ([found.start()] if found else []) + ([begun] if begun >= 0 else [])
            if places:
                self.drop(min(places))
                return
            dropped = max(0, len(self.data) - _KEPT)
            first = first and not dropped
            self.drop(dropped)
            if not self._load():
                self.drop(len(self.data))
                return
