"""Whether an export may take the place of what is there: of an earlier one that does not hold more, or with consent."""

from __future__ import annotations

from pathlib import Path

from crawler.archive.target import Kind, check_target
from crawler.errors import CannotRun
from crawler.exporters.label import FULL, Label, label_of

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

    if not check_target(target, Kind(what, is_one, folder), overwrite=overwrite):
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
