"""Checks that the ``site.toml`` of a learned site still makes the posts that are there: a person may have edited it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.archive.paths import SITE
from crawler.counted import counted
from crawler.items import Exchange, Rejection
from crawler.sites.learned.site import LearnedSite
from crawler.upkeep.verify.finding import Finding
from crawler.warc.content_encoding import UnreadableCoding
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.sites.site import Site
    from crawler.upkeep.verify.render import CapturedPages

_FOUND = 200
#: So many posts are looked at, from all over the index.
_LOOKED_AT = 200


def site_findings(site: Site, entries: Iterable[dict[str, Any]], total: int, captured: CapturedPages) -> Iterator[Finding]:
    """A finding if pages of posts are none by ``site.toml``, so that a rebuild would not make these posts.

    :param total: how many entries there are.
    """
    if not isinstance(site, LearnedSite):
        return
    looked_at, first, unmade = 0, "", 0
    for number, entry in enumerate(entries):
        if number % max(1, total // _LOOKED_AT) or not entry["captures"]:
            continue
        try:
            found = site.parse_page(Exchange(entry["url"], _FOUND, captured.page(entry)))
        except (DamagedRecord, UnreadableCoding):
            continue  # that has a finding of its own
        looked_at += 1
        if isinstance(found, Rejection):
            unmade += 1
            first = first or f"{found.url}: {found.reason}"
    if unmade:
        yield Finding(SITE, f"by it, {unmade:,} of {counted(looked_at, 'page')} of posts are none; the first: {first}")
