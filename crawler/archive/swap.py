"""A tree made beside an archive takes its place, whole or, if it is cut short, with the next run's help."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from crawler.archive.paths import CATALOG, CATALOG_FILES, INDEX, POSTS, STAGE

#: Below the stage: the paths of files that the new tree does without.
REMOVE = "remove.txt"
#: Below the stage: says that all of the new tree is there.
_COMMITTED = "committed"


def put_in_place(stage: Path, target: Path) -> None:
    """Make ``stage/tree`` the archive at ``target``: by one rename if there is none, file by file if there is.

    The second can be cut short anywhere: :func:`complete` then goes on with it.
    """
    os.sync()
    if target.exists():
        (stage / _COMMITTED).write_bytes(b"")
        _move(stage, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        (stage / "tree").rename(target)
    shutil.rmtree(stage)


def complete(archive: Path) -> bool:
    """Go on with a rebuild whose tree was whole and not yet in its place; tells whether there was one."""
    stage = archive / STAGE
    if not (stage / _COMMITTED).exists():
        return False
    _move(stage, archive)
    shutil.rmtree(stage)
    return True


def _move(stage: Path, archive: Path) -> None:
    tree = stage / "tree"
    for folder, _, names in os.walk(tree / POSTS):
        target = archive / Path(folder).relative_to(tree)
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            (Path(folder) / name).replace(target / name)
    for path in (stage / REMOVE).read_text("utf-8").splitlines():
        (archive / path).unlink(missing_ok=True)
    if (tree / CATALOG).exists():
        for name in CATALOG_FILES[1:]:
            (archive / name).unlink(missing_ok=True)
        (tree / CATALOG).replace(archive / CATALOG)
    if (tree / INDEX).exists():
        (tree / INDEX).replace(archive / INDEX)
