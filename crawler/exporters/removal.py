"""Removes posts from exports: those of an archive that lie in their usual places, and one that is being made.

An export is changed in a copy, which then takes its place; so a reader meets the old one or the new one. A database is changed
in its place, in one transaction, since whoever has it open would go on reading the old one.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crawler.archive.staging import copy_by_links, staged, staging_of
from crawler.archive.target import output_path
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exporters.formats import FORMATS, Format
from crawler.exporters.manifest import attach_manifest, manifest_of
from crawler.exporters.replay import REPLAY, export_captures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from crawler.sites.site import Site


#: Seconds for which an export that is being written is waited for.
_PATIENCE = 10.0


def exports_beside(archive: Path, site: Site) -> list[Path]:
    """The exports of an archive that lie in their usual places."""
    names = [*(form.suffix for form in FORMATS.values()), *(f".{name}" for name in REPLAY)]
    return [path for path in (archive.with_name(site.name + name) for name in names) if path.exists()]


def remove_posts(archive: Path, ids: Collection[str], site: Site) -> Iterator[tuple[Path, str, bool]]:
    """Remove posts from each export beside an archive; gives the export's path, what was done, and whether it succeeded.

    An export that cannot be written stays as it was. WACZ files and CDXJ indexes hold captures, and are made again. What an
    export that was killed left beside its place is removed as well.
    """
    for form in FORMATS.values():
        target = output_path(str(archive.with_name(site.name + form.suffix)))
        if target.exists() or staging_of(target).exists():
            yield target, *_tried(partial(remove_from, target, form, ids, site), "{} taken out".format)
    for name in REPLAY:
        target = output_path(str(archive.with_name(f"{site.name}.{name}")))
        if target.exists():
            made = partial(export_captures, archive, site, name, target, patience=_PATIENCE)
            yield target, *_tried(made, lambda number: f"made again, of {counted(number, 'capture file')}")
        elif staging_of(target).exists():
            yield target, *_tried(partial(_clear, target), "what a killed export left is removed".format)


def remove_from(target: Path, form: Format, ids: Collection[str], site: Site) -> int:
    """Remove posts from an export while no other process writes there, and return how many it had.

    :raises TargetInUse: if another process goes on writing there.
    :raises OSError: if the disk does not take it.
    """
    found = 0
    with staged(target, patience=_PATIENCE) as place:
        if form.in_place and target.exists():
            found = take_out(target, form, ids, site)
        elif target.exists():
            copy_by_links(target, place)
            found = take_out(place, form, ids, site)
    return found


def take_out(place: Path, form: Format, ids: Collection[str], site: Site) -> int:
    """Remove posts from the export at ``place``, correct the number in its manifest, and return how many it had."""
    manifest = manifest_of(place)
    found = form.remove(place, ids, site)
    if found and manifest is not None and manifest.filter is not None:
        left = None if manifest.posts is None else max(0, manifest.posts - found)
        attach_manifest(place, replace(manifest, posts=left))
    return found


def _clear(target: Path) -> int:
    with staged(target, patience=_PATIENCE):
        return 0


def _tried(function: Callable[[], int], says: Callable[[int], str]) -> tuple[str, bool]:
    try:
        return says(function()), True
    except (OSError, ValueError, sqlite3.Error, CannotRun) as error:
        return f"may still hold what was forgotten: {error}; make this export again", False
