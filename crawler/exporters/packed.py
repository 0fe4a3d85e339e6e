"""A gzip file (RFC 1952) that says in its header what it is.

It says so where the name of the unpacked file may stand: every reader passes over a name, and DuckDB over nothing else.
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
#: Header with a name and no time, so that the same content gives the same bytes.
_HEADER = MAGIC + b"\x08\x08\0\0\0\0\0\xff"
#: Bytes of the name: what it says is known once all has been written, so room is left for it, filled with blanks.
#: As many as a file's name may have, for ``gunzip --name`` makes one of it.
_ROOM = 240


class Packed(io.RawIOBase):
    """A gzip file to write to, over one that is open; this leaves that one open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._crc = self._size = 0
        file.write(_HEADER + b" " * _ROOM + b"\0")

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Pack and write; gives the number of bytes taken, which is all."""
        view = memoryview(data)
        self._crc = zlib.crc32(view, self._crc)
        self._size += view.nbytes
        self._file.write(self._deflate.compress(view))
        return view.nbytes

    def close(self) -> None:
        """Write the end."""
        if not self.closed:
            super().close()
            self._file.write(self._deflate.flush() + struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))


def said(path: Path) -> Any:
    """What such a file says of itself; ``None`` if that is not JSON."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return None
        try:
            return json.loads(file.read(_ROOM))
        except ValueError:
            return None


def say(path: Path, about: Mapping[str, Any]) -> bool:
    """Have the file say something of itself; ``False`` if there is no room for it.

    :raises OSError: if the disk does not take it.
    """
    text = json.dumps(about).encode()
    with path.open("rb+") as file:
        head = file.read(len(_HEADER) + _ROOM + 1)
        if len(text) > _ROOM or not head.startswith(_HEADER) or head.find(b"\0", len(_HEADER)) != len(_HEADER) + _ROOM:
            return False
        file.seek(len(_HEADER))
        file.write(text.ljust(_ROOM))
    return True
