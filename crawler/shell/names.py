"""The names that the shell has besides Scrapy's own: ``post``, ``source``, ``archived`` and ``history``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.payloads import reference
from crawler.crawl.cache_storage import as_response
from crawler.crawl.context import RunContext
from crawler.derive.in_memory import derive_in_memory
from crawler.errors import CannotRun, short_reason
from crawler.items import CaptureRef, Exchange, Post, Rejection
from crawler.shell.site_choice import site_of
from crawler.sites.parsed import Kind
from crawler.spiders.archiving import ArchivingSpider

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.sites.site import Site


_FOUND = 200


def source(post: Post) -> str:
    """The source post, as its file would hold it."""
    return post.content


class ArchiveReader:
    """Reads the archives under ``ARCHIVE_ROOT``; each is opened when it is first needed.

    :param chosen: the site that a person named, for addresses that are of several.
    """

    def __init__(self, settings: BaseSettings, chosen: Site | None = None) -> None:
        self._settings = settings
        self._chosen = chosen
        self._archives: dict[str, Archive] = {}

    def archived(self, url: str) -> Response | None:
        """The newest archived response for ``url``; ``None`` if there is none."""
        found = self._archive(url)
        if found is None:
            return None
        archive, address = found
        row = archive.catalog.latest(address, good=True) or archive.catalog.latest(address)
        return as_response(address, archive.captures.payloads.read(row)) if row else None

    def history(self, url: str) -> list[CaptureRef]:
        """Every capture of ``url``, oldest first."""
        found = self._archive(url)
        return [reference(row) for row in found[0].catalog.history([found[1]])] if found else []

    def _archive(self, url: str) -> tuple[Archive, str] | None:
        """The archive of an address's site, and the canonical address; ``None`` if there is no such archive."""
        site = site_of(url, self._chosen)
        if site is None:
            return None
        if site.name not in self._archives:
            try:
                self._archives[site.name] = Archive.from_settings(self._settings, site.name, read_only=True)
            except CannotRun:  # there is none yet, or it is damaged and the next crawl repairs it
                return None
        return self._archives[site.name], site.canonical(url)


def post_of(response: Response | None, spider: Spider | None, loop: asyncio.AbstractEventLoop) -> Post | Rejection | None:
    """The post that a response gives, or why it gives none; ``None`` if it is no post's page.

    Its companion is requested in ``loop``, where the spider runs; without one, the post is made of the page alone.
    """
    site = site_of(response.url, getattr(spider, "site", None)) if response is not None else None
    if site is None or response is None or site.kind(response.url) != Kind.POST:
        return None
    page = RunContext.of(spider.crawler).exchange(response) if spider else Exchange(response.url, _FOUND, response.body)
    parsed = site.parse_page(page)
    if isinstance(parsed, Rejection):
        return parsed
    companions: list[Exchange] = []
    if isinstance(spider, ArchivingSpider):
        companions = asyncio.run_coroutine_threadsafe(spider.companions.fetch(parsed), loop).result()
    derived = derive_in_memory(site, page, companions)
    return derived.rejected or derived.post


def cannot_be_had(url: str, error: BaseException | str) -> str:
    """The line that says why there is no page at an address, and for a declared site that it is not archived either."""
    reason = error if isinstance(error, str) else short_reason(error)
    return f"{url} {'is not archived and cannot' if site_of(url) else 'cannot'} be had: {reason}"
