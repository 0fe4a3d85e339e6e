"""What was written and has to outlast a power cut."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

#: Beyond so many files, asking the system for everything it holds back is quicker than for each.
_MANY = 200


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_files(paths: Collection[Path]) -> None:
    """Have files and their names written; one that is gone by now is passed over.

    :raises OSError: if the disk does not take them.
    """
    if len(paths) > _MANY:
        os.sync()
        return
    for path in paths:
        try:
            fd = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    for folder in {path.parent for path in paths}:
        sync_folder(folder)


def replace(temporary: Path, path: Path) -> None:
    """Put a file that is on the disk in another's place, durably."""
    temporary.replace(path)
    sync_folder(path.parent)
