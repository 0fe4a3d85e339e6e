"""Publishing a rebuilt tree: it replaces the archive's files, whole or, if that is cut short, with the next run's help."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from crawler.archive.paths import CATALOG, CATALOG_FILES, INDEX, POSTS, STAGE
from crawler.atomic import sync

#: In the stage: the paths of files that the new tree no longer has.
REMOVE = "remove.txt"
#: In the stage: this file says that the new tree is complete.
_COMMITTED = "committed"
#: In the stage: what the rebuild is of; without it, nothing in the stage is used again.
JOB = "job.json"


def publish_tree(stage: Path, target: Path) -> None:
    """Make ``stage/tree`` the archive at ``target``: by one rename if nothing is there, else file by file.

    If the latter is cut short, :func:`resume_publishing` continues it.
    """
    os.sync()
    if target.exists():
        (stage / _COMMITTED).write_bytes(b"")
        sync(stage)
        _finish(stage, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        (stage / "tree").rename(target)
        shutil.rmtree(stage)


def resume_publishing(archive: Path) -> bool:
    """Continue publishing a tree where that was cut short; return whether there was one."""
    stage = archive / STAGE
    if not (stage / _COMMITTED).exists():
        return False
    _finish(stage, archive)
    return True


def _finish(stage: Path, archive: Path) -> None:
    """Move the tree, then remove the stage: last of all what says that there is something to move or to use again."""
    _move(stage, archive)
    os.sync()
    for name in (JOB, _COMMITTED):
        (stage / name).unlink(missing_ok=True)
    shutil.rmtree(stage)


def _move(stage: Path, archive: Path) -> None:
    tree = stage / "tree"
    for folder, _, names in os.walk(tree / POSTS):
        target = archive / Path(folder).relative_to(tree)
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            (Path(folder) / name).replace(target / name)
    for path in removed(stage):
        (archive / path).unlink(missing_ok=True)
    if (tree / CATALOG).exists():
        for name in CATALOG_FILES[1:]:
            (archive / name).unlink(missing_ok=True)
        (tree / CATALOG).replace(archive / CATALOG)
    if (tree / INDEX).exists():
        (tree / INDEX).replace(archive / INDEX)


def removed(stage: Path) -> list[str]:
    """The paths of the files that a stage takes out of the archive; a name may have a character that ends lines elsewhere."""
    return (stage / REMOVE).read_text("utf-8").split("\n")[:-1]
