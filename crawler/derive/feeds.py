"""What captured feeds and lists say of a post: for sites whose pages do not show all that their front matter has."""

from __future__ import annotations

from bisect import bisect_right
from sys import intern
from typing import TYPE_CHECKING

from crawler.archive.payloads import reference
from crawler.derive.documents import Rows, Told
from crawler.derive.redirected import Redirects
from crawler.markup.feeds.at_home import entries_at_home
from crawler.markup.feeds.feed import read_feed, read_sitemap
from crawler.markup.links.listing import UnreadableListing
from crawler.sites.parsed import FeedMention
from crawler.sites.search_lists import read_listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.visits import Read
    from crawler.items import CaptureRef, Exchange
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.sites.parsed import RedirectFrom
    from crawler.sites.search_lists import Listed
    from crawler.sites.site import Site

    #: What feeds, lists for the site's own search, and redirects say.
    Said = tuple[FeedMention | None, tuple[Listed, CaptureRef] | None, tuple[RedirectFrom, ...]]


def entries_of(site: Site, feed: Exchange) -> dict[str, FeedEntry]:
    """The entries of a feed or sitemap by the canonical URLs of their posts; none for what is neither."""
    read = read_sitemap if feed.url in site.sitemap_urls else read_feed
    try:
        found = read(feed.body, feed.url)
    except UnreadableListing:
        return {}
    return {url: entry for entry in reversed(entries_at_home(found, site.home)) if (url := site.post_link(entry.url))}


def listed_in(site: Site, page: Exchange) -> dict[str, Listed]:
    """The posts in a list for the site's own search by their canonical URLs; of one that it has twice, what it tells first."""
    told = read_listed(page.body, page.url, site.list_urls[page.url], site.zone)
    return {url: one for link, one in reversed(list(told)) if (url := site.post_link(link))}


class Feeds:
    """The captured feeds of an archive, in the order of time. Each change of a feed is read once and kept for a while."""

    def __init__(self, site: Site, captures_of: Callable[[Sequence[str]], list[CaptureRow]], read: Read) -> None:
        self._site = site
        self._captures_of = captures_of
        self._newest: list[int | None] | None = None
        self._feeds, self._lists = Rows(), Rows()
        self.redirects = Redirects(site, captures_of, read)
        self._same: dict[Listed, Listed] = {}
        self._entries = Told(read, lambda feed: entries_of(site, feed))
        self._listed = Told(read, self._in_list)

    def refresh(self, latest: Callable[[str], CaptureRow | None] | None = None) -> None:
        """Take captures into account that came since.

        :param latest: gives the newest capture of an address, which tells whether any has come.
        """
        if not self._site.reads_feed:
            return
        feeds, lists = (*self._site.feed_urls, *self._site.sitemap_urls), tuple(self._site.list_urls)
        urls = (*feeds, *lists, *self._site.redirect_urls)
        newest = [row and row.id for row in map(latest, urls)] if latest else None
        if newest is not None and newest == self._newest:
            return
        self._newest = newest
        self._feeds = Rows.of(self._captures_of(feeds))
        self._lists = Rows.of(self._captures_of(lists) if lists else ())
        self.redirects.refresh()

    def told(self, around: tuple[str, str, str, str], before: Said) -> Said:
        """All that is said of a post for a visit, as :meth:`mention` takes it; what is not said then, as it was ``before``."""
        return (
            self.mention(*around) or before[0],
            self.in_list(*around) or before[1],
            self.redirects.to(*around) or before[2],
        )

    def mention(self, url: str, since: str, visited: str, before: str) -> FeedMention | None:
        """What a feed says of the post at ``url``, for a visit.

        The newest feed captured up to the visit that has the post, and ``since`` the visit before it; else the first captured
        after it and ``before`` the next. A sitemap, which tells a time alone, counts where no feed has the post.
        """
        in_sitemap = None
        for row in self._feeds.around(since, visited, before):
            feed = self._entries.by(row)
            if url not in feed:
                continue
            if row.url not in self._site.sitemap_urls:
                return FeedMention(feed[url], reference(row), any(entry.categories for entry in feed.values()))
            in_sitemap = in_sitemap or FeedMention(feed[url], reference(row), has_names=False)
        return in_sitemap

    def in_list(self, url: str, since: str, visited: str, before: str) -> tuple[Listed, CaptureRef] | None:
        """What a list for the site's own search says of the post at ``url``, and which: that of the time, as with feeds."""
        for row in self._lists.around(since, visited, before):
            if (found := self._listed.by(row).get(url)) is not None:
                return found, reference(row)
        return None

    def listed(self, url: str) -> list[str]:
        """The posts that the newest capture of the feed or list at ``url`` has."""
        if url in self._site.redirect_urls:
            return self.redirects.posts(url)
        is_list = url in self._site.list_urls
        rows = self._lists if is_list else self._feeds
        row = next((row for row in reversed(rows.rows) if row.url == url), None)
        if row is None:
            return []
        return list(self._listed.by(row)) if is_list else list(self._entries.by(row))

    def changed(self, url: str, visited: Callable[[str], str]) -> list[str]:
        """The posts of which the newest capture of the feed at ``url`` says something else than it did at their last visit.

        For a post that was visited before the feed was ever had, it is what the feed said first.

        :param visited: gives the time of a post's last visit, empty if it had none.
        """
        rows = [row for row in self._feeds.rows if row.url == url]
        times = [row.time for row in rows]
        found = []
        for post, entry in self._entries.by(rows[-1]).items() if rows else ():
            number = bisect_right(times, visited(post))
            before = self._entries.by(rows[max(number - 1, 0)]).get(post) if number < len(rows) else None
            if before is not None and before != entry:
                found.append(post)
        return found

    def _in_list(self, page: Exchange) -> dict[str, Listed]:
        """The posts of a list; what it says as another does is kept once."""
        return {intern(url): self._same.setdefault(one, one) for url, one in listed_in(self._site, page).items()}
