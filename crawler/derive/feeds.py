"""What captured feeds say of a post: for sites whose pages do not show all that their front matter has."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING

from crawler.archive.payloads import reference
from crawler.markup.feed import FeedEntry, read_feed, read_sitemap
from crawler.markup.listing import UnreadableListing
from crawler.sites.parsed import FeedMention

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.archive.schema import CaptureRow
    from crawler.derive.visits import Read
    from crawler.items import Exchange
    from crawler.sites.site import Site

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


class Feeds:
    """The captured feeds of an archive, in the order of time. Each change of a feed is read once and kept for a while."""

    def __init__(self, site: Site, captures_of: Callable[[Sequence[str]], list[CaptureRow]], read: Read) -> None:
        self._site = site
        self._captures_of = captures_of
        self._read = read
        self._newest: list[int | None] | None = None
        self._rows: list[CaptureRow] = []
        self._times: list[str] = []
        self._entries: OrderedDict[int, dict[str, FeedEntry]] = OrderedDict()

    def refresh(self, latest: Callable[[str], CaptureRow | None] | None = None) -> None:
        """Take captures into account that came since.

        :param latest: gives the newest capture of an address, which tells whether any has come.
        """
        if not self._site.reads_feed:
            return
        urls = (*self._site.feed_urls, *self._site.sitemap_urls)
        newest = [row and row.id for row in map(latest, urls)] if latest else None
        if newest is not None and newest == self._newest:
            return
        self._newest = newest
        shown: dict[str, int] = {}
        self._rows = []
        for row in self._captures_of(urls):
            if row.status in (_FOUND, _NOT_MODIFIED) and shown.get(row.url) != row.payload_id:
                shown[row.url] = row.payload_id
                self._rows.append(row)
        self._times = [row.time for row in self._rows]

    def mention(self, url: str, since: str, visited: str, before: str) -> FeedMention | None:
        """What a feed says of the post at ``url``, for a visit.

        The newest feed captured up to the visit that has the post, and ``since`` the visit before it; else the first captured
        after it and ``before`` the next. A sitemap, which tells a time alone, counts where no feed has the post.
        """
        first, at, last = (bisect_right(self._times, time) for time in (since, visited, before))
        tried = [*reversed(range(first, at))][:_TRIED] + [*range(at, last)][:_TRIED]
        in_sitemap = None
        for row in map(self._rows.__getitem__, tried):
            feed = self._of(row)
            if url not in feed:
                continue
            if row.url not in self._site.sitemap_urls:
                return FeedMention(feed[url], reference(row), any(entry.categories for entry in feed.values()))
            in_sitemap = in_sitemap or FeedMention(feed[url], reference(row), has_names=False)
        return in_sitemap

    def listed(self, url: str) -> list[str]:
        """The posts that the newest capture of the feed at ``url`` has."""
        row = next((row for row in reversed(self._rows) if row.url == url), None)
        return list(self._of(row)) if row else []

    def changed(self, url: str, visited: Callable[[str], str]) -> list[str]:
        """The posts of which the newest capture of the feed at ``url`` says something else than it did at their last visit.

        For a post that was visited before the feed was ever had, it is what the feed said first.

        :param visited: gives the time of a post's last visit, empty if it had none.
        """
        rows = [row for row in self._rows if row.url == url]
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
        if row.payload_id not in self._entries:
            feed = self._read(row)
            self._entries[row.payload_id] = entries_of(self._site, feed) if feed is not None else {}
            if len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
        return self._entries[row.payload_id]
