"""Pages of a site that gave nothing: which of them are losses, to be requested again, and which are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest

from crawler import clock
from crawler.crawl.download.adapted import BadRedirect
from crawler.crawl.politeness.left_alone import HostLeftAlone
from crawler.crawl.politeness.robots import RobotsUnknown
from crawler.crawl.scope import NotArchived, OutOfScope
from crawler.errors import short_reason
from crawler.spiders.archiving import ArchivingSpider

if TYPE_CHECKING:
    from scrapy import Request
    from twisted.python.failure import Failure


class PageFailuresSpider(ArchivingSpider):
    """Notes why pages that are no posts gave nothing."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: Pages that robots.txt forbids.
        self.forbidden: set[str] = set()

    def page_failed(self, failure: Failure) -> None:
        """Note a page that got no response; this is the errback of its request."""
        self.note_error(failure.request, failure.value)  # type: ignore[attr-defined]

    def note_error(self, request: Request, error: BaseException | None) -> None:
        """Note why a page got no response: one that robots.txt forbids, or that leads to another host, is no loss."""
        url = request.meta.get("redirect_urls", [request.url])[0]
        if isinstance(error, NotArchived) and request.cb_kwargs.get("guessed"):
            return
        if isinstance(error, (OutOfScope, BadRedirect)):
            self.report.dead_links.append(url)
        elif isinstance(error, IgnoreRequest) and not isinstance(error, RobotsUnknown) and "robots.txt" in str(error):
            self.forbidden.add(url)
        else:
            self.note_page(url, short_reason(error), asked=not isinstance(error, HostLeftAlone))

    def note_page(self, url: str, reason: str, *, asked: bool = True) -> None:
        """Note a page that gave nothing, to be requested again."""
        self.report.failed(url, reason)
        (self.frontier.rechecks.failed if asked else self.frontier.rechecks.left)(url, clock.now())
