"""Has the system write new files to the disk while others are made, so that little is left to wait for at the end."""

from __future__ import annotations

import os
from threading import Thread

#: The system is asked after so many files.
_FILES = 5000


class Flushing:
    """Counts files that are written, and syncs them beside the work, at most once at a time.

    Nothing may rely on it: what has to be on the disk is synced again by whoever needs it there.
    """

    def __init__(self) -> None:
        self._files = 0
        self._thread: Thread | None = None

    def note(self, files: int) -> None:
        """Note that so many files were written."""
        self._files += files
        if self._files >= _FILES and (self._thread is None or not self._thread.is_alive()):
            self._files = 0
            self._thread = Thread(target=os.sync, daemon=True)
            self._thread.start()
