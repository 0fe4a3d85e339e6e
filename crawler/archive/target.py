"""Where an output may be written: to a path that is free, or that has an earlier output of the same kind."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG, INDEX, LOCK
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

#: A folder with one of these files and a folder ``captures`` is an archive.
_OF_AN_ARCHIVE = (INDEX, CATALOG, LOCK)
_SPECIAL = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def output_path(text: str) -> Path:
    """The absolute path of an ``--output`` that a person named. Symbolic links in it are resolved, except its last part.

    :raises CannotRun: for an empty name.
    """
    if not text:
        raise CannotRun("--output is empty; name a file or folder")
    named = Path(text)
    if named.name in ("", ".."):
        return Path(os.path.realpath(named))
    return Path(os.path.realpath(named.parent)) / named.name


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of an output.

    ``what``: with its article, ``an Atom feed of SITE``. ``is_one`` tells whether a regular file, or for ``folder`` a folder,
    is an earlier one. ``of_archive``: the name of a file that belongs into an archive; nothing else is written inside one.
    """

    what: str
    is_one: Callable[[Path], bool]
    folder: bool = False
    of_archive: str = ""


def check_target(target: Path, kind: Kind, *, overwrite: bool = False) -> bool:
    """Check that ``target`` may be written and return whether something there will be replaced. Nothing is written.

    :param target: an absolute path, see :func:`output_path`.
    :param overwrite: whether any other regular file may be replaced.
    :raises CannotRun: if it may not be written; one line that names the path and a remedy.
    """
    archive = archive_around(target)
    if archive is not None and (target.name != kind.of_archive or target.parent != archive):
        raise CannotRun(f"{target} is inside the archive {archive}, which is never written to like this; name another --output")
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        mode = 0
    except OSError as error:
        raise CannotRun(f"{target} cannot be written: {error.strerror}; name another --output") from None
    _check_parent(target.parent)
    if not mode:
        return False
    if stat.S_IFMT(mode) in _SPECIAL:
        raise CannotRun(
            f"{target} is {_SPECIAL[stat.S_IFMT(mode)]}, and only files and folders are written; name another --output"
        )
    if stat.S_ISDIR(mode) is not kind.folder:
        found = "a folder, not a file" if stat.S_ISDIR(mode) else "a file, not a folder"
        raise CannotRun(f"{target} is {found}; name another --output for {kind.what}")
    if kind.is_one(target) or (kind.folder and not any(target.iterdir())):
        return True
    if kind.folder:
        raise CannotRun(f"{target} is a folder and not {kind.what}, so it is not replaced; name another --output")
    if not overwrite:
        raise CannotRun(f"{target} is not {kind.what}, so it is not replaced; name another --output, or give --overwrite")
    return True


def archive_around(path: Path) -> Path | None:
    """The archive that a path is in, or is; ``None`` if it is in none."""
    for folder in (path, *path.parents):
        if os.path.isdir(folder / CAPTURES) and any(os.path.lexists(folder / name) for name in _OF_AN_ARCHIVE):  # noqa: PTH112 - Path's raises
            return folder
    return None


def _check_parent(folder: Path) -> None:
    if not os.path.lexists(folder):
        raise CannotRun(f"there is no folder {folder}; make it first, or name another --output")
    if not folder.is_dir():
        raise CannotRun(f"{folder} is a file, not a folder; name another --output")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotRun(f"{folder} cannot be written to; name another place with --output")
