"""Files captures under other addresses, after a ``site.toml`` was written or edited: spellings of one page may differ."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from crawler.archive.captures import DERIVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.archive.catalog.catalog import Catalog

#: A number in the catalog: what its addresses are by.
_FILED = "filed_by"


def refile(catalog: Catalog, by: str, canonical: Callable[[str], str]) -> bool:
    """Give every capture the address that the site has for it now; returns whether anything was to be done.

    Posts that are not made yet are made at the next opportunity. Nothing is done for a catalog that was filed so already.

    :param by: the text that decides on addresses.
    :param canonical: the site's method of this name.
    """
    mark = _mark(by)
    if catalog.number(_FILED) == mark:
        return False
    for url in list(catalog.urls()):
        found = canonical(url)
        if found != url:
            catalog.write("UPDATE captures SET url = ? WHERE url = ?", (found, url))
            catalog.write("DELETE FROM rechecks WHERE url = ?", (url,))
    catalog.set_number(DERIVED, 0)
    catalog.set_number(_FILED, mark)
    catalog.commit(durable=True)
    return True


def note_filed(catalog: Catalog, by: str) -> None:
    """Note that captures are filed by a text that gives them the addresses which they have: no post has to be made again."""
    catalog.set_number(_FILED, _mark(by))
    catalog.commit(durable=True)


def _mark(by: str) -> int:
    return int.from_bytes(hashlib.sha256(by.encode()).digest()[:6], "big")
