"""Taking posts out of the exports of an archive that lie in their usual places."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crawler.archive.staging import claimed
from crawler.archive.target import output_path
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exporters.formats import FORMATS, Format
from crawler.exporters.label import attach, label_of
from crawler.exporters.replay import REPLAY, export_captures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from crawler.sites.site import Site


def exports_beside(archive: Path, site: Site) -> list[Path]:
    """The exports of an archive that lie in their usual places."""
    names = [*(form.suffix for form in FORMATS.values()), *(f".{name}" for name in REPLAY)]
    return [path for path in (archive.with_name(site.name + name) for name in names) if path.exists()]


def take_out(archive: Path, ids: Collection[str], site: Site) -> Iterator[tuple[Path, str, bool]]:
    """Of each export beside an archive that is there: its path, what was done, and whether that was all there was to do.

    One that cannot be written stays as it was. WACZ files and CDXJ indexes hold captures: they are made again.
    """
    for form in FORMATS.values():
        target = output_path(str(archive.with_name(site.name + form.suffix)))
        if target.exists():
            yield target, *_tried(partial(_take_out_of, target, form, ids, site), "{} taken out".format)
    for name in REPLAY:
        target = output_path(str(archive.with_name(f"{site.name}.{name}")))
        if target.exists():
            yield target, *_tried(partial(export_captures, archive, site, name, target), _made_again)


def _take_out_of(target: Path, form: Format, ids: Collection[str], site: Site) -> int:
    """Take them out while no export is being written there, which would have them still; what it says of itself stays true."""
    with claimed(target):
        label = label_of(target)
        found = form.take_out(target, ids, site)
        if found and label is not None and label.filter is not None:
            left = None if label.posts is None else max(0, label.posts - found)
            attach(target, replace(label, posts=left))
    return found


def _made_again(number: int) -> str:
    return f"made again, of {counted(number, 'capture file')}"


def _tried(function: Callable[[], int], says: Callable[[int], str]) -> tuple[str, bool]:
    try:
        return says(function()), True
    except (OSError, ValueError, sqlite3.Error, CannotRun) as error:
        return f"may still hold what was forgotten: {error}; make this export again", False
