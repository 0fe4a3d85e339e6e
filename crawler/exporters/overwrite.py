"""Whether an export may replace what is at its target: an earlier export that does not hold more, or anything with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from crawler.archive.target import Kind, check_target
from crawler.errors import CannotRun
from crawler.exporters.manifest import ALL_POSTS, Manifest, manifest_of

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes of the largest file that is read as Datasette's metadata.
_LARGEST = 100_000
_WAY_OUT = "name another --output, or give --overwrite"


def check_overwrite(target: Path, wanted: Manifest, *, folder: bool, overwrite: bool) -> Manifest | None:
    """The manifest of the export at ``target`` that is going to be replaced; ``None`` if there is none.

    :param wanted: the manifest of the new export.
    :param folder: whether the format is a folder.
    :param overwrite: whether the person consents to replace any other export or regular file.
    :raises CannotRun: one line, if ``target`` may not be written.
    """
    what = f"an export of {wanted.site} as {wanted.format}"

    def is_one(path: Path) -> bool:
        found = manifest_of(path)
        if found is None:
            return False
        return overwrite or (found.format == wanted.format and found.site in (None, wanted.site))

    is_there = check_target(target, Kind(what, is_one, folder), overwrite=overwrite)
    if wanted.format == "sqlite":
        _check_metadata(target, overwrite=overwrite)
    if not is_there:
        return None
    found = manifest_of(target)
    if overwrite or found is None or wanted.filter == ALL_POSTS:
        return found
    if found.filter is None:
        raise CannotRun(f"{target} does not say which posts it holds, and this export would hold some of them: {_WAY_OUT}")
    if found.filter == ALL_POSTS:
        raise CannotRun(f"{target} holds all posts, and this export would hold some of them: {_WAY_OUT}")
    if found.filter != wanted.filter:
        raise CannotRun(f"{target} was made with other choices of posts than this export: {_WAY_OUT}")
    return found


def _check_metadata(database: Path, *, overwrite: bool) -> None:
    """The metadata for Datasette, which is written beside a database, must not replace another file, either."""
    beside = database.with_suffix(".metadata.json")
    check_target(beside, Kind("what Datasette is told of an export", _is_metadata), overwrite=overwrite)


def _is_metadata(path: Path) -> bool:
    if path.stat().st_size > _LARGEST:
        return False
    try:
        about = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return False
    return isinstance(about, dict) and about.keys() >= {"title", "source", "source_url", "databases"}
