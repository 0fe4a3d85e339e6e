"""Gzip files (RFC 1952) with a note in the header: a few values as JSON.

The note stands in the field for the name of the unpacked file: every reader skips a name, and DuckDB skips no other field.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAGIC = b"\x1f\x8b"
#: The header has a name and no time, so that the same content gives the same bytes.
_HEADER = MAGIC + b"\x08\x08\0\0\0\0\0\xff"
#: Bytes of the name. The note is known only when all rows are written, so blanks keep room for it until then.
#: A file's name may have no more bytes, and ``gunzip --name`` makes a file's name of it.
_ROOM = 240


class GzipWriter(io.RawIOBase):
    """Writes gzip to an open file, and leaves that file open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._crc = self._size = 0
        file.write(_HEADER + b" " * _ROOM + b"\0")

    def writable(self) -> bool:
        """A writer is writable."""
        return True

    def write(self, data: Any) -> int:
        """Compress and write ``data``, and return its number of bytes."""
        view = memoryview(data)
        self._crc = zlib.crc32(view, self._crc)
        self._size += view.nbytes
        self._file.write(self._deflate.compress(view))
        return view.nbytes

    def close(self) -> None:
        """Write the end of the stream and the trailer."""
        if not self.closed:
            super().close()
            self._file.write(self._deflate.flush() + struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))


def read_note(path: Path) -> Any:
    """The note in the header of a gzip file; ``None`` if there is none."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return None
        try:
            return json.loads(file.read(_ROOM))
        except ValueError:
            return None


def write_note(path: Path, note: Mapping[str, Any]) -> bool:
    """Put a note into the header of a gzip file; ``False`` if the header has no room for it.

    :raises OSError: if the disk does not take it.
    """
    text = json.dumps(note).encode()
    with path.open("rb+") as file:
        head = file.read(len(_HEADER) + _ROOM + 1)
        if len(text) > _ROOM or not head.startswith(_HEADER) or head.find(b"\0", len(_HEADER)) != len(_HEADER) + _ROOM:
            return False
        file.seek(len(_HEADER))
        file.write(text.ljust(_ROOM))
    return True
