"""What a mistyped address leaves behind: an archive without a page, which no command need know."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crawler.archive.archive import locked, not_there
from crawler.archive.paths import CAPTURES, SITE
from crawler.errors import ArchiveInUse
from crawler.sites.learned.unlearned import UnlearnedSite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.archive.archive import Archive
    from crawler.sites.site import Site


def forget_unused(archive: Archive, site: Site) -> bool:
    """Take away the ``site.toml`` of a site without a page, so that nobody is shown it as one that there is.

    :returns: whether it was one.
    """
    if not isinstance(site, UnlearnedSite) or archive.catalog.has_pages():
        return False
    (archive.folder / SITE).unlink(missing_ok=True)
    with suppress(OSError):  # it has something in it
        (archive.folder / CAPTURES).rmdir()
    return True


def remove_unused(folder: Path, made: Sequence[Path]) -> None:
    """Take away an archive without a page, and what else was ``made`` for it, unless another process writes to it by now."""
    if folder in made:
        with suppress(ArchiveInUse, OSError), locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
        _remove_above(made)


def _remove_above(made: Sequence[Path]) -> None:
    with suppress(OSError):  # another archive is there by now
        for one in made[1:]:
            one.rmdir()


@contextmanager
def leaving_nothing(folder: Path) -> Iterator[None]:
    """Take away an archive that was not there before, and the folders made for it, if no capture came into it meanwhile."""
    made = not_there(folder)
    try:
        yield
    finally:
        if made and not any((folder / CAPTURES).glob("*")):
            shutil.rmtree(folder, ignore_errors=True)
            _remove_above(made)
