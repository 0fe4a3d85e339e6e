"""Brotli for warcio, which WACZ files are made with: it knows another package's classes alone, and fails with Google's."""

from __future__ import annotations

from importlib import import_module


class Brotli:
    """A decompressor as warcio calls it."""

    #: What stands behind the end of the compressed bytes; of brotli nothing can.
    unused_data = b""

    def __init__(self) -> None:
        self._decompressor = import_module("brotli").Decompressor()

    def decompress(self, data: bytes) -> bytes:
        """The next part of the text."""
        part: bytes = self._decompressor.process(data)
        return part

    def flush(self) -> bytes:
        """Nothing is held back."""
        return b""


def teach_warcio() -> None:
    """Have warcio undo the coding ``br`` in this process."""
    import_module("warcio.bufferedreaders").BufferedReader.DECOMPRESSORS["br"] = Brotli
