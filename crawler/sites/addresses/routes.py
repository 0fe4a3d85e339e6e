"""The addresses of a stock Jekyll site: hosts, routes, and what each address tells."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

from crawler.markup.links.address import LeftOut, absolute, joined, normal, passed_over, split
from crawler.markup.links.document_kinds import is_media
from crawler.markup.links.links import page_addresses
from crawler.sites.addresses.file_slug import file_slug, may_be_cut, path_slug
from crawler.sites.addresses.made_address import permalink_at
from crawler.sites.addresses.permalink import Permalink, lists_posts
from crawler.sites.addresses.spellings import ignores_query, longest_run, plain, spellings
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.items import Exchange
    from crawler.sites.search_lists import ListRule

#: What stands before the path of an address; a bracket may have been left open in it.
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*+:)?+[\\/]{2,}[^\\/?#]*+", re.IGNORECASE)
#: More than any server takes.
_LONGEST_PATH = 2_000
#: The day in front of an ID, which an address may tell in other words.
_DAY = re.compile(r"\A\d{4}-\d\d-\d\d-")


class SiteAddresses:
    """The half of :class:`~crawler.sites.site.Site` that knows addresses and reads no page but for its links."""

    #: What the spider and the archive's folder are called.
    name: ClassVar[str]
    #: The address of the home page, with a slash at its end; a path in it is Jekyll's ``baseurl``.
    home: ClassVar[str]
    #: The site's ``permalink``: one of Jekyll's styles, or a template of its placeholders.
    permalink: ClassVar[str] = "date"
    #: Paths of posts that have a ``permalink`` of their own, relative to the home page.
    own_permalinks: ClassVar[tuple[str, ...]] = ()
    #: Paths of pages that are no posts, relative to the home page; needed where addresses of posts have no day to tell them by.
    pages: ClassVar[tuple[str, ...]] = ()
    #: The feeds, relative to the home page.
    feeds: ClassVar[tuple[str, ...]] = ("feed.xml",)
    #: The sitemaps, relative to the home page, if they tell when posts were published: Jekyll's plugin has it so.
    sitemaps: ClassVar[tuple[str, ...]] = ()
    #: The lists for its own search that tell what pages and feeds do not, relative to the home page, with how each is read.
    search_lists: ClassVar[Mapping[str, ListRule]] = {}
    #: Which paths below the home page list posts, as a regular expression that is matched from their beginning.
    listings: ClassVar[str] = (
        r"(?:.*/)?page/?\d+/?$|(?:categor(?:y|ies)|tags?|archives?)(?:/|\.html$|$)|(?:blog|posts)(?:/|\.html)?$"
    )
    #: Older names of the site's host; links to them are followed on the host of the home page.
    old_hosts: ClassVar[tuple[str, ...]] = ()
    #: The hosts that companions are asked of.
    companion_hosts: ClassVar[tuple[str, ...]] = ()

    # Hosts

    @cached_property
    def host(self) -> str:
        """The host of the home page."""
        return split(self.home).netloc

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked; nothing else ever is."""
        return (self.host, *self.companion_hosts)

    @cached_property
    def listed_hosts(self) -> tuple[str, ...]:
        """The host, and older names of it, whose every page belongs to the site."""
        return (self.host, *self.old_hosts)

    @cached_property
    def feed_urls(self) -> tuple[str, ...]:
        """The addresses of the feeds."""
        return tuple(joined(self.home, feed) for feed in self.feeds)

    @cached_property
    def sitemap_urls(self) -> tuple[str, ...]:
        """The addresses of the sitemaps."""
        return tuple(joined(self.home, sitemap) for sitemap in self.sitemaps)

    @cached_property
    def list_urls(self) -> dict[str, ListRule]:
        """The addresses of the lists for the site's own search that tell of posts, with how each is read."""
        return {joined(self.home, path): rule for path, rule in self.search_lists.items()}

    def covers(self, url: str) -> bool:
        """Whether captures of a canonical URL belong to the site."""
        return split(url).netloc in self.hosts

    # Addresses

    def canonical(self, url: str) -> str:
        """The form of an address that captures are filed under; an address elsewhere stays what it is.

        All spellings of an address that a server of static files answers alike have one form: ``index.html`` is its folder,
        slashes in a row are one (Jekyll's own addresses never have two), a post has the ending of the site's permalink, an
        older host is the one of the home page, and queries of files are none.
        """
        parts = split(normal(url) or "")
        if parts.netloc not in self._named_hosts:
            return url
        home = split(self.home)
        found = f"{home.scheme}://{home.netloc}{self._spelling(plain(parts.path))}"
        if not parts.query or ignores_query(self.kind(found), parts.query, is_home=found == self.home):
            return found
        return f"{found}?{parts.query}"

    def _spelling(self, path: str) -> str:
        """The path of a post as the site's permalink has it; any other path as it is."""
        home = split(self.home)
        start = f"{home.scheme}://{home.netloc}"
        if path.endswith(".html") or is_media(path) or self.kind(f"{start}{path}") != Kind.OTHER:
            return path
        others = spellings(path)
        is_file = "." in others[0].rpartition("/")[2] and not self._permalink.has_day
        if is_file or any(self._path(f"{start}{other}") in self._pages for other in others):
            return path
        return next((other for other in others if self.kind(f"{start}{other}") == Kind.POST), path)

    @cached_property
    def _named_hosts(self) -> frozenset[str]:
        """The hosts whose pages belong to the site, as :func:`~crawler.markup.links.address.normal` writes them."""
        return frozenset(split(normal(f"https://{host}/") or "").netloc for host in self.listed_hosts)

    def kind(self, url: str) -> Kind:
        """What a canonical URL of the site's hosts leads to."""
        if url in self.feed_urls:
            return Kind.FEED
        path = self._path(url)
        if path in self._own and path not in self._pages:
            return Kind.POST
        if path is None or path in self._pages or is_media(path):
            return Kind.OTHER
        is_post = self._permalink.match(path) is not None
        if not path or (not (is_post and self._permalink.has_day) and lists_posts(self.listings, self._permalink, path)):
            return Kind.LISTING
        return Kind.POST if is_post else Kind.OTHER

    def post_id(self, url: str) -> str | None:
        """The ID of the post at a canonical URL; ``None`` if that is no post's.

        It is the day and the slug that the address tells, for a stock site may use a slug again on another day.
        """
        if self.kind(url) != Kind.POST:
            return None
        day, slug = self.post_day(url), self.slug(url)
        return f"{day}-{slug}" if day else slug

    def about(self, url: str) -> tuple[str, ...]:
        """The IDs that the post may have which a canonical URL is about: a page's own, or that of a companion."""
        own = self.post_id(url)
        return () if own is None else (own,)

    def trace(self, post_id: str) -> str:
        """A text that every address about a post has in it, unless the address has a ``%``; empty if there is none.

        With it, SQLite finds the few addresses of many that may be about the post. A class that makes IDs otherwise has none.
        """
        own = type(self)
        is_stock = (own.about, own.post_id, own.slug) == (SiteAddresses.about, SiteAddresses.post_id, SiteAddresses.slug)
        return longest_run(_DAY.sub("", post_id)) if is_stock and not may_be_cut(post_id) else ""

    def post_day(self, url: str) -> str:
        """The day of publication that a post's URL tells (``YYYY-MM-DD``), empty if it tells none."""
        found = self._permalink.match(self._path(url) or "")
        return found.day if found else ""

    def first_day(self, url: str) -> str:
        """The first day of the month or year that a post's URL tells; empty if it tells the day, or none of these."""
        found = self._permalink.match(self._path(url) or "")
        return found.first_day if found else ""

    def in_categories(self, url: str, categories: Sequence[str]) -> bool:
        """Whether the post at a canonical URL can be of one of these categories; every one if none is given."""
        found = self._permalink.match(self._path(url) or "")
        if not categories or found is None or found.categories is None:
            return True
        return bool({name.lower() for name in found.categories} & {name.lower() for name in categories})

    def is_of(self, categories: Sequence[str], wanted: Sequence[str]) -> bool:
        """Whether a post with these categories is of one of the ``wanted``; every post if none is."""
        return not wanted or not {name.lower() for name in wanted}.isdisjoint(name.lower() for name in categories)

    def slug(self, url: str) -> str:
        """The part of a source post's file name that the URL of its page tells."""
        return file_slug(self._raw_slug(self._path(url) or ""))

    def _raw_slug(self, path: str) -> str:
        found = None if path in self._own else self._permalink.match(path)
        return found.slug if found else path_slug(path)

    def categories_at(self, url: str) -> tuple[str, ...]:
        """The categories that the URL of a post tells, in lower case; none of one that the rule does not make."""
        path = self._path(url) or ""
        found = None if path in self._own else self._permalink.match(path)
        return (found.categories or ()) if found else ()

    def tells_categories(self, url: str) -> bool:
        """Whether the URL of a post tells its categories, be it that there are none."""
        path = self._path(url) or ""
        return path not in self._own and self._permalink.has_categories

    def post_link(self, url: str) -> str | None:
        """The canonical URL of the post that an absolute link leads to; ``None`` for any other link."""
        found = self.canonical(url)
        return found if self.kind(found) == Kind.POST else None

    def post_links(self, page: Exchange, left_out: LeftOut = passed_over) -> list[str]:
        """The canonical URLs of the posts that a page leads to, in its order.

        :param left_out: is told the addresses that no browser can follow, as they are written.
        """
        addresses = page_addresses(page.body, page.url, left_out=left_out)
        return [url for address in addresses if (url := self.post_link(address))]

    def may_mean_post(self, href: str) -> bool:
        """Whether an address that no browser can follow may have been meant for a post: its path is like that of one."""
        path = _AUTHORITY.sub("", href.strip()).partition("?")[0].partition("#")[0]
        url = absolute(self.home, path[:_LONGEST_PATH])
        return url is not None and self.post_link(url) is not None

    def own_permalink(self, url: str) -> str:
        """The ``permalink`` that a post at this URL has in its front matter; empty if it can follow the site's."""
        raw = self._raw_slug(path := self._path(url) or "")
        return permalink_at(path) if path in self._own or raw != file_slug(raw) else ""

    def _path(self, url: str) -> str | None:
        """The path of an address below the home page, unquoted; ``None`` for an address elsewhere, or one with a query."""
        if not url.startswith(self.home) or "?" in url:
            return None
        return unquote(url[len(self.home) :])

    @cached_property
    def _permalink(self) -> Permalink:
        return Permalink(self.permalink)

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(path.lstrip("/") for path in self.pages)

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(path.lstrip("/") for path in self.own_permalinks)
