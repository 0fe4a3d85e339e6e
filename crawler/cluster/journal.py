"""What a worker has done, on its own disk: if Redis loses the frontier, the worker can say it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Journal:
    """The requests that a worker has done, a line each: key and JSON. Nothing but this worker's own process reads it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0
        self._path = folder / "done.0"
        self._file = self._path.open("wb")

    def note(self, done: Iterable[tuple[bytes, bytes]]) -> None:
        """Add requests that are done."""
        self._file.writelines(b"%b %b\n" % one for one in done)

    def read(self) -> Iterator[tuple[bytes, bytes]]:
        """Every request that was done, in order."""
        self._file.flush()
        return _lines(self._path)

    def begin_again(self) -> None:
        """Begin a new journal, because all that is in this one is done once more."""
        self._file.close()
        self._number += 1
        self._path = self._folder / f"done.{self._number}"
        self._file = self._path.open("wb")

    def close(self) -> None:
        """Close the file; it goes with the worker's folder."""
        self._file.close()


def _lines(path: Path) -> Iterator[tuple[bytes, bytes]]:
    with path.open("rb") as file:
        for line in file:
            key, _, data = line.rstrip(b"\n").partition(b" ")
            yield key, data
