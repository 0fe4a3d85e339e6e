"""Unpacking a file that is compressed, chunk by chunk: gzip, bzip2, xz, Zstandard, LZ4.

Memory does not grow with the file, nor with what it unpacks to. Each chunk says in which compressed part it was, a gzip
member for example.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from crawler.warc.frames import READERS, SKIPPABLE, FrameView, dictionary, frame_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: How a fault of a compressed part begins.
BROKEN = "no whole"
#: The most bytes that one chunk unpacks to.
CHUNK = 1 << 20
#: Compressed bytes are fed in portions that begin small, since a portion may reach far beyond a small part, and is copied then.
_FIRST, _LARGEST = 512, 1 << 16
#: Portions around a damaged place, of which nothing is unpacked.
_SMALL = 16
#: What FastWARC is asked for at a time, and more than the first block of a frame can have, packed.
_READ, _BLOCK = 1 << 14, 1 << 18
#: What a window may need, so that a file of a few bytes cannot take all memory.
_XZ_MEMORY = 200 << 20
_ERRORS = (zlib.error, OSError, EOFError, lzma.LZMAError)


class Chunk(NamedTuple):
    """Some unpacked bytes, of the part that begins at ``start`` in the file.

    ``end`` is where the part ends, if these bytes are its last. With a ``fault``, which says why it breaks off, it is how far
    the part was read.
    """

    data: bytes
    start: int
    is_first: bool
    end: int = 0
    fault: str = ""


class _Codec(Protocol):
    @property
    def eof(self) -> bool:
        """Whether the part has ended."""

    @property
    def unused_data(self) -> bytes:
        """The bytes behind its end that were fed, too."""

    def feed(self, data: bytes) -> bytes:
        """Unpack at most :data:`CHUNK` bytes."""

    @property
    def is_hungry(self) -> bool:
        """Whether more compressed bytes are needed to go on."""


class _Gzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)

    def feed(self, data: bytes) -> bytes:
        tail = self._inflate.unconsumed_tail
        return self._inflate.decompress(tail + data if tail else data, CHUNK)

    @property
    def is_hungry(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data


class _Standard:
    def __init__(self, unpack: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._unpack = unpack

    def feed(self, data: bytes) -> bytes:
        return self._unpack.decompress(data, CHUNK)

    @property
    def is_hungry(self) -> bool:
        return self._unpack.needs_input

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpack.unused_data


_CODECS: dict[str, Callable[[], _Codec]] = {
    "gzip": _Gzip,
    "bzip2": lambda: _Standard(bz2.BZ2Decompressor()),
    "xz": lambda: _Standard(lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
}
_MAGIC = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
)


def packing(start: bytes) -> str:
    """The name of the compression of bytes that begin like this; empty if they are not compressed.

    >>> packing(b"WARC/1.0"), packing(bytes.fromhex("1f8b08"))
    ('', 'gzip')
    """
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    return "Zstandard" if SKIPPABLE.match(start) else ""


def unpack(file: BinaryIO, offset: int) -> Iterator[Chunk]:
    """The chunks of the compressed parts from ``offset`` on, up to what is not compressed, or to a part that breaks off."""
    shared: bytes | None = None
    while True:
        file.seek(offset)
        name = packing(file.read(6))
        if not name:
            return
        if name == "Zstandard" and shared is None:
            shared = dictionary(file)
        last = Chunk(b"", offset, is_first=True)
        for last in _frame(file, offset, name, shared or b"") if name in READERS else _part(file, offset, name):
            yield last
        if last.fault:
            return
        offset = last.end


def begins_with(file: BinaryIO, offset: int) -> bytes:
    """What the frame at ``offset`` begins with, if its first block is whole."""
    file.seek(offset)
    name = packing(file.read(6))
    with suppress(*_ERRORS, ValueError):
        reader = _reader(name, FrameView(file, offset, offset + _BLOCK), dictionary(file) if name == "Zstandard" else b"")
        return bytes(reader.read(_FIRST))
    return b""


def _reader(name: str, view: FrameView, shared: bytes) -> Any:
    return READERS[name](view, dictionary=shared) if shared else READERS[name](view)


def _part(file: BinaryIO, start: int, name: str) -> Iterator[Chunk]:
    """The chunks of one part. What comes before damage is unpacked, too, nearly to the last byte."""
    given = 0
    is_first = True
    try:
        for one in _portions(file, start, name, 0):
            given += len(one.data)
            is_first = False
            yield one
    except _ERRORS as error:
        reason, reached = f"{BROKEN} {name} member: {error}", file.tell()
    else:
        return
    # The portion in which the damage lies gave nothing: everything is fed again, in small ones.
    small = _SMALL if given < CHUNK else _FIRST
    with suppress(*_ERRORS):
        for one in _portions(file, start, name, small):
            fresh = one.data[given:]
            given = max(0, given - len(one.data))
            if fresh:
                yield one._replace(data=fresh, is_first=is_first)
                is_first = False
    yield Chunk(b"", start, is_first, reached, reason)


def _portions(file: BinaryIO, start: int, name: str, fixed: int) -> Iterator[Chunk]:
    """The chunks of one part, which is fed in portions of a ``fixed`` size, or of growing ones."""
    codec = _CODECS[name]()
    size, position, is_first = fixed or _FIRST, start, True
    while not codec.eof:
        was_hungry, data = codec.is_hungry, b""
        if was_hungry:
            file.seek(position)
            data = file.read(size)
            position += len(data)
            size = size if fixed else min(2 * size, _LARGEST)
        unpacked = codec.feed(data)
        if unpacked or codec.eof:
            yield Chunk(unpacked, start, is_first, position - len(codec.unused_data) if codec.eof else 0)
            is_first = False
        elif was_hungry and not data:
            yield Chunk(b"", start, is_first, position, f"a {name} member that the file's end, byte {position}, cuts short")
            return


def _frame(file: BinaryIO, start: int, name: str, shared: bytes) -> Iterator[Chunk]:
    """The chunks of one frame.

    FastWARC gives nothing of a read in which damage lies, so it is then asked for little at a time.
    """
    end, reached = frame_end(file, start, name)
    if not end:
        file.seek(0, 2)
    view = FrameView(file, start, end or file.tell())
    if _is_skippable(file, start) and end:
        yield Chunk(b"", start, is_first=True, end=end)
        return
    given, is_first, reason = 0, True, ""
    for size in (_READ, _SMALL):
        view.position, skipped = start, 0
        try:
            reader = _reader(name, view, shared)
            while skipped < given:
                skipped += len(reader.read(min(CHUNK, given - skipped)))
            while data := reader.read(size):
                yield Chunk(data, start, is_first)
                given += len(data)
                is_first = False
        except (OSError, ValueError) as error:
            reason = f"{BROKEN} {name} frame: {error}"
        else:
            if end:
                yield Chunk(b"", start, is_first, end)
                return
            reason = reason or f"a {name} frame that the file's end, byte {file.seek(0, 2)}, cuts short"
            break
    yield Chunk(b"", start, is_first, max(reached, view.position), reason)


def _is_skippable(file: BinaryIO, start: int) -> bool:
    file.seek(start)
    return SKIPPABLE.match(file.read(4)) is not None
