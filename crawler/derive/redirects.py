"""Where captured redirects lead: what was found there is an answer to what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archive.catalog.schema import CaptureRow
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
    asked = tuple(urls)
    if not asked or not any(row.status in _REDIRECTS for row in captures_of(asked)):
        return list(dict.fromkeys(asked))
    found: dict[str, None] = {}
    left = list(asked)
    while left:
        url = left.pop(0)
        if url in found:
            continue
        found[url] = None
        targets = {location(row) for row in captures_of([url]) if row.status in _REDIRECTS} - {""}
        for target in sorted(targets):
            if may_answer(site, asked, target):
                left[:0] = [site.canonical(target), target]  # archives of older versions have it as it was asked
    return list(found)


def may_answer(site: Site, asked: Iterable[str], url: str) -> bool:
    """Whether what is at ``url``, to which a redirect led, may be the answer: it is not about other posts alone."""
    about = site.about(site.canonical(url))
    return not about or not set(about).isdisjoint(post_id for one in asked for post_id in site.about(one))
