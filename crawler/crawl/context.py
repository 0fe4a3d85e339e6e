"""What the components of one run share: made once for a crawler, and handed on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from crawler import clock
from crawler.archive.archive import Archive
from crawler.archive.payloads import reference
from crawler.crawl.asked import capture_of
from crawler.crawl.frontier import Frontier
from crawler.derive.writer import PostWriter
from crawler.errors import CannotRun
from crawler.items import Exchange
from crawler.report.runs.given import settings_given
from crawler.report.runs.report import RunReport

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.archive.schema import CaptureRow
    from crawler.items import Rejection
    from crawler.sites.parsed import ParsedPage
    from crawler.sites.site import Site


class RunContext:
    """A run of one crawler. A spider whose class has a ``site`` has an archive; a run without one has settings and a report."""

    def __init__(self, settings: BaseSettings, site: Site | None) -> None:
        self.settings = settings
        self._site = site
        #: Whether captures, posts and a run report are written; else the run only looks, and leaves no trace.
        self.writes = site is not None and settings.getbool("CAPTURE_ENABLED")
        #: Whether the archive alone is asked.
        self.archive_only = settings.getbool("ARCHIVE_ONLY")
        self.report = RunReport(clock.now(), settings=settings_given(settings))

    @classmethod
    def of(cls, crawler: Crawler) -> RunContext:
        """The context of this crawler's run; the same object for all its components."""
        if crawler not in _CONTEXTS:
            _CONTEXTS[crawler] = cls(crawler.settings, getattr(crawler.spidercls, "site", None))
        return _CONTEXTS[crawler]

    @property
    def site(self) -> Site:
        """The spider's site; only for spiders that have one."""
        assert self._site is not None
        return self._site

    @cached_property
    def archive(self) -> Archive:
        """The site's archive, opened when it is first asked for; only to be read if the run only looks.

        :raises CannotRun: if it cannot be written, or there is none to be read.
        """
        return Archive.from_settings(self.settings, self.site.name, read_only=not self.writes)

    @property
    def to_read(self) -> Archive | None:
        """The archive, ``None`` if this run only looks and there is none that can be read."""
        if self._site is None:
            return None
        try:
            return self.archive
        except CannotRun:
            if self.writes:
                raise
            return None

    def exchange(self, response: Response) -> Exchange:
        """What the site said, just as whoever reads its capture will see it."""
        row = capture_of(response)
        if row is None:
            return Exchange(response.url, response.status, response.body)
        payloads = self.archive.captures.payloads
        if row.payload_id != row.id:  # the payload that it repeats may have come under other headers
            return payloads.exchange(row) or Exchange(response.url, response.status, response.body)
        if self.writes:
            payloads.keep(row, response.body)
        return Exchange(response.url, response.status, response.body, reference(row))

    def latest(self, url: str) -> CaptureRow | None:
        """The newest capture of ``url`` in this run's archive, if there is one."""
        archive = self.to_read
        return archive.catalog.latest(url) if archive else None

    def parse_page(self, page: Exchange) -> ParsedPage | Rejection:
        """What a post page shows; a rejection for a page that is none."""
        return (self.writer.parse_page if self.writes else self.site.parse_page)(page)

    @cached_property
    def frontier(self) -> Frontier:
        """What of the site has to be asked."""
        return Frontier(self)

    @cached_property
    def writer(self) -> PostWriter:
        """Makes and writes the posts of the archive."""
        return PostWriter.from_settings(self.archive, self.settings)


_CONTEXTS: WeakKeyDictionary[Crawler, RunContext] = WeakKeyDictionary()
