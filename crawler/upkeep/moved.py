"""Which captured pages the site's host has redirected since: their owner may have changed the permalinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.archive.archive import Archive
    from crawler.sites.site import Site

_REDIRECTS = (301, 302, 303, 307, 308)


def moved(archive: Archive, site: Site) -> dict[str, str]:
    """The addresses to which good pages of an archive lead by their newest captures, by the pages' own addresses."""
    catalog = archive.catalog
    found = {}
    for url in catalog.urls():
        row = catalog.latest(url)
        if row is not None and row.status in _REDIRECTS and catalog.latest(url, good=True) is not None:
            target = site.canonical(archive.captures.payloads.location(row))
            if target and target != url:
                found[url] = target
    return found
