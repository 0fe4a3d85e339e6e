"""Where the archives of this process are: noted once, when its settings are read, and handed to the processes it starts."""

from __future__ import annotations

from pathlib import Path

from crawler.errors import CannotRun

#: Where they are if no setting says otherwise.
DEFAULT = Path("output")
_root = [DEFAULT]


def set_root(folder: str | Path) -> None:
    """Note the folder of all archives: the setting ``ARCHIVE_ROOT``."""
    _root[0] = Path(folder)


def root() -> Path:
    """The folder of all archives."""
    return _root[0]


def check_root() -> None:
    """Check that no file is where the archives would be.

    :raises CannotRun: if one is.
    """
    for place in (_root[0], *_root[0].parents):
        if place.is_file():
            raise CannotRun(f"ARCHIVE_ROOT={_root[0]}: {place} is a file; name the folder that the archives are in")


def check_folder(folder: Path) -> None:
    """Check that no file is where the folder of an archive would be.

    :raises CannotRun: if one is.
    """
    if folder.is_file():
        raise CannotRun(f"{folder} is a file, where the folder of the archive would be; move it away, or set ARCHIVE_ROOT")
