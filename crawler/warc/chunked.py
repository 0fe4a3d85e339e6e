"""Joining the chunks of a body that is too large for memory (RFC 9112, 7.1)."""

from __future__ import annotations

from typing import Protocol, Self

from crawler.warc.content_encoding import CHUNK_SIZE, CUT_SIZE

#: The longest line with a chunk's size.
_LONGEST = 1100
_SIZE, _DATA, _AFTER, _REST, _OVER = range(5)


class Taker(Protocol):
    """Whatever takes a body in parts, an object of :mod:`hashlib` for example."""

    def update(self, data: bytes, /) -> None:
        """Add data."""

    def copy(self) -> Self:
        """The same, to go on otherwise from here."""


class Chunked:
    """Joins chunks as :func:`crawler.warc.content_encoding.unchunked` does, part by part.

    Only behind a chunk can be seen that it was none, so what came before it is kept beside it. From the place ``rest_from`` on
    the body is not in chunks; a second reading that is told so need not keep anything.
    """

    def __init__(self, taker: Taker, rest_from: int | None = None) -> None:
        self.taker = taker
        self.rest_from = -1 if rest_from is None else rest_from
        self._is_told = rest_from is not None
        self._before: Taker | None = None
        self._state = _SIZE
        self._buffer = bytearray()
        self._position = self._begin = self._left = 0
        self._is_begun = False

    def feed(self, data: bytes) -> None:
        """Take the next part of the body."""
        self._buffer += data
        self._go_on(is_end=False)

    def finish(self) -> None:
        """Take what is left, since no more comes."""
        self._go_on(is_end=True)

    def _take(self, length: int) -> bytes:
        data = bytes(memoryview(self._buffer)[:length])
        del self._buffer[:length]
        self._position += len(data)
        return data

    def _go_on(self, *, is_end: bool) -> None:
        steps = {_SIZE: self._size, _AFTER: self._after}
        while self._buffer:
            if self._state == _OVER:
                self._buffer.clear()
            elif self._state == _REST:
                self.taker.update(self._take(len(self._buffer)))
            elif self._state == _DATA:
                data = self._take(self._left)
                self._left -= len(data)
                self.taker.update(data)
                if self._before is not None:
                    self._before.update(data)
                if not self._left:
                    self._state = _AFTER
            elif not steps[self._state](is_end=is_end):
                return

    def _whole(self) -> None:
        """Take all chunks that are there whole, with the line ends behind them, at once."""
        joined, position, end = bytearray(), 0, len(self._buffer)
        with memoryview(self._buffer) as view:
            while size := CHUNK_SIZE.match(view, position):
                start, behind = size.end(), size.end() + int(size[1], 16)
                if start == behind or behind + 2 > end or bytes(view[behind : behind + 2]) != b"\r\n":
                    break
                joined += view[start:behind]
                position = behind + 2
            size = None  # it holds the view
        if position:
            self._take(position)
            self.taker.update(bytes(joined))
            self._is_begun = True

    def _size(self, *, is_end: bool) -> bool:
        """Read a line with a chunk's size; return whether enough of it is there."""
        self._whole()
        if not self._buffer:
            return True
        line = bytes(memoryview(self._buffer)[:_LONGEST])
        size = CHUNK_SIZE.match(line)
        if self._is_told and self._position == self.rest_from:
            self._state = _REST
        elif size is None:
            if len(line) < _LONGEST and not is_end:
                return False
            if is_end and self._is_begun and CUT_SIZE.match(line):
                self._state = _OVER
            else:
                self._state, self.rest_from = _REST, self._position
        else:
            self._begin, self._left = self._position, int(size[1], 16)
            head = self._take(size.end())
            self._state = _DATA if self._left else _OVER
            if not self._is_told:
                self._before = self.taker.copy()
                self._before.update(head)
        return True

    def _after(self, *, is_end: bool) -> bool:
        """Read the line end behind a chunk; return whether enough of it is there."""
        if len(self._buffer) == 1 and not is_end:
            return False
        if self._buffer.startswith(b"\r\n") or self._buffer == b"\r":
            self._take(2)
            self._state, self._is_begun = _SIZE, True
        elif self._before is not None:
            self.taker, self._state, self.rest_from = self._before, _REST, self._begin
        return True
