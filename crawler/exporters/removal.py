"""Removes posts from the exports of an archive that lie in their usual places."""

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
from crawler.exporters.manifest import attach_manifest, manifest_of
from crawler.exporters.replay import REPLAY, export_captures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from crawler.sites.site import Site


def exports_beside(archive: Path, site: Site) -> list[Path]:
    """The exports of an archive that lie in their usual places."""
    names = [*(form.suffix for form in FORMATS.values()), *(f".{name}" for name in REPLAY)]
    return [path for path in (archive.with_name(site.name + name) for name in names) if path.exists()]


def remove_posts(archive: Path, ids: Collection[str], site: Site) -> Iterator[tuple[Path, str, bool]]:
    """Remove posts from each export beside an archive; gives the export's path, what was done, and whether it succeeded.

    An export that cannot be written stays as it was. WACZ files and CDXJ indexes hold captures, and are made again.
    """
    for form in FORMATS.values():
        target = output_path(str(archive.with_name(site.name + form.suffix)))
        if target.exists():
            yield target, *_tried(partial(_remove_from, target, form, ids, site), "{} taken out".format)
    for name in REPLAY:
        target = output_path(str(archive.with_name(f"{site.name}.{name}")))
        if target.exists():
            made = partial(export_captures, archive, site, name, target)
            yield target, *_tried(made, lambda number: f"made again, of {counted(number, 'capture file')}")


def _remove_from(target: Path, form: Format, ids: Collection[str], site: Site) -> int:
    """Remove posts while no export that still has them is being written there, and correct the number in the manifest."""
    with claimed(target):
        manifest = manifest_of(target)
        found = form.remove(target, ids, site)
        if found and manifest is not None and manifest.filter is not None:
            left = None if manifest.posts is None else max(0, manifest.posts - found)
            attach_manifest(target, replace(manifest, posts=left))
    return found


def _tried(function: Callable[[], int], says: Callable[[int], str]) -> tuple[str, bool]:
    try:
        return says(function()), True
    except (OSError, ValueError, sqlite3.Error, CannotRun) as error:
        return f"may still hold what was forgotten: {error}; make this export again", False
