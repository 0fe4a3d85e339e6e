"""Reads posts again that a run changes, or ``scrapy forget`` removes, while they are exported."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from crawler.archive.forgotten import forgotten
from crawler.archive.lines import id_of, index_lines
from crawler.archive.lock_holder import is_locked
from crawler.archive.paths import INDEX, JOURNAL

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

#: Seconds that one export spends, all in all, on waiting for index lines and reading them again, and between two looks.
_PATIENCE, _INTERVAL = 10.0, 0.02


class ChangingIndex:
    """The index of an archive that may be written to at any moment."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._seen = self._state()
        self._left = _PATIENCE

    def newer_lines(self, ids: Collection[str]) -> dict[str, bytes] | None:
        """The index lines of these posts, whose files differ from the lines read before, as they are now.

        ``None`` if the index does not change, so that the same lines would be read again, or if that took too long already.
        """
        begun = time.monotonic()
        while (state := self._state()) == self._seen and self.is_written and time.monotonic() - begun < self._left:
            time.sleep(_INTERVAL)
        found = None
        if state != self._seen and self._left > 0:
            lines = ((id_of(line), line) for line in index_lines(self._archive))
            found = {post_id: line for post_id, line in lines if post_id in ids and post_id is not None}
        self._seen = state
        self._left -= time.monotonic() - begun
        return found

    @property
    def is_written(self) -> bool:
        """Whether a process is writing to the archive now."""
        return is_locked(self._archive)

    def forgotten(self) -> frozenset[str]:
        """The posts that must be in no export."""
        return forgotten(self._archive)

    def _state(self) -> list[tuple[int, int, int]]:
        found = []
        for name in (INDEX, JOURNAL):
            try:
                about = os.stat(self._archive / name)  # noqa: PTH116 - once a chunk
            except OSError:
                found.append((0, 0, 0))
            else:
                found.append((about.st_ino, about.st_size, about.st_mtime_ns))
        return found
