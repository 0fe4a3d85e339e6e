"""Where the archives of this process are: noted once, when its settings are read, and handed to the processes it starts."""

from __future__ import annotations

from pathlib import Path

#: Where they are if no setting says otherwise.
DEFAULT = Path("output")
_root = [DEFAULT]


def set_root(folder: str | Path) -> None:
    """Note the folder of all archives: the setting ``ARCHIVE_ROOT``."""
    _root[0] = Path(folder)


def root() -> Path:
    """The folder of all archives."""
    return _root[0]
