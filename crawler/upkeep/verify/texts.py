"""Checks that no post lacks a text that was captured, as one whose run was cut short between two hosts may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.entry import lacks_text
from crawler.archive.paths import INDEX
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Evidence, derive
from crawler.upkeep.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog import Catalog
    from crawler.archive.payloads import Payloads
    from crawler.derive.posts import Entry
    from crawler.sites.site import Site


def text_findings(site: Site, entries: Iterable[Entry], catalog: Catalog, payloads: Payloads) -> Iterator[Finding]:
    """A finding for each post that is made without its companion's text, although captures give it with that.

    Only posts that lack their text are made again, each once.
    """
    evidence = Evidence(
        captures_of=catalog.history,
        read=payloads.exchange,
        location=payloads.location,
        parse_page=site.parse_page,
        path_of=lambda _: "",
        feeds=Feeds(site, catalog.history, payloads.exchange),
    )
    for entry in filter(lacks_text, entries):
        urls = {entry["url"], *catalog.post_urls(entry["id"])}
        made = derive(site, catalog.history(sorted(urls)), evidence).entry
        if made is not None and not lacks_text(made):
            yield Finding(
                INDEX, f"{entry['id']}: is made without its text, which was captured", entry["id"], entry["share_url"] or ""
            )
