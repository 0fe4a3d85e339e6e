"""Checks that no post lacks a text that was captured, as one whose run was cut short between two hosts may."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.entry import lacks_text
from crawler.archive.paths import CAPTURES, INDEX
from crawler.archive.payloads import Payloads
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Evidence, derive
from crawler.sites.declared import load
from crawler.upkeep.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.catalog.catalog import Catalog
    from crawler.derive.posts import Entry
    from crawler.sites.site import Site


class Texts:
    """Checks posts of one archive; ``site`` is the name of its site."""

    def __init__(self, site: str, archive: Path, catalog: Catalog) -> None:
        self._name = site
        self._catalog = catalog
        self._payloads = Payloads(lambda name: archive / CAPTURES / Path(name).name, catalog.capture)
        self._made_by: tuple[Site, Evidence] | None = None

    def close(self) -> None:
        """Close the files that reading opened."""
        self._payloads.close()

    def findings(self, entry: Entry) -> Iterator[Finding]:
        """A finding if a post is made without its companion's text, although captures give it with that.

        Only a post that lacks its text is made again.
        """
        if not lacks_text(entry):
            return
        self._made_by = site, evidence = self._made_by or self._load()
        catalog = self._catalog
        urls = {entry["url"], *catalog.post_urls(entry["id"])}
        made = derive(site, catalog.history(sorted(urls)), evidence).entry
        if made is not None and not lacks_text(made):
            what = f"{entry['id']}: is made without its text, which was captured"
            yield Finding(INDEX, what, entry["id"], entry["share_url"] or "")

    def _load(self) -> tuple[Site, Evidence]:
        """The site, and what its posts are made of; only the first post that lacks its text takes them."""
        site, catalog, payloads = load(self._name), self._catalog, self._payloads
        return site, Evidence(
            captures_of=catalog.history,
            read=payloads.exchange,
            location=payloads.location,
            parse_page=site.parse_page,
            path_of=lambda _: "",
            feeds=Feeds(site, catalog.history, payloads.exchange),
        )
