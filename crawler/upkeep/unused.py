"""What a mistyped address leaves behind: an archive without a page, which no command need know."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, SITE
from crawler.sites.unlearned import UnlearnedSite

if TYPE_CHECKING:
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
