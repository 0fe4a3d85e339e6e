"""Publishing a rebuilt tree: it replaces the archive's files, whole or, if that is cut short, with the next run's help."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CATALOG, CATALOG_FILES, INDEX, POSTS, STAGE
from crawler.atomic import move_across, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

#: In the stage: the paths of files that the new tree no longer has.
REMOVE = "remove.txt"
#: In the stage: this file says that the new tree is complete.
_COMMITTED = "committed"
#: In the stage: what the rebuild is of; without it, nothing in the stage is used again.
JOB = "job.json"
#: Errors that say that something else is in the place of a file or folder.
_TAKEN = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY)


def publish_tree(stage: Path, target: Path) -> list[str]:
    """Make ``stage/tree`` the archive at ``target``: by one rename if nothing is there, else file by file.

    A person may have put a folder where a source post should be; the others take their places all the same.

    If the latter is cut short, :func:`resume_publishing` continues it.

    :returns: a line for each source post that could not be put in its place.
    """
    os.sync()
    if target.exists():
        (stage / _COMMITTED).write_bytes(b"")
        sync(stage)
        return _finish(stage, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    (stage / "tree").rename(target)
    shutil.rmtree(stage, ignore_errors=True)
    return []


def resume_publishing(archive: Path) -> list[str]:
    """Continue publishing a tree where that was cut short; return a line on that, and those of :func:`publish_tree`."""
    stage = archive / STAGE
    if not (stage / _COMMITTED).exists():
        return []
    return ["a rebuild that was cut short was put in its place", *_finish(stage, archive)]


def _finish(stage: Path, archive: Path) -> list[str]:
    """Move the tree, then remove the stage: last of all what says that there is something to move or to use again."""
    unplaced = dict.fromkeys(f"{path}: {reason}; move it away, and rebuild" for path, reason in _move(stage, archive))
    os.sync()
    for name in (JOB, _COMMITTED):
        (stage / name).unlink(missing_ok=True)
    shutil.rmtree(stage, ignore_errors=True)  # of files that are open, some network file systems keep another name
    return list(unplaced)


def _move(stage: Path, archive: Path) -> Iterator[tuple[str, str]]:
    """Move the tree; gives the path of each source post in whose place, or in that of whose folder, is something else."""
    tree = stage / "tree"
    for folder, _, names in os.walk(tree / POSTS):
        target = archive / Path(folder).relative_to(tree)
        for name in names:
            try:
                target.mkdir(parents=True, exist_ok=True)
                _replace(Path(folder) / name, target / name)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                yield _taken(archive, target / name)
    for path in removed(stage):
        with suppress(IsADirectoryError, NotADirectoryError):  # a person's, by now
            (archive / path).unlink(missing_ok=True)
    if (tree / CATALOG).exists():
        for name in CATALOG_FILES[1:]:
            (archive / name).unlink(missing_ok=True)
        (tree / CATALOG).replace(archive / CATALOG)
    if (tree / INDEX).exists():
        (tree / INDEX).replace(archive / INDEX)


def _replace(new: Path, old: Path) -> None:
    """Put a file in its place; an empty folder there holds nothing that would be lost."""
    try:
        new.replace(old)
    except IsADirectoryError:
        old.rmdir()
        _replace(new, old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        move_across(new, old)


def _taken(archive: Path, post: Path) -> tuple[str, str]:
    """What keeps a source post from its place: its path in the archive, and what it is."""
    for folder in post.parents:
        if os.path.lexists(folder) and not folder.is_dir():
            return str(folder.relative_to(archive)), "a file is in the place of a folder"
    return str(post.relative_to(archive)), "a folder is in the place of a source post"


def removed(stage: Path) -> list[str]:
    """The paths of the files that a stage takes out of the archive; a name may have a character that ends lines elsewhere."""
    return (stage / REMOVE).read_text("utf-8").split("\n")[:-1]
