"""Frames of Zstandard (RFC 8878) and LZ4: where each ends, which FastWARC does not tell, and the dictionary of a file."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

from fastwarc.stream_io import Lz4Reader, ZstdReader

#: What unpacks the frames of each kind.
READERS = {"Zstandard": ZstdReader, "LZ4": Lz4Reader}
#: A frame that any decoder passes over; both kinds have it.
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
#: The skippable frame that a WARC file begins with if its frames need a dictionary.
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MOST_DICTIONARY = 16 << 20
_SIZES = (0, 1, 2, 4)


class FrameView:
    """The bytes of one frame as a file of their own, which FastWARC can read no further than to the frame's end."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = self.position = start
        self._end = end

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; an empty text at the end of the frame."""
        left = self._end - self.position
        self._file.seek(self.position)
        data = self._file.read(left if size < 0 else min(size, left))
        self.position += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the frame."""
        self.position = (self._start, self.position, self._end)[whence] + offset
        return self.tell()

    def close(self) -> None:
        """The file stays open."""

    def tell(self) -> int:
        """How many bytes of the frame were read."""
        return self.position - self._start


def frame_end(file: BinaryIO, start: int, name: str) -> tuple[int, int]:
    """Where the frame that begins at ``start`` ends, and how far it was looked at for that; the end is 0 if the file cuts the
    frame short or its headers are damaged.

    Blocks say how long they are, so nothing is unpacked.
    """
    file.seek(start)
    head = file.read(18)
    if SKIPPABLE.match(head):
        end = start + 8 + int.from_bytes(head[4:8], "little")
        return (end if len(head) >= 8 and _reaches(file, end) else 0), end  # noqa: PLR2004 - name and length
    position = start + (_zstd_head(head) if name == "Zstandard" else _lz4_head(head))
    checksum = 4 if head[4:5] and head[4] & 4 else 0
    if position == start:
        return 0, start
    while True:
        file.seek(position)
        block = file.read(4)
        length, is_last = _zstd_block(block) if name == "Zstandard" else _lz4_block(block, head[4])
        if length < 0:
            return 0, position
        position += length
        if is_last:
            position += checksum
            return (position if _reaches(file, position) else 0), position


def _reaches(file: BinaryIO, end: int) -> bool:
    file.seek(end - 1)
    return bool(file.read(1))


def _zstd_head(head: bytes) -> int:
    """The length of a frame's header; 0 if there is none."""
    if len(head) < 6:  # noqa: PLR2004 - the shortest there is
        return 0
    about = head[4]
    is_single = bool(about & 0x20)
    content_size = (1 if is_single else 0, 2, 4, 8)[about >> 6]
    return 5 + (not is_single) + _SIZES[about & 3] + content_size


def _zstd_block(start: bytes) -> tuple[int, bool]:
    """The length of a block with its header, -1 if it is none, and whether it is the last one."""
    if len(start) < 3:  # noqa: PLR2004 - a block's header
        return -1, False
    about = int.from_bytes(start[:3], "little")
    kind, size = about >> 1 & 3, about >> 3
    return (-1 if kind == 3 else 3 + (1 if kind == 1 else size)), bool(about & 1)  # noqa: PLR2004 - reserved


def _lz4_head(head: bytes) -> int:
    if len(head) < 7 or head[4] >> 6 != 1:  # noqa: PLR2004 - the shortest there is
        return 0
    return 7 + (8 if head[4] & 8 else 0) + (4 if head[4] & 1 else 0)


def _lz4_block(start: bytes, flags: int) -> tuple[int, bool]:
    if len(start) < 4:  # noqa: PLR2004 - a block's length
        return -1, False
    size = int.from_bytes(start, "little") & 0x7FFFFFFF
    return 4 + size + (4 if size and flags & 0x10 else 0), not size


def dictionary(file: BinaryIO) -> bytes:
    """The dictionary that a Zstandard file begins with; empty if it has none."""
    file.seek(0)
    start = file.read(8)
    if not start.startswith(_DICTIONARY) or len(start) < 8:  # noqa: PLR2004 - name and length
        return b""
    data = file.read(min(struct.unpack("<I", start[4:])[0], _MOST_DICTIONARY))
    if not data.startswith(b"\x28\xb5\x2f\xfd"):
        return data
    reader, parts, left = ZstdReader(FrameView(file, 8, 8 + len(data))), [], _MOST_DICTIONARY
    try:
        while left > 0 and (part := reader.read(min(left, 1 << 16))):
            parts.append(part)
            left -= len(part)
    except (OSError, ValueError):
        return b""
    return b"".join(parts)
