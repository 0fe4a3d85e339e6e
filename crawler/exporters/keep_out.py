"""Keeps posts out of an export that are forgotten while it is being made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.archive.forgotten import forgotten, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class KeepOut:
    """The posts that one export must not hold.

    ``without``: those that were forgotten when it began, of which it has nothing. ``take_out`` is called with others.
    """

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self.without = forgotten(archive)

    def late(self) -> frozenset[str]:
        """The posts that were forgotten since the last call, or since the beginning."""
        found = forgotten(self._archive) - self.without
        self.without |= found
        return found

    @contextmanager
    def publishing(self, take_out: Callable[[frozenset[str]], object]) -> Iterator[None]:
        """A block in which the export is put in its place; ``take_out`` removes posts from it before, if that is needed."""
        while True:
            with unchanged(self._archive):
                found = self.late()
                if not found:
                    yield
                    return
            take_out(found)
