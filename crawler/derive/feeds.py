"""What captured feeds and lists say of a post: for sites whose pages do not show all that their front matter has."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, Self, TypeVar

from crawler.archive.payloads import reference
from crawler.markup.feed import FeedEntry, read_feed, read_sitemap
from crawler.markup.listing import UnreadableListing
from crawler.sites.parsed import FeedMention
from crawler.sites.search_lists import read_listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crawler.archive.schema import CaptureRow
    from crawler.derive.visits import Read
    from crawler.items import CaptureRef, Exchange
    from crawler.sites.search_lists import Listed
    from crawler.sites.site import Site

T = TypeVar("T")

_FOUND, _NOT_MODIFIED = 200, 304
#: Feeds that are read for one visit at most: a post that none of them has is in no feed of that time.
_TRIED = 20
#: Feeds whose entries are kept.
_KEPT = 64


def entries_of(site: Site, feed: Exchange) -> dict[str, FeedEntry]:
    """The entries of a feed or sitemap by the canonical URLs of their posts; none for what is neither."""
    read = read_sitemap if feed.url in site.sitemap_urls else read_feed
    try:
        found = read(feed.body, feed.url)
    except UnreadableListing:
        return {}
    return {url: entry for entry in reversed(found) if (url := site.post_link(entry.url))}


def listed_in(site: Site, page: Exchange) -> dict[str, Listed]:
    """The posts in a list for the site's own search by their canonical URLs; of one that it has twice, what it tells first."""
    told = read_listed(page.body, page.url, site.list_urls[page.url], site.zone)
    return {url: one for link, one in reversed(list(told)) if (url := site.post_link(link))}


@dataclass(slots=True)
class _Rows:
    """Captures in the order of time, without those that are the same as the one of the same address before."""

    rows: list[CaptureRow] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, captures: Iterable[CaptureRow]) -> Self:
        """The good ones of some captures, which are in the order of time."""
        found, shown = cls(), dict[str, int]()
        for row in captures:
            if row.status in (_FOUND, _NOT_MODIFIED) and shown.get(row.url) != row.payload_id:
                shown[row.url] = row.payload_id
                found.rows.append(row)
                found.times.append(row.time)
        return found

    def around(self, since: str, visited: str, before: str) -> Iterator[CaptureRow]:
        """Those up to a visit and since the one before it, the newest first; then those after it and before the next."""
        first, at, last = (bisect_right(self.times, time) for time in (since, visited, before))
        tried = [*reversed(range(first, at))][:_TRIED] + [*range(at, last)][:_TRIED]
        return map(self.rows.__getitem__, tried)


class Feeds:
    """The captured feeds of an archive, in the order of time. Each change of a feed is read once and kept for a while."""

    def __init__(self, site: Site, captures_of: Callable[[Sequence[str]], list[CaptureRow]], read: Read) -> None:
        self._site = site
        self._captures_of = captures_of
        self._read = read
        self._newest: list[int | None] | None = None
        self._feeds, self._lists = _Rows(), _Rows()
        self._entries: OrderedDict[int, dict[str, FeedEntry]] = OrderedDict()
        self._listed: OrderedDict[int, dict[str, Listed]] = OrderedDict()
        self._same: dict[Listed, Listed] = {}

    def refresh(self, latest: Callable[[str], CaptureRow | None] | None = None) -> None:
        """Take captures into account that came since.

        :param latest: gives the newest capture of an address, which tells whether any has come.
        """
        if not self._site.reads_feed:
            return
        feeds, lists = (*self._site.feed_urls, *self._site.sitemap_urls), tuple(self._site.list_urls)
        urls = (*feeds, *lists)
        newest = [row and row.id for row in map(latest, urls)] if latest else None
        if newest is not None and newest == self._newest:
            return
        self._newest = newest
        self._feeds = _Rows.of(self._captures_of(feeds))
        self._lists = _Rows.of(self._captures_of(lists) if lists else ())

    def mention(self, url: str, since: str, visited: str, before: str) -> FeedMention | None:
        """What a feed says of the post at ``url``, for a visit.

        The newest feed captured up to the visit that has the post, and ``since`` the visit before it; else the first captured
        after it and ``before`` the next. A sitemap, which tells a time alone, counts where no feed has the post.
        """
        in_sitemap = None
        for row in self._feeds.around(since, visited, before):
            feed = self._of(row)
            if url not in feed:
                continue
            if row.url not in self._site.sitemap_urls:
                return FeedMention(feed[url], reference(row), any(entry.categories for entry in feed.values()))
            in_sitemap = in_sitemap or FeedMention(feed[url], reference(row), has_names=False)
        return in_sitemap

    def in_list(self, url: str, since: str, visited: str, before: str) -> tuple[Listed, CaptureRef] | None:
        """What a list for the site's own search says of the post at ``url``, and which: that of the time, as with feeds."""
        for row in self._lists.around(since, visited, before):
            if (found := self._listed_in(row).get(url)) is not None:
                return found, reference(row)
        return None

    def listed(self, url: str) -> list[str]:
        """The posts that the newest capture of the feed or list at ``url`` has."""
        is_list = url in self._site.list_urls
        rows = self._lists if is_list else self._feeds
        row = next((row for row in reversed(rows.rows) if row.url == url), None)
        if row is None:
            return []
        return list(self._listed_in(row)) if is_list else list(self._of(row))

    def changed(self, url: str, visited: Callable[[str], str]) -> list[str]:
        """The posts of which the newest capture of the feed at ``url`` says something else than it did at their last visit.

        For a post that was visited before the feed was ever had, it is what the feed said first.

        :param visited: gives the time of a post's last visit, empty if it had none.
        """
        rows = [row for row in self._feeds.rows if row.url == url]
        times = [row.time for row in rows]
        found = []
        for post, entry in self._of(rows[-1]).items() if rows else ():
            number = bisect_right(times, visited(post))
            before = self._of(rows[max(number - 1, 0)]).get(post) if number < len(rows) else None
            if before is not None and before != entry:
                found.append(post)
        return found

    def _of(self, row: CaptureRow) -> dict[str, FeedEntry]:
        """The entries of a captured feed; captures with the same payload have the same."""
        return _kept(self._entries, row, lambda: self._told(row, entries_of))

    def _listed_in(self, row: CaptureRow) -> dict[str, Listed]:
        """The posts of a captured list; what it says as another does is kept once."""
        return _kept(
            self._listed,
            row,
            lambda: {intern(url): self._same.setdefault(one, one) for url, one in self._told(row, listed_in).items()},
        )

    def _told(self, row: CaptureRow, told: Callable[[Site, Exchange], dict[str, T]]) -> dict[str, T]:
        document = self._read(row)
        return told(self._site, document) if document is not None else {}


def _kept(kept: OrderedDict[int, dict[str, T]], row: CaptureRow, read: Callable[[], dict[str, T]]) -> dict[str, T]:
    """What a captured document says of posts, of those that were read last."""
    if row.payload_id not in kept:
        kept[row.payload_id] = read()
        if len(kept) > _KEPT:
            kept.popitem(last=False)
    return kept[row.payload_id]
