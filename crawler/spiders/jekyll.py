"""The spider of sites that nobody described: a first run explores and learns one, later runs ask for what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from crawler.crawl.politeness.left_alone import HostLeftAlone
from crawler.crawl.politeness.robots import last_known
from crawler.crawl.request_meta import requested_url
from crawler.crawl.scope import OutOfScope
from crawler.errors import short_reason
from crawler.invocation import command
from crawler.items import Visited
from crawler.markup.feeds.at_home import entries_at_home
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links.address import split
from crawler.markup.links.links import page_addresses
from crawler.markup.links.redirects import addresses_listed
from crawler.markup.links.same_place import is_same_place, origin
from crawler.sites.learned.strangers import home_of
from crawler.sites.learned.unlearned import UnlearnedSite
from crawler.sites.parsed import Kind
from crawler.spiders.jekyll_arguments import JekyllArguments, check_given, named_site
from crawler.spiders.learning import Learning
from crawler.spiders.sitemaps import SitemapSpider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.sites.learned.site import LearnedSite

_FOUND, _GONE = 200, (404, 410)
#: A run that has nothing new to find asks for the home page and so many more.
_MOST_EVIDENCE = 2


class JekyllSpider(SitemapSpider):
    """Archives the site that ``url`` names, or the learned one that it was made for by :meth:`of`."""

    name = "jekyll"
    arguments_class = JekyllArguments
    site: ClassVar[LearnedSite]
    learning: Learning

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: The home page and feeds of which the site says that there are none any more.
        self._gone_seeds: set[str] = set()

    @classmethod
    def of(cls, site: LearnedSite) -> type[Self]:
        """The spider class of a site."""
        return type(cls.__name__, (cls,), {"site": site, "__module__": cls.__module__, "__doc__": f"Archives {site.name}."})

    @classmethod
    def for_arguments(cls, given: Mapping[str, str]) -> type[Self]:
        """The class that runs with these arguments.

        :raises crawler.spiders.arguments.BadArgument: if they name no site, or make no sense for it.
        """
        site = cls.__dict__["site"] if "site" in vars(cls) else named_site(given)
        check_given(given, site)
        return cls if "site" in vars(cls) else cls.of(site)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.learning = Learning(spider)
        spider.take_given()
        if spider.context.writes:
            spider.learning.begin()
        return spider

    def take_given(self) -> None:
        """Ask where a person says that the site is by now: the address of the archive but for its scheme, or ``www.``."""
        given = origin(home_of(self.arguments.url)) if self.arguments.url and not self.via else ""
        own = origin(self.site.home)
        if given and split(given).netloc != split(own).netloc:
            self.scope += (split(given).netloc,)
        elif not given.startswith("https:"):
            return
        if given != own:
            self.context.moved[own] = given

    # The beginning

    @property
    def evidence(self) -> tuple[str, ...]:
        """The feed and the sitemap, or two feeds: with the home page, all that a run asks for if nothing is new.

        A sweep asks first for lists, of the site's own search and of redirects, for posts are made with what they tell.
        """
        feeds, sitemaps = self.site.feed_urls, self.site.sitemap_urls
        lists = self._lists if self.explores else ()
        return (*lists, *(*feeds[:1], *sitemaps[:1], *feeds[1:])[:_MOST_EVIDENCE])

    @property
    def _lists(self) -> tuple[str, ...]:
        """The lists that tell of posts."""
        return (*self.site.list_urls, *self.site.redirect_urls)

    def after_home(self) -> Iterator[Request]:
        """What else is requested once the site is known to be up: sitemaps, feeds on trial, and what failed."""
        if self.context.writes and not self._followed_home:
            yield from self.request_sitemaps()
            for url in self._lists if self.explores else ():
                found = last_known(self.context.archive, url, self.site.canonical)
                yield from self.follow(url, found[0], addresses_listed(found[0], url, self.site.home)) if found else ()
            if self.explores:
                yield from self.request_feeds()
                yield from self.request_redirects()
        yield from super().after_home()

    # Listings

    def parse_listing(self, response: Response, *, guessed: bool = False) -> Iterator[Request | Visited]:
        """Read a home page, feed, sitemap or listing, then go on to what else it leads to."""
        requested = requested_url(response)
        self._note_move(response)
        if requested in self.site.sitemap_urls:
            yield from self.after_feed(requested)
            yield from self.parse_sitemap(response)
            return
        if requested in self._lists:
            yield from self._parse_list(response)
            return
        if requested == self.site.home and self._is_elsewhere(response):
            return
        yield from super().parse_listing(response, guessed=guessed)
        yield from self.explore(response)

    def _parse_list(self, response: Response) -> Iterator[Request | Visited]:
        """Read a list that tells of posts, of which :meth:`after_home` follows the links."""
        yield from self.after_feed(requested_url(response))
        if response.status == _FOUND and "cached" not in response.flags and self.context.writes:
            yield from map(Visited, self.context.writer.posts_of_feed(response.url))

    def _note_move(self, response: Response) -> None:
        """Ask for all else where redirects of the home page or a feed led: the same address with ``https``, say.

        A mirror that a person named is not left for the site.
        """
        own, other = origin(self.site.home), origin(_asked(response))
        mirrors = self.settings.getdict("ORIGINS")
        is_home = requested_url(response) in self._seeds and is_same_place(_asked(response), requested_url(response))
        if own != other and is_home and (own not in mirrors or other in mirrors):
            self.context.moved[own] = other

    def _is_elsewhere(self, response: Response) -> bool:
        """Whether the home page's server has the site at another address than the archive's; it is named then."""
        asked = _asked(response)
        own, other = origin(self.site.home), origin(asked)
        if own == other or self.context.moved.get(own) == other:
            return False
        how = f"crawl that address: -a url={asked}"
        if not isinstance(self.site, UnlearnedSite):  # its archive stays of the address that it has
            how = f"crawl that address under a new name: {command(f'crawl jekyll -a url={asked} -a name=NEW')}"
        self.note_failure(self.site.home, f"the site is at {asked}; {how}")
        return True

    def was_redirected_elsewhere(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether redirects led to another page; it is a failure only for home page, feeds and archived posts."""
        requested = requested_url(response)
        if requested == self.site.home:
            return False
        if requested in self._seeds:
            return super().was_redirected_elsewhere(response, guessed=guessed)
        return not self._is_same_page(requested, response.url) and self.note_led_away(requested, response.url)

    def _links(self, response: Response) -> tuple[dict[str, str], list[str]]:
        """The posts and listings that a listing links to; a page that links to none is no failure of an unknown site."""
        if self.site.kind(response.url) == Kind.FEED:
            return self._feed_posts(response), []
        urls = dict.fromkeys(map(self.site.canonical, page_addresses(response.body, response.url)))
        if requested_url(response) == self.site.home and self.context.writes and "cached" not in response.flags:
            self.learning.check_home(urls)
        posts = dict.fromkeys((url for url in urls if self.site.kind(url) == Kind.POST), "")  # its links may tell no titles
        return posts, [url for url in urls if self.site.kind(url) == Kind.LISTING]

    def _feed_posts(self, response: Response) -> dict[str, str]:
        entries = entries_at_home(read_feed(response.body, response.url), self.site.home)
        found = [post for entry in entries if (post := self.site.post_link(entry.url)) is not None]
        others = [entry.url for entry in entries if self.site.post_link(entry.url) is None and self.explorer.address(entry.url)]
        if others and not isinstance(self.site, UnlearnedSite):
            self.learning.note_strange(others)
        return dict.fromkeys(found, "")

    # The end

    def was_found(self, response: Response, *, guessed: bool = False) -> bool:
        """Whether the status is 200; of a home page or feed that is gone it is said what that means."""
        if response.status != _FOUND and requested_url(response) == self.site.home:
            response = response.replace(url=self.site.home)  # wherever redirects led, it is the home page that is missing
        url = response.url
        if response.status not in _GONE or url not in self._seeds:
            return super().was_found(response, guessed=guessed)
        self._gone_seeds.add(url)
        if url in self.site.redirect_urls:
            return False
        what = "home page" if url == self.site.home else "feed"
        is_known = not isinstance(self.site, UnlearnedSite)
        since = " any more; what is archived stays" if is_known else ""
        self.note_failure(url, f"HTTP {response.status}: the site has no {what} there{since}")
        return False

    @property
    def has_failed_listing(self) -> bool:
        """Whether a page could not be read without which the run may have missed posts: one that is gone has none.

        So has one that has not been there for as long as sweeps are apart, or each run would be a sweep.
        """
        failed = [url for url in self.report.failures if url in self._seeds and url not in self._gone_seeds]
        return not all(map(self.frontier.fails_for_long, failed))

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Note a listing or post that got no response; this is the errback of requests."""
        request = failure.request  # type: ignore[attr-defined]
        url = request.meta.get("redirect_urls", [request.url])[0]
        if url not in self._seeds:
            self.note_error(request, failure.value)
        elif url == self.site.home and isinstance(failure.value, OutOfScope):
            self.note_failure(url, f"{short_reason(failure.value)}; crawl that address: -a url={request.url}")
        else:
            self.note_failure(url, short_reason(failure.value), asked=not isinstance(failure.value, HostLeftAlone))
        yield from self.after_feed(url)
        if url == self.site.home and isinstance(failure.value, OutOfScope) and not isinstance(self.site, UnlearnedSite):
            yield from self.after_home() if self.explores else ()  # what is archived of the site may still be there
        yield from self.complete_from_archive(request)

    def before_end(self, *, finished: bool) -> LearnedSite | None:
        """What was learned of the site, if this run is the first that did; ``None`` otherwise."""
        return self.learning.end(finished=finished)


def _asked(response: Response) -> str:
    """The address that was asked last, whatever the one that the response is filed under."""
    return str(response.request.url if response.request else response.url)
