"""How many captured pages of an archive cannot be read: what is learned of the others is of a part of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.archive.archive import Archive


def unreadable(archive: Archive) -> int:
    """The number of addresses whose newest good capture cannot be read or decoded."""
    catalog, payloads = archive.catalog, archive.captures.payloads
    rows = (catalog.latest(url, good=True) for url in list(catalog.urls()))
    return sum(row is not None and payloads.exchange(row) is None for row in rows)
