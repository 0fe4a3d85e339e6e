"""What every spider with an archive has: its arguments, its run's context, and notes on the pages that gave nothing."""

from __future__ import annotations

import difflib
from abc import ABCMeta, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from scrapy import Spider, signals

from crawler import clock
from crawler.counted import counted
from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import requested_url
from crawler.crawl.statuses import in_words
from crawler.markup.links.address import split
from crawler.report.runs.parameters import spider_arguments
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.parsed import LISTINGS, Kind
from crawler.spiders.arguments import Arguments
from crawler.spiders.wayback import web_archive_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.crawl.frontier import Frontier
    from crawler.report.runs.report import RunReport
    from crawler.sites.site import Site


_FOUND, _SERVER_ERROR = 200, 500
_GONE = (404, 410)


class SiteSpider(Spider, metaclass=ABCMeta):  # not ABC: zope gives that class attributes on which Scrapy's feed exports fail
    """A spider of one ``site``, whose captures, index and run reports are kept in an archive."""

    site: ClassVar[Site]
    context: RunContext
    report: RunReport
    frontier: Frontier
    #: How its arguments are read.
    arguments_class: ClassVar[type[Arguments]] = Arguments
    #: The hosts that may be requested.
    scope: tuple[str, ...] = ()

    @classmethod
    def for_arguments(cls, given: Mapping[str, str]) -> type[Self]:
        """The spider class that runs with these arguments.

        :raises crawler.spiders.arguments.BadArgument: for arguments that this spider does not take.
        """
        cls.arguments_class.read(given)
        return cls

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler)
        spider.arguments = cls.arguments_class.read(kwargs)
        context = spider.context = RunContext.of(crawler)
        spider.scope = cls.site.hosts
        if spider.via:
            spider.scope += tuple(web_archive_hosts(crawler.settings))
        if context.writes:
            spider.scope += tuple(crawler.settings.getlist("IMAGE_HOSTS"))
        spider.report, spider.frontier = context.report, context.frontier
        spider.report.arguments = spider_arguments(kwargs)
        spider.frontier.sweep = True if spider.via or context.archive_only else spider.arguments.sweep
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.arguments = self.arguments_class()
        #: The categories that the addresses of listed posts tell.
        self.listed_categories: set[str] = set()
        #: Listings that some page links to, and those that were guessed and led elsewhere, with a line on it.
        self._linked: set[str] = set()
        self._led_elsewhere: dict[str, str] = {}

    @property
    def via(self) -> str:
        """The web archive that is requested instead of the site, and whose posts are made at the end; empty for none."""
        return self.arguments.via

    @property
    def is_complete(self) -> bool:
        """Whether the run wanted every post of the site, and read every listing."""
        return self.arguments.takes_all and not self.has_failed_listing

    def before_end(self, *, finished: bool) -> Site | None:
        """The site as this run learned it at its end, by which its posts are made; ``None`` if it is what it was.

        :param finished: whether no request was left.
        """
        return None

    @abstractmethod
    def idle(self) -> None:
        """Scrapy's signal that no request is left."""

    # What is wanted

    def is_wanted(self, url: str) -> bool:
        """Whether the post at ``url`` may be one that the arguments ask for, as far as its address tells."""
        return self.arguments.covers(self.site.post_day(url)) and self.site.in_categories(url, self.arguments.category)

    def unknown_categories(self) -> Iterator[tuple[str, str]]:
        """The wanted categories that neither the archive nor the site has: the listing each would have, and a line on it."""
        if not self.arguments.category or self.site.home not in self.report.listings:
            return
        known = {" ".join(name.split()) for name in self.context.archive.catalog.categories()}
        names = {name.lower(): name for name in [*self.listed_categories, *known]}
        for category in self.arguments.category:
            listings = self.site.listings_of(category)
            is_known = any(self.site.is_of([name], [category]) for name in names.values())
            if is_known or any(url in self.report.listings for url in listings):
                continue
            near = difflib.get_close_matches(category.lower(), names, 3)
            nearest = f"; nearest: {', '.join(repr(names[name]) for name in near)}" if near else ""
            yield listings[0], f"no listing of category {category!r}, neither in the archive nor on the site{nearest}"

    # Pages that gave nothing

    def note_failure(self, url: str, reason: str, *, asked: bool = True) -> None:
        """Name a page in the run report; the next runs request it again, at growing intervals if it was ``asked`` for."""
        self.report.failed(url, reason)
        if self.context.writes and self.site.kind(url) in (*LISTINGS, Kind.POST):
            (self.frontier.rechecks.failed if asked else self.frontier.rechecks.left)(url, clock.now())

    @property
    def has_failed_listing(self) -> bool:
        """Whether some listing could not be read."""
        return any(self.site.kind(url) in LISTINGS for url in self.report.failures)

    def note_left_out(self, page: str, hrefs: Iterable[str]) -> None:
        """Name a page whose links to posts have addresses that no browser can follow; its other links are followed."""
        found = list(dict.fromkeys(hrefs))
        if found:
            number = counted(len(found), "link")
            line = f"{page}: {number} that may mean posts can be followed by no browser, the first: {found[0][:200]!r}"
            self.report.warnings.append(line)

    def listing_was_read(self, url: str) -> None:
        """Note that a listing was read, or that the site has none there: no recheck of it is due any more."""
        if self.context.writes:
            if self.frontier.rechecks.get(url) is not None:
                self.frontier.opened(url)
            self.frontier.rechecks.done(url)

    def was_found(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether the status is 200; another one is noted.

        A 404 for a listing is noted as a dead link of the site, which is no failure.
        """
        status, url = response.status, response.url
        if status in _GONE and self.site.kind(url) == Kind.LISTING and url != self.site.home:
            self.listing_was_read(url)
            if not guessed:
                self.report.dead_links.append(url)
        elif status != _FOUND and not (guessed and status < _SERVER_ERROR):
            has_no_feed = status in _GONE and url in self.site.feed_urls
            hint = "; a site without a feed says feeds = () in its class" if has_no_feed else ""
            self.note_failure(url, f"{in_words(status)}{hint}")
        return status == _FOUND

    def was_redirected_elsewhere(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether redirects led to another page than was requested; if so, the requested page is noted as failed.

        :param guessed: nothing says that there is such a page, so that it is no failure if there is none.
        """
        requested = requested_url(response)
        if self._is_same_page(requested, response.url):
            return False
        reason = f"led to {response.url}, which is something else"
        if guessed and requested not in self._linked:
            self._led_elsewhere[requested] = reason
        else:
            self.note_failure(requested, reason)
        return True

    def note_link(self, listing: str) -> None:
        """Note that a page of the site links to a listing: if a guessed request for it led elsewhere, that is a failure."""
        self._linked.add(listing)
        if listing in self._led_elsewhere:
            self.note_failure(listing, self._led_elsewhere.pop(listing))

    def _is_same_page(self, requested: str, url: str) -> bool:
        """Whether one address is another spelling of the other, as servers write it: with a slash, say, or an ending.

        A post may have moved, as long as it is the same post.
        """
        requested, url = map(self.site.canonical, (requested, url))
        kind = self.site.kind(requested)
        if requested == url:
            return True
        if kind == Kind.POST:
            return self.site.post_id(requested) == self.site.post_id(url)
        if kind in LISTINGS:
            one, other = map(split, (requested, url))
            return one.netloc == other.netloc and ENDING.sub("", one.path) == ENDING.sub("", other.path)
        return kind == Kind.OTHER == self.site.kind(url)

    def note_led_away(self, requested: str, url: str) -> Literal[True]:
        """Note a failure if redirects led from an archived post to a page that is none."""
        post_id = self.site.post_id(requested) if self.context.writes else None
        if post_id and self.site.kind(self.site.canonical(url)) != Kind.POST and self.context.writer.known(post_id):
            self.report.failed(requested, f"led to {url}, which is no post; what is archived stays")
        return True

    def is_missing(self, url: str) -> bool:
        """Whether the site last said that it has no such page."""
        latest = self.context.latest(url)
        return latest is not None and latest.status >= 400  # noqa: PLR2004
