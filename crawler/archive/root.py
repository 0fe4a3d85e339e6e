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
    """Check that nothing but a folder is where the archives would be.

    :raises CannotRun: if something is.
    """
    for place in (_root[0], *_root[0].parents):
        if what := _in_the_way(place):
            raise CannotRun(f"ARCHIVE_ROOT={_root[0]}: {place} is {what}; name the folder that the archives are in")


def check_folder(folder: Path) -> None:
    """Check that nothing but a folder is where the folder of an archive would be.

    :raises CannotRun: if something is.
    """
    if what := _in_the_way(folder):
        raise CannotRun(f"{folder} is {what}, where the folder of the archive would be; move it away, or set ARCHIVE_ROOT")


def _in_the_way(place: Path) -> str:
    """What is in the place of a folder; empty if a folder is, or nothing."""
    if place.is_file():
        return "a file"
    if place.exists():
        return "" if place.is_dir() else "no folder"
    return "a link that leads nowhere" if place.is_symlink() else ""
