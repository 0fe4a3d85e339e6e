"""Where captured redirects lead: what was found there is an answer to what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archive.schema import CaptureRow
    from crawler.sites.site import Site

_REDIRECTS = (301, 302, 303, 307, 308)


def with_targets(
    site: Site,
    urls: Iterable[str],
    captures_of: Callable[[Sequence[str]], list[CaptureRow]],
    location: Callable[[CaptureRow], str],
) -> list[str]:
    """The addresses, each with those that captured redirects lead to from there; each comes once.

    An address that is about other posts alone is left out: it answers another question.

    :param location: gives the address that a redirect leads to, empty if it names none.
    """
    found: dict[str, None] = {}
    left = list(urls)
    about = {post_id for url in left for post_id in site.about(url)}
    while left:
        url = left.pop(0)
        if url in found:
            continue
        found[url] = None
        targets = {location(row) for row in captures_of([url]) if row.status in _REDIRECTS} - {""}
        for target in sorted(targets):
            canonical = site.canonical(target)
            if not (others := site.about(canonical)) or about.intersection(others):
                left[:0] = [canonical, target]  # archives of older versions have it as it was asked
    return list(found)
