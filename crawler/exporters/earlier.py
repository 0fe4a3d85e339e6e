"""Whether an export may take the place of what is there: of an earlier one that does not hold more, or with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from crawler.archive.target import Kind, check_target
from crawler.errors import CannotRun
from crawler.exporters.label import FULL, Label, label_of

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes of what Datasette is told.
_LARGEST = 100_000
_WAY_OUT = "name another --output, or give --overwrite"


def check_earlier(target: Path, wanted: Label, *, folder: bool, overwrite: bool) -> Label | None:
    """What an export at ``target`` says of itself that is going to be replaced; ``None`` if there is none.

    :param wanted: what the new one is going to say.
    :param folder: whether the format is a folder.
    :param overwrite: whether the person consents to replace any other export or regular file.
    :raises CannotRun: one line, if ``target`` may not be written.
    """
    what = f"an export of {wanted.site} as {wanted.format}"

    def is_one(place: Path) -> bool:
        found = label_of(place)
        if found is None:
            return False
        return overwrite or (found.format == wanted.format and found.site in (None, wanted.site))

    is_there = check_target(target, Kind(what, is_one, folder), overwrite=overwrite)
    if wanted.format == "sqlite":
        _check_metadata(target, overwrite=overwrite)
    if not is_there:
        return None
    found = label_of(target)
    if overwrite or found is None or wanted.filter == FULL:
        return found
    if found.filter is None:
        raise CannotRun(f"{target} does not say which posts it holds, and this export would hold some of them: {_WAY_OUT}")
    if found.filter == FULL:
        raise CannotRun(f"{target} holds all posts, and this export would hold some of them: {_WAY_OUT}")
    if found.filter != wanted.filter:
        raise CannotRun(f"{target} was made with other choices of posts than this export: {_WAY_OUT}")
    return found


def _check_metadata(database: Path, *, overwrite: bool) -> None:
    """The file for Datasette that is written beside a database must not take another one's place, either."""
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
