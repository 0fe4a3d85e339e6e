"""Taking posts out of the exports of an archive that lie in their usual places."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from crawler.errors import CannotRun
from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import export_captures
from crawler.sites.site import Site


def take_out(archive: Path, ids: Collection[str], site: Site) -> Iterator[tuple[Path, str, bool]]:
    """Of each export beside an archive that is there: its path, what was done, and whether that was all there was to do.

    One that cannot be written stays as it was. WACZ files and CDXJ indexes hold captures: they are made again.
    """
    for form in FORMATS.values():
        target = archive.with_name(site.name + form.suffix)
        if target.exists():
            yield target, *_tried(partial(form.take_out, target, ids, site), "{} taken out")
    for name in ("wacz", "cdxj"):
        target = archive.with_name(f"{site.name}.{name}")
        if target.exists():
            yield target, *_tried(partial(export_captures, archive, site, name, target), "made again, of {} capture files")


def _tried(function: Callable[[], int], says: str) -> tuple[str, bool]:
    try:
        return says.format(function()), True
    except (OSError, ValueError, sqlite3.Error, CannotRun) as error:
        return f"may still hold what was forgotten: {error}; make this export again", False
