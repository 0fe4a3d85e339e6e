"""What the components of one run share; it is made once for each crawler."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from crawler import clock
from crawler.archive.archive import Archive
from crawler.archive.disk import takes_nothing
from crawler.archive.payloads import reference
from crawler.crawl.frontier import Frontier
from crawler.crawl.origins import mapped
from crawler.crawl.request_meta import capture_of
from crawler.derive.stumbled import parsed_page
from crawler.derive.writer import PostWriter
from crawler.errors import CannotRun
from crawler.items import Exchange
from crawler.report.runs.parameters import command_line_settings
from crawler.report.runs.report import RunReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.items import Rejection
    from crawler.sites.parsed import ParsedPage
    from crawler.sites.site import Site


class RunContext:
    """The context of one crawler's run. Only a spider whose class has a ``site`` has an archive."""

    def __init__(self, settings: BaseSettings, site: Site | None) -> None:
        self.settings = settings
        self._site = site
        #: Whether captures, posts and a run report are written; if not, the run is read-only.
        self.writes = site is not None and settings.getbool("CAPTURE_ENABLED")
        #: Whether all responses come from the archive.
        self.archive_only = settings.getbool("ARCHIVE_ONLY")
        #: Why nothing more can be kept, as on a full disk; empty while it can.
        self.cannot_keep = ""
        #: The origin of the home page -> that to which the site has moved, with ``https`` or ``www.``: it is asked instead.
        self.moved: dict[str, str] = {}
        #: Ends the run in order; the lifecycle's.
        self.end_early: Callable[[], object] = lambda: None
        self.report = RunReport(clock.now(), settings=command_line_settings(settings))

    @classmethod
    def of(cls, crawler: Crawler) -> RunContext:
        """The context of this crawler's run; it is the same object for all components."""
        if crawler not in _CONTEXTS:
            _CONTEXTS[crawler] = cls(crawler.settings, getattr(crawler.spidercls, "site", None))
        return _CONTEXTS[crawler]

    @property
    def site(self) -> Site:
        """The spider's site; only for spiders that have one."""
        assert self._site is not None
        return self._site

    def asked(self, request: Request) -> str:
        """The address that is asked for a request; that of a redirect is asked as it is, or it might lead in a circle."""
        return request.url if not self.moved or "redirect_urls" in request.meta else mapped(request.url, self.moved)

    def take_archive(self, archive: Archive) -> None:
        """Go on with another archive of the site: a worker's, then the one that all workers' captures came to."""
        self.__dict__["archive"] = archive
        self.__dict__.pop("writer", None)
        self.frontier.reopen()

    def take_site(self, site: Site) -> None:
        """Go on with the site as it was learned at the end of the run."""
        self._site = site
        self.__dict__.pop("writer", None)

    @cached_property
    def archive(self) -> Archive:
        """The site's archive, opened at the first access; read-only if the run is.

        :raises CannotRun: if it cannot be opened.
        """
        return Archive.from_settings(self.settings, self.site.name, read_only=not self.writes)

    def keeps_nothing(self, why: str) -> None:
        """End the run in order: a disk that is full or gone would lose whatever the site is still asked for."""
        if not self.cannot_keep:
            self.cannot_keep = why
            self.end_early()

    def could_not_write(self, url: str, error: Exception) -> None:
        """Name a post that could not be written; if it is the disk that takes nothing, the run ends."""
        self.report.could_not_write(url, error)
        if takes_nothing(error):
            self.keeps_nothing(f"{url} {self.report.failures[url]}")

    @property
    def to_read(self) -> Archive | None:
        """The archive; ``None`` if the run is read-only and there is no archive that can be read."""
        if self._site is None:
            return None
        try:
            return self.archive
        except CannotRun:
            if self.writes:
                raise
            return None

    def exchange(self, response: Response) -> Exchange:
        """The response as an exchange, with the same bytes that its capture has."""
        row = capture_of(response)
        if row is None:
            return Exchange(response.url, response.status, response.body)
        payloads = self.archive.captures.payloads
        if row.payload_id != row.id:  # the payload that it repeats may have come with other headers
            return payloads.exchange(row) or Exchange(response.url, response.status, response.body)
        if self.writes:
            payloads.keep(row, response.body)
        return Exchange(response.url, response.status, response.body, reference(row))

    def latest(self, url: str) -> CaptureRow | None:
        """The newest capture of ``url`` in this run's archive; ``None`` if there is none."""
        archive = self.to_read
        return archive.catalog.latest(url) if archive else None

    def parse_page(self, page: Exchange) -> ParsedPage | Rejection:
        """What a post page shows; a rejection for a page that is none."""
        return self.writer.parse_page(page) if self.writes else parsed_page(self.site.parse_page, page)

    @cached_property
    def frontier(self) -> Frontier:
        """The frontier of the run."""
        return Frontier(self)

    @cached_property
    def writer(self) -> PostWriter:
        """The writer of the archive's posts."""
        return PostWriter.from_settings(self.archive, self.settings)


_CONTEXTS: WeakKeyDictionary[Crawler, RunContext] = WeakKeyDictionary()
